"""Reading a configuration file: every key is checked, and every mistake is told with its place."""

from __future__ import annotations

import math
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calmlint.conversation import CHANNELS, SITUATIONS
from calmlint.finding import Severity
from calmlint.nearest import suggestion
from calmlint.source import InputError, decode
from calmlint.toml_places import KeyPath, Places, places

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from calmlint.source import Source

SEVERITIES = ("error", "warning", "info", "off")
FAIL_ON = ("error", "warning", "info", "never")
_PLACE = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)
_TIME = re.compile(r"(\d+(?:\.\d+)?) ?([mhd])")
_HOURS = {"m": 1 / 60, "h": 1.0, "d": 24.0}


def fail_on(word: str) -> Severity | None:
    """The severity from which a run fails; None for "never". Raises InputError for any other word."""
    if word not in FAIL_ON:
        message = f'fail-on: there is no "{word}"; {suggestion(word, FAIL_ON)}'
        raise InputError(message)
    return None if word == "never" else Severity.of(word)


def hours(time: str | float) -> float:
    """The hours that "24h", "30m", "2d" or a number of hours stand for. Raises ValueError for anything else."""
    if isinstance(time, str):
        match = _TIME.fullmatch(time)
        amount = float(match[1]) * _HOURS[match[2]] if match else 0.0
    else:
        amount = float(time)
    if not 0 < amount < math.inf:
        raise ValueError(time)
    return amount


def read(path: str) -> tuple[dict[str, Any], dict[KeyPath, str]]:
    """The values of a file by field of Config, and where each stands, as "file:line:column".

    Raises InputError with one line for each mistake.
    """
    try:
        source = decode(path, Path(path).read_bytes())
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror}); check its name and rights"
        raise InputError(message) from None
    document, found = _parse(source)
    prefix: KeyPath = ("tool", "calmlint") if Path(path).name == "pyproject.toml" else ()
    table: Any = document
    for part in prefix:
        table = table.get(part, {}) if isinstance(table, dict) else table
    keys = {key[len(prefix) :]: at for key, at in found.keys.items() if key[: len(prefix)] == prefix}
    values = {key[len(prefix) :]: at for key, at in found.values.items() if key[: len(prefix)] == prefix}
    reader = _Reader(source, Places(keys, values))
    fields = reader.fields(table)
    if reader.mistakes:
        raise InputError("\n".join(line for _, line in sorted(reader.mistakes)))
    return fields, {key: reader.place(at) for key, at in {**values, **keys}.items() if key}


def _parse(source: Source) -> tuple[dict[str, Any], Places]:
    """The document and its places. Raises InputError where it is not TOML."""
    try:
        return tomllib.loads(source.text), places(source.text)
    except RecursionError:
        message = f"{source.path}:1:1: nested too deeply; no setting needs that"
    except ValueError as error:
        match = _PLACE.fullmatch(str(error))
        end = source.position(len(source.text))
        line, column = match.group(2, 3) if match and match[2] else end if match else (1, 1)
        message = f"{source.path}:{line}:{column}: not TOML: {match[1] if match else error}; correct this place"
    raise InputError(message) from None


