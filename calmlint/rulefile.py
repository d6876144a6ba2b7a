"""Rule files as written: YAML -> values with the place of each, every mistake told with file:line:column."""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING, Any

import yaml

from calmlint.conversation import SITUATIONS
from calmlint.kinds import KINDS, settings_of
from calmlint.nearest import nearest
from calmlint.reading import MARKS, WHERE
from calmlint.reply import SegmentKind
from calmlint.ruledoc import ConditionDoc, Example, PatternDoc, Place, RuleDoc, SignalDoc, Text, Yield, unmark
from calmlint.source import InputError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

_FIELDS = ("match", "cues", "by-when", "detail")  # what messages may name
_HINT_CUTOFF = 0.5  # names of keys are short
SEVERITIES = ("error", "warning", "info")
_PATTERN_KEYS = ("phrases", "unless", "when", "silent-when")
_NAMES = ("signal", "rule")  # both name wording that stands elsewhere
_CONDITION_KEYS = ("phrase", "phrases", "signal", "rule", "where", "within", "because", "example")
_RULE_KEYS = (
    "name", "code", "kind", "severity", "enabled", "preview", "advice", "message", "why", "instead",
    "applies-to", "severities", "yields-to", "patterns", "examples", *_PATTERN_KEYS,
)  # fmt: skip
_SIGNAL_KEYS = ("name", "about", "patterns", *_PATTERN_KEYS)
_EXAMPLE_KEYS = ("flags", "passes", "known-miss", "customer", "situation", "channel")


class RuleError(InputError):
    """A rule that cannot be used: one line a mistake, each with file:line:column."""


