"""Rules, ready to run: read from the prebuilt table, or compiled from rule files and kept in the user's cache."""

from __future__ import annotations

import json
import os
import struct
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from calmlint.finding import Severity
from calmlint.kinds import Kind, kind_class
from calmlint.phrase.automaton import Automaton
from calmlint.phrase.tokens import BREAK, START, Spelling, Tokeniser
from calmlint.reading import Book, Condition, Pattern
from calmlint.reply import SegmentKind
from calmlint.situation import Cue

try:
    from _blake2 import blake2b  # hashlib gives the same, and loads OpenSSL for it
except ImportError:
    from hashlib import blake2b

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from calmlint.ruledoc import RuleDoc

TABLE_VERSION = 4  # raise it whenever a table of an older calmlint could not be read any more
_MAGIC = b"calmrule"
_SIZES = struct.Struct("<8sII")
_HERE = os.path.dirname(os.path.abspath(__file__))


class Rule(NamedTuple):
    """A rule as the engine runs it.

    `severities` holds the situations in which it weighs differently; None there means that it is silent.
    `yields_to` names the rules that go first where their hits are as near as the second word says.
    """

    name: str
    code: str
    category: str
    kind: str
    severity: Severity
    enabled: bool
    preview: bool
    message: str
    instead: str
    applies_to: frozenset[SegmentKind]
    severities: dict[str, Severity | None]
    yields_to: tuple[tuple[str, str], ...]
    check: Kind

    def severity_in(self, state: str) -> Severity | None:
        """How much a finding matters in a situation; None where the rule is silent."""
        return self.severities.get(state, self.severity)


class BuiltIn(NamedTuple):
    """A rule that no rule file defines; it is selected and silenced like any other."""

    name: str
    code: str
    category: str
    severity: Severity = Severity.WARNING
    enabled: bool = True
    preview: bool = False


UNUSED = BuiltIn("unused-suppression", "CFG001", "config")


class RuleSet(NamedTuple):
    """All rules in the order of their codes, with the compiled phrases and cues they run on.

    `profiles` holds, by the name of a profile, the severities that it gives to rules; None is silence.
    """

    rules: dict[str, Rule]
    book: Book
    cues: tuple[Cue, ...]
    profiles: dict[str, dict[str, Severity | None]]

    def find(self, name: str) -> Rule | None:
        """The rule of a name or code."""
        return self.rules.get(name) or next((rule for rule in self.rules.values() if rule.code == name.upper()), None)


def shipped_folder() -> str:
    """The folder of the rules that come with calmlint."""
    installed = os.path.join(_HERE, "_rules")
    return installed if os.path.isdir(installed) else os.path.join(os.path.dirname(_HERE), "rules")


def load_rules(folders: Sequence[Path | str] = (), company: Sequence[str] = ()) -> RuleSet:
    """The shipped rules and those of the user's folders; `company` are names the agent's company goes by.

    Raises RuleError for rule files with mistakes.
    """
    prebuilt = os.path.join(_HERE, "_rules", "prebuilt.bin")
    if not folders and not company and os.path.exists(prebuilt):
        with open(prebuilt, "rb") as file:
            return read_table(file.read())
    every = [shipped_folder(), *(os.fspath(folder) for folder in folders)]
    cached = os.path.join(cache_folder(), f"rules-{fingerprint(every, company)}.bin")
    try:
        with open(cached, "rb") as file:
            return read_table(file.read())
    except (OSError, ValueError):
        pass
    table = compile_folders(every, company)
    _keep(cached, table)
    return read_table(table)


def compile_folders(folders: Iterable[Path | str], company: Sequence[str] = ()) -> bytes:
    """The table of all rule files in the folders; `company` joins the word class <company>.

    Raises RuleError with every mistake in them.
    """
    from calmlint.rulecompile import compile_rules  # noqa: PLC0415 - needs YAML, which a run without own rules does not

    return compile_rules([os.fspath(folder) for folder in folders], company)


def write_prebuilt(folder: Path | str, target: Path | str) -> None:
    """Compile the rules of a folder into the file that is shipped inside the wheel."""
    with open(target, "wb") as file:
        file.write(compile_folders([folder]))


def read_rule_files(folder: Path | str) -> list[RuleDoc]:
    """Every rule of a folder as written, in the order of codes. Raises RuleError with every mistake."""
    from calmlint.rulecompile import read_folder  # noqa: PLC0415

    return sorted(read_folder([os.fspath(folder)]).rules, key=lambda rule: rule.code)


def rule_files(folder: str) -> list[str]:
    """The YAML files of a rule folder, sorted."""
    return sorted(
        os.path.join(parent, name)
        for parent, _, names in os.walk(folder)
        for name in names
        if name.endswith((".yaml", ".yml"))
    )


