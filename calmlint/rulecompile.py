"""From rule files to the table that a run reads: phrases into the automaton, the rest into plain data."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calmlint.phrase.build import Builder
from calmlint.phrase.language import Language, PhraseError
from calmlint.phrase.tokens import BREAK, START
from calmlint.rule import pack_table, rule_files
from calmlint.ruledoc import ConditionDoc, CueDoc, PatternDoc, Place, RuleDoc, SignalDoc, Text
from calmlint.rulefile import SEVERITIES, Reader, hint

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MARKS = ",.!?:;()[]{}<>/-|"
_WORD_KEYS = ("classes", "spellings", "inflections", "negators")


@dataclasses.dataclass
class Folder:
    """Everything that rule folders hold, as written."""

    rules: list[RuleDoc] = dataclasses.field(default_factory=list)
    signals: list[SignalDoc] = dataclasses.field(default_factory=list)
    cues: list[CueDoc] = dataclasses.field(default_factory=list)
    words: dict[str, dict[str, list[Text]]] = dataclasses.field(default_factory=dict)
    profiles: dict[str, dict[Text, str]] = dataclasses.field(default_factory=dict)


def read_folder(folders: Iterable[str]) -> Folder:
    """The rules, signals, cues and words of folders; later folders add to earlier ones.

    Raises RuleError with every mistake in them.
    """
    reader = Reader()
    content = Folder()
    for folder in folders:
        for name in rule_files(folder):
            path = Path(name)
            if path.stem == "words":
                _read_words(reader, path, content)
            elif path.stem == "situation" and path.parent.name in ("en", os.path.basename(folder)):
                content.cues += _read_cues(reader, path)
            elif path.parent.name == "signals":
                if signal := reader.signal(path):
                    content.signals.append(signal)
            elif path.parent.name == "profiles":
                content.profiles[path.stem] = _read_profile(reader, path)
            elif rule := reader.rule(path):
                content.rules.append(rule)
    _check_names(reader, content)
    reader.check()
    return content


def compile_rules(folders: Iterable[str], company: Iterable[str] = ()) -> bytes:
    """The table of all rules in the folders; `company` joins the word class <company>.

    Raises RuleError with every mistake in them.
    """
    content = read_folder(folders)
    names = content.words.setdefault("classes", {}).setdefault("company", [])
    names += (
        Text('"' + name.replace('"', " ") + '"', Place("company", 1, 1))
        for name in company
        if any(map(str.isalnum, name))
    )
    return _Compiler(content).table()


def language_of(content: Folder) -> Language:
    """The phrase language with the word classes of the folders."""
    plain = {
        key: {name: [text.value for text in texts] for name, texts in words.items()}
        for key, words in content.words.items()
    }
    return Language(plain.get("classes"), plain.get("spellings"), plain.get("inflections"))


def _read_words(reader: Reader, path: Path, content: Folder) -> None:
    node, start = reader.root(path)
    for key, value in reader.mapping(node, start, _WORD_KEYS).items() if node else ():
        if key == "negators":
            content.words.setdefault(key, {}).setdefault("all", []).extend(reader.texts(value, start))
            continue
        for name, entries in reader.mapping(value, start).items():
            content.words.setdefault(key, {}).setdefault(name, []).extend(reader.texts(entries, start))


def _read_profile(reader: Reader, path: Path) -> dict[Text, str]:
    """The severities that a profile gives to rules, by the rule's name."""
    node, start = reader.root(path)
    values = reader.mapping(node, start, ("about", "severities")) if node else {}
    labels = reader.mapping(values["severities"], start) if "severities" in values else {}
    return {
        Text(name, reader.place(label, start)): reader.string(label, start, (*SEVERITIES, "off"))
        for name, label in labels.items()
    }


def _read_cues(reader: Reader, path: Path) -> list[CueDoc]:
    node, start = reader.root(path)
    cues = []
    keys = ("group", "weight", "phrases", "unless", "when", "silent-when", "patterns")
    for speaker, entries in reader.mapping(node, start, ("customer", "agent")).items() if node else ():
        for item in reader.items(entries, start):
            values = reader.mapping(item, start, keys)
            weight = reader.value(values["weight"], start) if "weight" in values else 1
            group = reader.string(values["group"], start) if "group" in values else ""
            cues.append(CueDoc(group, int(weight), speaker, reader.patterns(values, start, explain=False)))
    return cues