class _Reader:
    """Reads one table; mistakes are gathered with their offsets, so that all are told at once."""

    def __init__(self, source: Source, found: Places) -> None:
        self.source = source
        self.found = found
        self.mistakes: list[tuple[int, str]] = []

    def place(self, offset: int) -> str:
        line, column = self.source.position(offset)
        return f"{self.source.path}:{line}:{column}"

    def mistake(self, key: KeyPath, what: str, *, at_key: bool = False) -> None:
        first, second = (self.found.keys, self.found.values) if at_key else (self.found.values, self.found.keys)
        offset = first.get(key, second.get(key, 0))
        self.mistakes.append((offset, f"{self.place(offset)}: {what}"))

    def fields(self, table: object) -> dict[str, Any]:
        if not isinstance(table, dict):
            self.mistake((), "tool.calmlint is a table of settings; write [tool.calmlint]")
            return {}
        fields: dict[str, Any] = {}
        for key, value in table.items():
            if key == "tool":
                self.mistake((key,), "here the keys stand at the top; leave out [tool.calmlint]", at_key=True)
            elif key not in _KEYS:
                self.mistake((key,), f'there is no key "{key}"; {suggestion(key, _KEYS)}', at_key=True)
            else:
                fields[key.replace("-", "_")] = _KEYS[key](self, (key,), value)
        return fields

    def expected(self, key: KeyPath, what: str) -> None:
        names = ".".join(str(part) for part in key if isinstance(part, str))
        self.mistake(key, f"{names}: expected {what}")

    def flag(self, key: KeyPath, value: object) -> bool:
        if not isinstance(value, bool):
            self.expected(key, "true or false")
        return value is True

    def word(self, key: KeyPath, value: object) -> str:
        if isinstance(value, str) and value.strip():
            return value
        self.expected(key, 'a word in quotation marks, such as "email"')
        return ""

    def words(self, key: KeyPath, value: object) -> tuple[str, ...]:
        if not isinstance(value, list):
            self.expected(key, 'a list of words, such as ["calm-down"]')
            return ()
        return tuple(self.word((*key, index), item) for index, item in enumerate(value))

    def selectors(self, key: KeyPath, value: object) -> tuple[str, ...]:
        selectors = self.words(key, value)
        if value == [] and key == ("select",):
            self.mistake(key, 'select: the list is empty; leave it out for the default rules, or name some, or "ALL"')
        return selectors

    def one_of(self, key: KeyPath, value: object, known: tuple[str, ...]) -> str:
        word = self.word(key, value)
        if word and word not in known:
            self.mistake(key, f'{key[0]}: there is no "{word}"; {suggestion(word, known)}')
        return word

    def table(self, key: KeyPath, value: object, example: str) -> Iterator[tuple[KeyPath, str, object]]:
        if isinstance(value, dict):
            yield from (((*key, name), name, entry) for name, entry in value.items())
        else:
            self.expected(key, f"a table, such as {example}")

    def situation(self, key: KeyPath, value: object) -> str:
        return self.one_of(key, value, SITUATIONS)

    def channel(self, key: KeyPath, value: object) -> str:
        return self.one_of(key, value, CHANNELS)

    def fail_on(self, key: KeyPath, value: object) -> Severity | None:
        word = self.one_of(key, value, FAIL_ON)
        return fail_on(word) if word in FAIL_ON else None

    def severities(self, key: KeyPath, value: object) -> dict[str, Severity | str]:
        severities: dict[str, Severity | str] = {}
        for place, rule, entry in self.table(key, value, '{ calm-down = "warning" }'):
            word = self.one_of(place, entry, SEVERITIES)
            if word in SEVERITIES:
                severities[rule] = "off" if word == "off" else Severity.of(word)
        return severities

    def ignores_by_file(self, key: KeyPath, value: object) -> dict[str, tuple[str, ...]]:
        ignores: dict[str, tuple[str, ...]] = {}
        for place, glob, entry in self.table(key, value, '{ "old/*.md" = ["calm-down"] }'):
            self.glob(place, glob)
            ignores[glob] = self.words(place, entry)
        return ignores

    def globs(self, key: KeyPath, value: object) -> tuple[str, ...]:
        globs = self.words(key, value)
        for index, glob in enumerate(globs):
            self.glob((*key, index), glob)
        return globs

    def glob(self, key: KeyPath, glob: str) -> None:
        from pathspec import GitIgnoreSpec  # noqa: PLC0415 - only a file with globs pays for it

        try:
            GitIgnoreSpec.from_lines([glob])
        except ValueError:
            self.mistake(key, f'{key[0]}: "{glob}" is no pattern; write it as in .gitignore', at_key=True)

    def times(self, key: KeyPath, value: object) -> dict[str, float]:
        times: dict[str, float] = {}
        for place, channel, entry in self.table(key, value, '{ email = "24h" }'):
            if channel not in CHANNELS:
                self.mistake(
                    place, f'{key[0]}: there is no channel "{channel}"; {suggestion(channel, CHANNELS)}', at_key=True
                )
            try:
                times[channel] = hours(entry if isinstance(entry, str | int | float) and entry is not True else "")
            except (ValueError, OverflowError):
                self.expected(place, 'a time, such as "24h" or "30m", or a number of hours')
        return times

    def folders(self, key: KeyPath, value: object) -> tuple[Path, ...]:
        folders = tuple(Path(self.source.path).parent / word for word in self.words(key, value))
        for index, folder in enumerate(folders):
            if not folder.is_dir():
                self.mistake((*key, index), f"rules: there is no folder {folder}; folders are relative to this file")
        return folders


_KEYS: dict[str, Callable[[_Reader, KeyPath, object], object]] = {
    "select": _Reader.selectors,
    "ignore": _Reader.selectors,
    "extend-select": _Reader.selectors,
    "severity": _Reader.severities,
    "per-file-ignores": _Reader.ignores_by_file,
    "exclude": _Reader.globs,
    "fail-on": _Reader.fail_on,
    "profile": _Reader.word,
    "rules": _Reader.folders,
    "company": _Reader.words,
    "brands": _Reader.words,
    "response-times": _Reader.times,
    "preview": _Reader.flag,
    "situation": _Reader.situation,
    "channel": _Reader.channel,
}
