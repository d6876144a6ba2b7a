"""Rules, signals and cues as their files say them: plain values, each phrase with its place."""

from __future__ import annotations

import dataclasses
import re
from typing import Any, NamedTuple

from calmlint.source import Span

_MARKED = re.compile(r">>(.*?)<<", re.DOTALL)


class Place(NamedTuple):
    """Where in a rule file something stands; line and column from 1."""

    path: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


class Text(NamedTuple):
    """A word or phrase of a rule file, and its place."""

    value: str
    place: Place


@dataclasses.dataclass(frozen=True)
class ConditionDoc:
    """An entry of `unless` or `when` as written."""

    phrases: tuple[Text, ...]
    signal: Text | None
    where: str
    within: int | None
    because: str
    example: str
    place: Place


@dataclasses.dataclass(frozen=True)
class PatternDoc:
    """A group of phrases and their conditions as written."""

    phrases: tuple[Text, ...]
    unless: tuple[ConditionDoc, ...] = ()
    when: tuple[ConditionDoc, ...] = ()
    silent_when: frozenset[str] = frozenset({"quoted"})


@dataclasses.dataclass(frozen=True)
class Example:
    """A text that a rule flags, passes, or is known to miss; `spans` are the findings it must give, if stated."""

    verdict: str
    text: str
    spans: tuple[Span, ...]
    place: Place
    customer: str | None = None
    situation: str | None = None
    channel: str | None = None


class Yield(NamedTuple):
    """A rule that goes first, and how near its hit must be: overlap, sentence or reply."""

    rule: str
    within: str


@dataclasses.dataclass(frozen=True)
class RuleDoc:
    """A rule file as written. `settings` are the kind's own keys; `patterns` are its phrases and conditions."""

    name: str
    code: str
    category: str
    kind: str
    severity: str
    enabled: bool
    preview: bool
    advice: tuple[int, ...]
    message: str
    why: str
    instead: str
    applies_to: tuple[str, ...]
    severities: dict[str, str]
    yields_to: tuple[Yield, ...]
    patterns: tuple[PatternDoc, ...]
    settings: dict[str, Any]
    examples: tuple[Example, ...]
    place: Place


@dataclasses.dataclass(frozen=True)
class SignalDoc:
    """A signal file as written."""

    name: str
    about: str
    patterns: tuple[PatternDoc, ...]
    place: Place


@dataclasses.dataclass(frozen=True)
class CueDoc:
    """One entry of the situation file as written."""

    group: str
    weight: int
    speaker: str
    patterns: tuple[PatternDoc, ...]


def unmark(text: str) -> tuple[str, tuple[Span, ...]]:
    """An example's text without its `>>` and `<<`, and the spans they enclosed."""
    spans = []
    for number, match in enumerate(_MARKED.finditer(text)):
        start = match.start() - 4 * number
        spans.append(Span(start, start + len(match.group(1))))
    return _MARKED.sub(r"\1", text), tuple(spans)