def _check_names(reader: Reader, content: Folder) -> None:
    """Names and codes are unique, and every rule or signal that is named exists."""
    _check_unique(reader, content)
    rules = {rule.name for rule in content.rules}
    signals = rules | {doc.name for doc in content.signals}
    for condition in _conditions(content):
        if condition.signal and condition.signal.value not in signals:
            name = condition.signal.value
            reader.error(condition.signal.place, f"no signal or rule is called {name!r}{hint(name, signals)}")
    for name, place in (name for profile in content.profiles.values() for name in profile):
        if name not in rules:
            reader.error(place, f"no rule is called {name!r}{hint(name, rules)}")
    for rule in content.rules:
        for name, _ in rule.yields_to:
            if name not in rules:
                reader.error(rule.place, f"yields-to: no rule is called {name!r}{hint(name, rules)}")


def _check_unique(reader: Reader, content: Folder) -> None:
    seen: dict[str, Place] = {}
    named = [(signal.name, signal.place) for signal in content.signals]
    named += [(key, rule.place) for rule in content.rules for key in (rule.name, rule.code) if key]
    for name, place in named:
        if name in seen:
            reader.error(place, f"{name!r} is taken by {seen[name].path}; choose another")
        seen[name] = place


def _conditions(content: Folder) -> Iterator[ConditionDoc]:
    """Every condition that stands anywhere in the folders."""
    docs: list[SignalDoc | RuleDoc | CueDoc] = [*content.signals, *content.rules, *content.cues]
    for doc in docs:
        for pattern in doc.patterns:
            yield from (*pattern.unless, *pattern.when)
    for rule in content.rules:
        for value in rule.settings.values():
            if isinstance(value, tuple):
                yield from value


class _Compiler:
    """Numbers the phrase sets and turns documents into plain data."""

    def __init__(self, content: Folder) -> None:
        self._content = content
        self._language = language_of(content)
        self._builder = Builder()
        self._reader = Reader()
        self._sets: dict[tuple[str, ...], int] = {}
        for word in (START, BREAK, *_MARKS, "..."):
            self._builder.word(word)

    def table(self) -> bytes:
        content = self._content
        signals = {doc.name: self._patterns(doc.patterns) for doc in content.signals}
        signals |= {rule.name: self._patterns(rule.patterns) for rule in content.rules if rule.patterns}
        rules = [self._rule(rule) for rule in sorted(content.rules, key=lambda rule: rule.code)]
        cues = [
            {"group": c.group, "weight": c.weight, "speaker": c.speaker, "patterns": self._patterns(c.patterns)}
            for c in content.cues
        ]
        negators = [text.value for text in content.words.get("negators", {}).get("all", [])]
        for word in negators:
            self._builder.word(word)
        self._reader.check()
        data = {
            "rules": rules,
            "signals": signals,
            "profiles": {
                name: {rule.value: label for rule, label in profile.items()}
                for name, profile in content.profiles.items()
            },
            "cues": cues,
            "variants": self._language.variants,
            "negators": negators,
            "marks": [*_MARKS, "..."],
        }
        return pack_table(data, self._builder.build())

    def _rule(self, rule: RuleDoc) -> dict[str, Any]:
        conditions = {}
        settings = {}
        for key, value in rule.settings.items():
            if isinstance(value, tuple):
                conditions[key] = [self._condition(condition) for condition in value]
            else:
                settings[key] = value
        plain = ("name", "code", "category", "kind", "severity", "enabled", "preview", "message", "instead")
        return {name: getattr(rule, name) for name in plain} | {
            "applies_to": rule.applies_to,
            "severities": rule.severities,
            "yields_to": rule.yields_to,
            "patterns": bool(rule.patterns),
            "settings": settings,
            "conditions": conditions,
        }

    def _patterns(self, patterns: Iterable[PatternDoc]) -> list[list[Any]]:
        return [
            [
                self._set(pattern.phrases),
                [self._condition(condition) for condition in pattern.unless],
                [self._condition(condition) for condition in pattern.when],
                sorted(pattern.silent_when),
            ]
            for pattern in patterns
        ]

    def _condition(self, condition: ConditionDoc) -> list[Any]:
        phrases = self._set(condition.phrases) if condition.phrases else None
        signal = condition.signal.value if condition.signal else None
        return [phrases, signal, condition.where, condition.within]

    def _set(self, phrases: tuple[Text, ...]) -> int:
        """The number of the set of these phrases; an exception that several groups share is one set."""
        key = tuple(phrase.value for phrase in phrases)
        if key in self._sets:
            return self._sets[key]
        variants = []
        for phrase in phrases:
            try:
                variants += self._language.variants_of(phrase.value)
            except PhraseError as error:
                place = phrase.place._replace(column=phrase.place.column + error.column - 1)
                self._reader.error(place, str(error))
        self._sets[key] = self._builder.add_set(variants)
        return self._sets[key]