class Reader:
    """Reads rule, signal and word files; mistakes are collected in `errors`, one line each."""

    def __init__(self) -> None:
        self.errors: list[str] = []

    def error(self, place: Place, message: str) -> None:
        """Note a mistake."""
        self.errors.append(f"{place}: {message}")

    def check(self) -> None:
        """Raise RuleError with every mistake noted so far, if there is one."""
        if self.errors:
            raise RuleError("\n".join(dict.fromkeys(self.errors)))

    # --- YAML ------------------------------------------------------------------------------------------------------

    def root(self, path: Path) -> tuple[yaml.Node | None, Place]:
        """The document of a YAML file."""
        start = Place(str(path), 1, 1)
        try:
            node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_LOADER)
        except OSError as error:
            self.error(start, f"cannot be read ({error.strerror}); check the file")
        except UnicodeDecodeError:
            self.error(start, "is not UTF-8 text; save it as UTF-8")
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            place = Place(str(path), mark.line + 1, mark.column + 1) if mark else start
            self.error(
                place,
                f"not valid YAML: {getattr(error, 'problem', None) or 'unreadable'}; check quotes and indentation",
            )
        else:
            if node is None:
                self.error(start, "is empty; write a rule or delete the file")
            return node, start
        return None, start

    def place(self, node: yaml.Node, path: Place) -> Place:
        """Where a node stands."""
        return Place(path.path, node.start_mark.line + 1, node.start_mark.column + 1)

    def mapping(self, node: yaml.Node, at: Place, known: Collection[str] | None = None) -> dict[str, yaml.Node]:
        """A mapping's values by key; doubled and unknown keys are mistakes."""
        place = self.place(node, at)
        if not isinstance(node, yaml.MappingNode):
            self.error(
                place,
                f"expected keys and values, such as `{next(iter(known), 'key')}: ...`"
                if known
                else "expected a mapping",
            )
            return {}
        values: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name, key_place = str(key.value), self.place(key, at)
            if name in values:
                self.error(key_place, f"the key {name!r} stands twice; keep one")
            elif known is not None and name not in known:
                self.error(key_place, f"unknown key {name!r}{hint(name, known)}")
            values[name] = value
        return values

    def value(self, node: yaml.Node, at: Place) -> Any:  # noqa: ANN401 - a kind's setting may be of any type
        """A node as plain Python: only `true` and `false` are booleans."""
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, at) for item in node.value]
        if isinstance(node, yaml.MappingNode):
            return {key: self.value(item, at) for key, item in self.mapping(node, at).items()}
        text, plain = str(node.value), isinstance(node, yaml.ScalarNode) and not node.style
        if plain and text in ("true", "false"):
            return text == "true"
        if plain and re.fullmatch(r"-?\d+", text):
            return int(text)
        return text

    def string(self, node: yaml.Node, at: Place, choices: Collection[str] | None = None) -> str:
        """A text, one of `choices` where they are given."""
        if not isinstance(node, yaml.ScalarNode):
            self.error(self.place(node, at), "expected a text; put it in quotation marks")
            return ""
        text = str(node.value)
        if choices is not None and text not in choices:
            self.error(self.place(node, at), f"{text!r} is none of {', '.join(choices)}{hint(text, choices)}")
        return text

    def boolean(self, node: yaml.Node, at: Place) -> bool:
        """True or false."""
        return self.string(node, at, ("true", "false")) == "true"

    def items(self, node: yaml.Node, at: Place) -> list[yaml.Node]:
        """The entries of a list."""
        if isinstance(node, yaml.SequenceNode):
            return list(node.value)
        self.error(self.place(node, at), "expected a list: put each entry on its own line after `- `")
        return []

    def texts(self, node: yaml.Node, at: Place) -> tuple[Text, ...]:
        """A list of texts with their places; a phrase begins after its opening quotation mark."""
        found = []
        for item in self.items(node, at):
            place = self.place(item, at)
            shift = isinstance(item, yaml.ScalarNode) and item.style in ("'", '"')
            found.append(Text(self.string(item, at), place._replace(column=place.column + shift)))
        return tuple(found)

    # --- patterns --------------------------------------------------------------------------------------------------

    def patterns(self, values: dict[str, yaml.Node], at: Place, *, explain: bool) -> tuple[PatternDoc, ...]:
        """The groups of phrases of a file; conditions beside `phrases` at the top hold for every group."""
        whole = self.pattern(values, at, explain=explain)
        groups = [whole] if whole.phrases else []
        for node in self.items(values["patterns"], at) if "patterns" in values else ():
            keys = self.mapping(node, at, _PATTERN_KEYS)
            group = self.pattern(keys, at, explain=explain)
            if not group.phrases:
                self.error(self.place(node, at), "a group needs `phrases`")
            silent = group.silent_when if "silent-when" in keys else whole.silent_when
            groups.append(PatternDoc(group.phrases, (*group.unless, *whole.unless), (*group.when, *whole.when), silent))
        return tuple(groups)

    def pattern(self, values: dict[str, yaml.Node], at: Place, *, explain: bool) -> PatternDoc:
        """One group of phrases with its conditions."""
        silent = frozenset({"quoted"})
        if "silent-when" in values:
            silent = frozenset(self.string(item, at, MARKS) for item in self.items(values["silent-when"], at))
        return PatternDoc(
            self.texts(values["phrases"], at) if "phrases" in values else (),
            self.conditions(values.get("unless"), at, explain=explain),
            self.conditions(values.get("when"), at, explain=False),
            silent,
        )

    def conditions(self, node: yaml.Node | None, at: Place, *, explain: bool) -> tuple[ConditionDoc, ...]:
        """The entries of `unless` or `when`; `explain` asks for a reason and an example with each."""
        return tuple(self._condition(item, at, explain=explain) for item in (self.items(node, at) if node else ()))

    def _condition(self, node: yaml.Node, at: Place, *, explain: bool) -> ConditionDoc:
        place = self.place(node, at)
        values = self.mapping(node, at, _CONDITION_KEYS)
        phrases = self.texts(values["phrases"], at) if "phrases" in values else ()
        if "phrase" in values:
            single = yaml.SequenceNode("", [values["phrase"]], values["phrase"].start_mark)
            phrases += self.texts(single, at)
        named = [Text(self.string(values[key], at), self.place(values[key], at)) for key in _NAMES if key in values]
        if bool(phrases) + len(named) != 1:
            self.error(place, "an entry needs one of `phrase`, `phrases`, `signal` and `rule`")
        signal = named[0] if named else None
        because = self.string(values["because"], at) if "because" in values else ""
        example = self.string(values["example"], at) if "example" in values else ""
        if explain and not (because and example):
            self.error(place, "an exception needs `because` (why it is innocent) and `example` (a text it lets pass)")
        where = self.string(values["where"], at, WHERE) if "where" in values else "overlap"
        within = self.value(values["within"], at) if "within" in values else None
        if within is not None and not (isinstance(within, int) and where in ("before", "after")):
            self.error(place, "`within` is a number of words and goes with `where: before` or `where: after`")
        return ConditionDoc(phrases, signal, where, within, because, example, place)

    # --- files -----------------------------------------------------------------------------------------------------

    def signal(self, path: Path) -> SignalDoc | None:
        """A signal file."""
        node, start = self.root(path)
        if node is None:
            return None
        values = self.mapping(node, start, _SIGNAL_KEYS)
        patterns = self.patterns(values, start, explain=False)
        if not patterns:
            self.error(start, "a signal needs `phrases`")
        return SignalDoc(path.stem, self.string(values["about"], start) if "about" in values else "", patterns, start)

    def rule(self, path: Path) -> RuleDoc | None:
        """A rule file; the file's stem is the rule's name and its folder the category."""
        node, start = self.root(path)
        if node is None:
            return None
        kind = next((str(value.value) for key, value in _pairs(node) if key.value == "kind"), "phrase")
        fields = settings_of(kind) if kind in KINDS else {}
        values = self.mapping(node, start, (*_RULE_KEYS, *(name.replace("_", "-") for name in fields)))
        for key in ("code", "message", "instead", "why"):
            if key not in values:
                self.error(start, f"the key {key!r} is missing")
        text = {
            key: self.string(values[key], start).strip() if key in values else ""
            for key in ("code", "message", "instead", "why")
        }
        if "name" in values and self.string(values["name"], start) != path.stem:
            self.error(self.place(values["name"], start), f"the name must be the file's own: {path.stem}")
        for key in ("message", "instead"):
            if unknown := _unknown_fields(text[key]):
                place = self.place(values[key], start)
                self.error(
                    place, f"{unknown} is no value that a {key} can name; known are {{match}}, {{cues}}, {{by-when}}"
                )
        if text["code"] and not re.fullmatch(r"[A-Z]{3}\d{3}", text["code"]):
            self.error(
                self.place(values["code"], start),
                f"{text['code']!r} is no code; use three capitals and three digits, such as ACM001",
            )
        patterns = self.patterns(values, start, explain=True) if kind in ("phrase", "placeholder", "metric") else ()
        if kind == "phrase" and not patterns:
            self.error(start, "a phrase rule needs `phrases`")
        return RuleDoc(
            name=path.stem,
            category=path.parent.name,
            kind=self.string(values["kind"], start, KINDS) if "kind" in values else "phrase",
            severity=self.string(values["severity"], start, SEVERITIES) if "severity" in values else "warning",
            enabled=self.boolean(values["enabled"], start) if "enabled" in values else True,
            preview=self.boolean(values["preview"], start) if "preview" in values else False,
            advice=tuple(int(self.string(item, start, "01234") or 0) for item in self.items(values["advice"], start))
            if "advice" in values
            else (),
            applies_to=self._applies_to(values, start),
            severities=self._severities(values, start),
            yields_to=self._yields(values, start),
            patterns=patterns,
            settings=self._settings(kind, fields, values, start),
            examples=self._examples(values, start),
            place=start,
            **text,
        )

    def _applies_to(self, values: dict[str, yaml.Node], at: Place) -> tuple[str, ...]:
        if "applies-to" not in values:
            return ("subject", "greeting", "body", "list")
        choices = [kind.value for kind in SegmentKind]
        return tuple(self.string(item, at, choices) for item in self.items(values["applies-to"], at))

    def _severities(self, values: dict[str, yaml.Node], at: Place) -> dict[str, str]:
        if "severities" not in values:
            return {}
        pairs = self.mapping(values["severities"], at, SITUATIONS)
        return {state: self.string(node, at, (*SEVERITIES, "off")) for state, node in pairs.items()}

    def _yields(self, values: dict[str, yaml.Node], at: Place) -> tuple[Yield, ...]:
        found = []
        for item in self.items(values["yields-to"], at) if "yields-to" in values else ():
            if isinstance(item, yaml.ScalarNode):
                found.append(Yield(str(item.value), "overlap"))
                continue
            pair = self.mapping(item, at, ("rule", "within"))
            within = (
                self.string(pair["within"], at, ("overlap", "sentence", "reply")) if "within" in pair else "overlap"
            )
            found.append(Yield(self.string(pair["rule"], at) if "rule" in pair else "", within))
        return tuple(found)

    def _settings(self, kind: str, fields: dict[str, str], values: dict[str, yaml.Node], at: Place) -> dict[str, Any]:
        settings: dict[str, Any] = {}
        for name, hint in fields.items():
            key = name.replace("_", "-")
            if key not in values or (
                kind in ("phrase", "placeholder", "metric") and name in ("patterns", "unless", "when")
            ):
                continue
            if "Condition" in hint:
                settings[name] = self.conditions(values[key], at, explain=False)
                continue
            value = self.value(values[key], at)
            expected = (
                list
                if hint.startswith("tuple")
                else dict
                if hint.startswith(("dict", "Mapping"))
                else int
                if hint == "int"
                else str
            )
            if not isinstance(value, expected):
                word = {list: "a list", dict: "keys and values", int: "a number", str: "a text"}[expected]
                self.error(self.place(values[key], at), f"{key!r} takes {word}")
            settings[name] = value
        return settings

    def _examples(self, values: dict[str, yaml.Node], at: Place) -> tuple[Example, ...]:
        found = []
        for item in self.items(values["examples"], at) if "examples" in values else ():
            place = self.place(item, at)
            keys = self.mapping(item, at, _EXAMPLE_KEYS)
            verdict = next((key for key in ("flags", "passes", "known-miss") if key in keys), None)
            if verdict is None:
                self.error(place, "an example needs `flags`, `passes` or `known-miss`")
                continue
            text, spans = unmark(self.string(keys[verdict], at))
            context = {key: self.string(keys[key], at) for key in ("customer", "situation", "channel") if key in keys}
            found.append(Example(verdict, text, spans, self.place(keys[verdict], at), **context))
        if not any(example.verdict == "flags" for example in found) or not any(
            example.verdict == "passes" for example in found
        ):
            self.error(at, "a rule needs at least one example that it `flags` and one that it `passes`")
        return tuple(found)


def hint(name: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` where one of the known names is close."""
    close = nearest(name, known, _HINT_CUTOFF)
    return f"; did you mean {close!r}?" if close else ""


def _pairs(node: yaml.Node) -> list[tuple[yaml.Node, yaml.Node]]:
    return node.value if isinstance(node, yaml.MappingNode) else []


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _unknown_fields(text: str) -> str:
    """The first field in braces that no finding fills in; empty where there is none."""
    try:
        fields = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
    except ValueError:
        return "a single brace"
    return next((f"{{{name}}}" for name in fields if name not in _FIELDS), "")