def fingerprint(folders: Iterable[str], company: Sequence[str] = ()) -> str:
    """A hash of the rule files, the company's names and the table's version.

    The user's files count by name and content, the shipped ones by name, size and time of change: they are many, and
    nobody but a developer of calmlint ever changes them.
    """
    digest = blake2b(repr((TABLE_VERSION, sys.byteorder, *company)).encode(), digest_size=16)
    shipped = shipped_folder()
    for folder in folders:
        for path in rule_files(folder):
            digest.update(path.encode(errors="surrogateescape") + b"\0")
            try:
                digest.update(_stamp(path) if folder == shipped else _content(path))
            except OSError:
                digest.update(b"unreadable")
            digest.update(b"\0")
    return digest.hexdigest()


def _stamp(path: str) -> bytes:
    status = os.stat(path)
    return f"{status.st_size} {status.st_mtime_ns}".encode()


def _content(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def cache_folder() -> str:
    """The folder in which compiled rules are kept: `$CALMLINT_CACHE`, or the user's cache folder."""
    if folder := os.environ.get("CALMLINT_CACHE"):
        return folder
    if sys.platform == "linux":  # what platformdirs says, without the time that importing it takes
        folder = os.environ.get("XDG_CACHE_HOME", "").strip() or os.path.expanduser("~/.cache")
        return os.path.join(folder, "calmlint")
    import platformdirs  # noqa: PLC0415 - an installed calmlint without own rules has no need of it

    return platformdirs.user_cache_dir("calmlint", appauthor=False)


def _keep(path: str, data: bytes) -> None:
    """Write a cache file beside its place and move it there; a cache that cannot be written is no error."""
    beside = f"{path}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(beside, "wb") as file:
            file.write(data)
        os.replace(beside, path)
    except OSError:
        pass


# --- the table -----------------------------------------------------------------------------------------------------


def pack_table(content: dict[str, Any], automaton: Automaton) -> bytes:
    """Rules, signals and cues as plain data, and the automaton, as the bytes of a table."""
    head = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    body = automaton.dump()
    return _SIZES.pack(_MAGIC, TABLE_VERSION, len(head)) + head + body


def read_table(data: bytes) -> RuleSet:
    """The rules of a table. Raises ValueError for bytes that `pack_table` of this version did not write."""
    try:
        magic, version, size = _SIZES.unpack_from(data)
    except struct.error:
        magic, version, size = b"", 0, 0
    if (magic, version) != (_MAGIC, TABLE_VERSION):
        message = "not a rule table of this version"
        raise ValueError(message)
    content = json.loads(data[_SIZES.size : _SIZES.size + size])
    automaton = Automaton.load(memoryview(data)[_SIZES.size + size :])
    variants = {variant: tuple(words) for variant, words in content["variants"].items()}
    number = automaton.vocabulary.get
    book = Book(
        automaton,
        Tokeniser(Spelling(variants), automaton.vocabulary),
        {name: patterns_of(groups) for name, groups in content["signals"].items()},
        frozenset(filter(None, (number(word) for word in content["negators"]))),
        frozenset(filter(None, (number(mark) for mark in (*content["marks"], START, BREAK)))),
    )
    cues = tuple(
        Cue(cue["group"], cue["weight"], cue["speaker"], patterns_of(cue["patterns"])) for cue in content["cues"]
    )
    profiles = {name: _severities(labels) for name, labels in content["profiles"].items()}
    return RuleSet({entry["name"]: _rule(entry, book) for entry in content["rules"]}, book, cues, profiles)


def _severities(labels: dict[str, str]) -> dict[str, Severity | None]:
    """Severities from their words; `off` is None."""
    return {key: None if label == "off" else Severity.of(label) for key, label in labels.items()}


def patterns_of(groups: Iterable[list[Any]]) -> tuple[Pattern, ...]:
    """Patterns from their plain data: [phrase set, unless, when, silent-when]."""
    return tuple(
        Pattern(phrases, conditions_of(unless), conditions_of(when), frozenset(silent))
        for phrases, unless, when, silent in groups
    )


def conditions_of(entries: Iterable[list[Any]]) -> tuple[Condition, ...]:
    """Conditions from their plain data: [phrase set or null, signal or null, where, within or null]."""
    return tuple(Condition(*entry) for entry in entries)


def _rule(entry: dict[str, Any], book: Book) -> Rule:
    settings: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in entry["settings"].items()
    }
    for key, value in entry["conditions"].items():
        settings[key] = conditions_of(value)
    if entry["patterns"]:
        settings["patterns"] = book.signals[entry["name"]]
    return Rule(
        entry["name"],
        entry["code"],
        entry["category"],
        entry["kind"],
        Severity.of(entry["severity"]),
        entry["enabled"],
        entry["preview"],
        entry["message"],
        entry["instead"],
        frozenset(map(SegmentKind, entry["applies_to"])),
        _severities(entry["severities"]),
        tuple((rule, within) for rule, within in entry["yields_to"]),
        kind_class(entry["kind"])(**settings),
    )
