"""Wording that is present: the phrases of a rule, unless an exception holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from calmlint.finding import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from calmlint.finding import Situation
    from calmlint.reading import Pattern, Reading
    from calmlint.reply import SegmentKind


class Phrase(NamedTuple):
    """Hits wherever one of the patterns does."""

    patterns: tuple[Pattern, ...]

    def find(self, reading: Reading, kinds: frozenset[SegmentKind], situation: Situation) -> Iterator[Hit]:
        """Each stretch of wording that the patterns match."""
        del situation  # wording is wording; the rule's severities know the situation
        for match in reading.draft.hits(self.patterns, kinds):
            yield Hit(reading.draft.span(match))
