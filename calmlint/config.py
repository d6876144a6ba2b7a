"""What applies to a file: which rules run, how much their findings matter, and where each setting came from."""

from __future__ import annotations

import functools
import os
import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

from calmlint.finding import Severity
from calmlint.pattern import Pattern
from calmlint.source import InputError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pathspec import GitIgnoreSpec

KeyPath = tuple[str | int, ...]  # a key and the place inside its value: ("severity", "calm-down"), ("select", 0)

FILE_NAME = "calmlint.toml"
COMMAND_LINE = "command line"
_CODE_OR_PREFIX = Pattern(r"[A-Z]{2,}[0-9]*")
_PYPROJECT_TABLE = rb"(?m)^[ \t]*\[[ \t]*tool[ \t]*\.[ \t]*calmlint\b"
_MAY_HAVE_TABLE = (
    rb"""(?m)\btool["']?[ \t]*\.[ \t]*["']?calmlint\b|^[ \t]*(?:\[[ \t]*["']?tool["']?[ \t]*\]|["']?tool["']?[ \t]*=)"""
)
_NOTHING: Mapping[str, Any] = MappingProxyType({})
_NOT_A_SETTING = {"command_line", "root", "origin", "customer"}  # fields that no file can give
_EXACT, _PREFIX, _CATEGORY, _ALL, _NONE = 1000, 100, 10, 0, -1  # a longer prefix is more specific: 100 + its length


class RuleLike(Protocol):
    """What a rule must tell for its selection: its names, its severity, and whether it runs by default."""

    @property
    def name(self) -> str: ...  # noqa: D102 - the class says it
    @property
    def code(self) -> str: ...  # noqa: D102 - the class says it
    @property
    def category(self) -> str: ...  # noqa: D102 - the class says it
    @property
    def severity(self) -> Severity: ...  # noqa: D102 - the class says it
    @property
    def enabled(self) -> bool: ...  # noqa: D102 - the class says it
    @property
    def preview(self) -> bool: ...  # noqa: D102 - the class says it


class Selection(NamedTuple):
    """The selectors of the command line: a rule's name or code, the beginning of codes, a category, or ALL."""

    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


