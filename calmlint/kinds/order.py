"""Something that is there, but too late: feelings after facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from calmlint.finding import Hit
from calmlint.reply import SegmentKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from calmlint.finding import Situation
    from calmlint.reading import Condition, Reading

_COUNTED = frozenset({SegmentKind.BODY, SegmentKind.LIST})


class Order(NamedTuple):
    """Hits where the first of the signals in `first` begins after the first `sentences` sentences of the body.

    Sentences that hold a signal of `may_precede` (thanks, a safety warning) are not counted; those that hold one of
    `heavy` (a question, an instruction) count twice.
    Silent where none of the signals is there at all: then it is missing, not late.
    """

    first: tuple[str, ...]
    sentences: int = 2
    may_precede: tuple[str, ...] = ()
    heavy: tuple[str, ...] = ()
    unless: tuple[Condition, ...] = ()

    def find(self, reading: Reading, kinds: frozenset[SegmentKind], situation: Situation) -> Iterator[Hit]:
        """At most one hit: the late words."""
        del kinds, situation
        draft = reading.draft
        matches = sorted(match for name in self.first for match in draft.signal(name))
        if not matches or any(draft.holds(condition) for condition in self.unless):
            return
        tokens = draft.tokens
        late = tokens.sentences[matches[0].start]
        excused = {tokens.sentences[match.start] for name in self.may_precede for match in draft.signal(name)}
        body = {
            number
            for number, segment in zip(tokens.sentences, tokens.segments, strict=True)
            if number < late and draft.reply.segments[segment].kind in _COUNTED
        }
        heavy = {tokens.sentences[match.start] for name in self.heavy for match in draft.signal(name)}
        if len(body - excused) + len((body - excused) & heavy) >= self.sentences:
            yield Hit(draft.span(matches[0]))