class Config(NamedTuple):
    """The settings of a run; `Config()` is what applies without a file.

    `fail_on` None never fails; `response_times` are hours by channel; `customer` is the text of the customer's
    message. The globs of `exclude` and `per_file_ignores` are relative to the folder `root`. `origin` tells where
    a value stands: "file:line:column" or "command line"; what it does not hold is a default.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    severity: Mapping[str, Severity | Literal["off"]] = _NOTHING
    per_file_ignores: Mapping[str, tuple[str, ...]] = _NOTHING
    exclude: tuple[str, ...] = ()
    fail_on: Severity | None = Severity.WARNING
    profile: str | None = None
    rules: tuple[Path, ...] = ()
    company: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    response_times: Mapping[str, float] = _NOTHING
    preview: bool = False
    situation: str | None = None
    channel: str | None = None
    customer: str | None = None
    command_line: Selection = Selection()
    root: str = ""
    origin: Mapping[KeyPath, str] = MappingProxyType({})

    def selects(self, rule: RuleLike, path: str = "") -> bool:
        """Whether a rule runs on a file.

        The most specific selector decides: name or code, then code prefix, category, ALL. Of two as specific,
        `ignore` beats `select`, and the command line beats the file.
        """
        if self.per_file_ignores and path and self._ignored_in(path, rule):
            return False
        over, ignored = self.command_line, _specificity(self.ignore, rule)
        selected_over = self._reach((*over.select, *over.extend_select), rule)
        ignored_over = _specificity(over.ignore, rule)
        if ignored_over > _NONE and ignored_over >= selected_over:
            return False
        if selected_over > _NONE:
            return selected_over >= ignored and self.severity_of(rule) is not None
        if over.select or self.severity_of(rule) is None:
            return False
        selected = self._reach((*self.select, *self.extend_select), rule)
        if max(selected, ignored) > _NONE:
            return selected > ignored
        return not self.select and rule.enabled and (self.preview or not rule.preview)

    def _ignored_in(self, path: str, rule: RuleLike) -> bool:
        place = self._place(path)
        return any(
            _specificity(selectors, rule) > _NONE and _globs((glob,)).match_file(place)
            for glob, selectors in self.per_file_ignores.items()
        )

    def _reach(self, selectors: Iterable[str], rule: RuleLike) -> int:
        """How specifically the selectors name the rule; a preview rule is not reached by a prefix or category."""
        reach = _specificity(selectors, rule)
        if rule.preview and not self.preview and reach not in (_EXACT, _ALL):
            return _ALL if "ALL" in selectors else _NONE
        return reach

    def severity_of(self, rule: RuleLike, default: Severity | None = None) -> Severity | None:
        """How much the rule's findings matter: as configured, else `default`, else the rule's own. None is off.

        A rule that is off in the file comes back when the command line selects it as specifically.
        """
        fallback = rule.severity if default is None else default
        at, key = max(((_specificity([key], rule), key) for key in self.severity), default=(_NONE, ""))
        if at == _NONE:
            return fallback
        severity = self.severity[key]
        if severity != "off":
            return severity
        over = self.command_line
        return fallback if self._reach((*over.select, *over.extend_select), rule) >= at else None

    def excludes(self, path: str) -> bool:
        """Whether `exclude` leaves out a file, or a folder (written with "/" at its end)."""
        return bool(self.exclude) and _globs(self.exclude).match_file(self._place(path))

    def _place(self, path: str) -> str:
        """The path as globs see it: relative to `root`, with "/". A file outside of `root` keeps its full path."""
        place = os.path.abspath(path).replace(os.sep, "/")
        root = os.path.abspath(self.root).replace(os.sep, "/").rstrip("/") + "/"
        return place.removeprefix(root) + ("/" if path.endswith("/") else "")

    def override(  # noqa: PLR0913 - one argument for each option of the command line
        self,
        *,
        select: Sequence[str] = (),
        extend_select: Sequence[str] = (),
        ignore: Sequence[str] = (),
        fail_on: str | None = None,
        profile: str | None = None,
        preview: bool | None = None,
        situation: str | None = None,
        channel: str | None = None,
        customer: str | None = None,
    ) -> Config:
        """These settings with those of the command line laid over them; what is not given stays.

        `fail_on` is error, warning, info or never. Raises KeyError for any other word.
        """
        given: dict[str, Any] = {
            "profile": profile,
            "preview": preview,
            "situation": situation,
            "channel": channel,
            "customer": customer,
        }
        given = {key: value for key, value in given.items() if value is not None}
        if fail_on is not None:
            given["fail_on"] = None if fail_on == "never" else Severity.of(fail_on)
        over = self.command_line
        selection = Selection(
            tuple(select) or over.select,
            (*over.extend_select, *extend_select),
            (*over.ignore, *ignore),
        )
        over_keys: dict[KeyPath, str] = {(key.replace("_", "-"),): COMMAND_LINE for key in given}
        return self._replace(**given, command_line=selection, origin={**self.origin, **over_keys})


def _specificity(selectors: Iterable[str], rule: RuleLike) -> int:
    """How specifically the best of the selectors names the rule; _NONE where none does."""
    best = _NONE
    for selector in selectors:
        if selector in (rule.name, rule.code):
            return _EXACT
        if _CODE_OR_PREFIX.fullmatch(selector) and rule.code.startswith(selector):
            best = max(best, _PREFIX + len(selector))
        elif selector == rule.category:
            best = max(best, _CATEGORY)
        elif selector == "ALL":
            best = max(best, _ALL)
    return best


@functools.lru_cache
def _globs(patterns: tuple[str, ...]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - only a configuration with globs pays for it

    return GitIgnoreSpec.from_lines(patterns)


def find_config(start: str | os.PathLike[str]) -> str | None:
    """The file that configures a file or folder: the nearest calmlint.toml, or pyproject.toml with [tool.calmlint].

    Relative to the current folder where it stands below it, else absolute.
    """
    place = os.path.abspath(start)
    folder = place if os.path.isdir(place) else os.path.dirname(place)
    while True:
        for name in (FILE_NAME, "pyproject.toml"):
            path = os.path.join(folder, name)
            if os.path.isfile(path) and (name == FILE_NAME or _has_table(path)):
                here = os.path.join(os.getcwd(), "")
                return path.removeprefix(here).replace(os.sep, "/")
        if folder == os.path.dirname(folder):
            return None
        folder = os.path.dirname(folder)


def _has_table(path: str) -> bool:
    """Whether a pyproject.toml configures calmlint; one that is malformed does where a line opens the table."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError:
        return False
    if b"calmlint" not in data or not re.search(_MAY_HAVE_TABLE, data):  # most projects: spares the parser
        return False
    import tomllib  # noqa: PLC0415 - only a file that seems to configure calmlint pays

    try:
        return "calmlint" in tomllib.loads(data.decode()).get("tool", {})
    except (ValueError, RecursionError):
        return re.search(_PYPROJECT_TABLE, data) is not None


def read_config(path: str | os.PathLike[str]) -> Config:
    """The settings a file holds. Raises InputError with one line, "file:line:column: ...", for each mistake in it."""
    import calmlint.config_file as reader  # noqa: PLC0415 - without a file its reader is not loaded

    values, origin = reader.read(os.fspath(path))
    return Config(**values, root=os.path.dirname(path), origin=origin)


def check_names(
    config: Config,
    names: Collection[str],
    codes: Collection[str],
    categories: Collection[str],
    profiles: Collection[str] | None = None,
) -> None:
    """Raises InputError with one line for each rule, code, category or profile in the settings that does not exist."""
    known = [*names, *codes, *sorted({code.rstrip("0123456789") for code in codes}), *categories, "ALL"]
    exact = frozenset(known)
    unknown = [
        (f'{place}: {key}: there is no rule, code or category "{word}"', word, known)
        for place, key, word in _selectors(config)
        if word not in exact and not (_CODE_OR_PREFIX.fullmatch(word) and any(code.startswith(word) for code in codes))
    ]
    if profiles is not None and config.profile is not None and config.profile not in profiles:
        place = config.origin.get(("profile",), COMMAND_LINE)
        unknown.append((f'{place}: profile: there is no "{config.profile}"', config.profile, list(profiles)))
    if unknown:
        from calmlint.nearest import suggestion  # noqa: PLC0415 - only a mistake pays for it

        raise InputError("\n".join(f"{what}; {suggestion(word, near)}" for what, word, near in unknown))


def _selectors(config: Config) -> Iterator[tuple[str, str, str]]:
    """Every selector in the settings: where it stands, under which key, and the word."""
    for key, words in (("select", config.select), ("extend-select", config.extend_select), ("ignore", config.ignore)):
        for index, word in enumerate(words):
            yield config.origin.get((key, index), "configuration"), key, word
    for rule in config.severity:
        yield config.origin.get(("severity", rule), "configuration"), "severity", rule
    for glob, words in config.per_file_ignores.items():
        for index, word in enumerate(words):
            place = config.origin.get(("per-file-ignores", glob, index), "configuration")
            yield place, "per-file-ignores", word
    for field, words in config.command_line._asdict().items():
        option = field.replace("_", "-")
        yield from ((COMMAND_LINE, f"--{option}", word) for word in words)


def describe(config: Config) -> list[str]:
    """The settings as lines of TOML, each with a comment that says which file and line it came from."""
    lines, tables = [], []
    over = config.command_line
    merged = {
        "select": (() if over.select else config.select, over.select),
        "extend-select": (() if over.select else config.extend_select, over.extend_select),
        "ignore": (config.ignore, over.ignore),
    }
    for name in config._fields:
        key = name.replace("_", "-")
        value = getattr(config, name)
        value = dict(value) if isinstance(value, MappingProxyType) else value
        origin = _origin(config, key)
        if name in _NOT_A_SETTING:
            continue
        if key in merged:
            in_file, given = merged[key]
            value = (*in_file, *given) or None
            origin = " and ".join([origin] * bool(in_file) + [COMMAND_LINE] * bool(given)) or "default"
        if isinstance(value, dict) and value:
            tables += ["", f"[{key}]"]
            said = {k: _time(entry) if key == "response-times" else entry for k, entry in value.items()}
            tables += [f"{_toml_key(k)} = {_toml(entry)}   # {_origin(config, key, k)}" for k, entry in said.items()]
        elif value is None and key != "fail-on":
            lines.append(f"# {key} is not set   # {origin}")
        else:
            lines.append(f"{key} = {_toml(value)}   # {origin}")
    return lines + tables


def _origin(config: Config, *key: str) -> str:
    """Where a value came from: "from FILE:LINE", "command line" or "default"."""
    place = config.origin.get(key, "default")
    return f"from {place.rpartition(':')[0]}" if ":" in place else place


def _time(hours: float) -> str | float:
    """Hours as one would write them, "5m" or "24h"; the number where that is not exactly as long."""
    minutes = round(min(hours, 1) * 60)
    if hours == int(hours):
        return f"{int(hours)}h"
    return f"{minutes}m" if minutes and minutes * (1 / 60) == hours else hours


def _toml(value: object) -> str:
    import json  # noqa: PLC0415 - only `calmlint config --show` pays for it

    if isinstance(value, dict):
        return "{}"
    if isinstance(value, tuple):
        return f"[{', '.join(_toml(item) for item in value)}]"
    if isinstance(value, bool | float):
        return str(value).lower()
    word = "never" if value is None else value.label if isinstance(value, Severity) else str(value)
    return json.dumps(word, ensure_ascii=False).replace("\x7f", "\\u007f")


def _toml_key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _toml(name)
