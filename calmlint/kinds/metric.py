"""Counts and measures of a reply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from calmlint.finding import Hit
from calmlint.kinds.stretches import Stretches
from calmlint.pattern import Pattern
from calmlint.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from calmlint.finding import Situation
    from calmlint.reading import Reading
    from calmlint.reply import SegmentKind

_RUN = Pattern(
    r"[!\uff01](?:[ \u00a0]?[!?\uff01\uff1f1])*[ \u00a0]?[!?\uff01\uff1f]+"
    r"|(?<![?\uff1f])[?\uff1f]+[ \u00a0]?[!\uff01][!?\uff01\uff1f]*"
)
_SINGLE = Pattern(r"(?<=[^\s!\uff01])[!\uff01](?=\s|$|[\"'\u201d\u2019)\]*_])")
_TOKEN = Pattern(r"[#=]\S{0,20}\Z")  # a spreadsheet's #REF! and a programmer's != are no exclamations
_TOKEN_REACH = 24
_DENSE = 0.4  # marks a sentence
_CALM_STATES = ("upset", "problem")


class Metric(NamedTuple):
    """Hits where a measure passes its limit: `exclamation` counts marks, in runs and in all.

    More than `limit` marks are too many where two sentences of five have one; for a customer with a problem one
    mark less is.
    """

    measure: Literal["exclamation"]
    limit: int = 3

    def find(self, reading: Reading, kinds: frozenset[SegmentKind], situation: Situation) -> Iterator[Hit]:
        """Each run of marks; where there is none, the mark that passes the limit."""
        reply = reading.draft.reply
        hidden = Stretches(reply)
        singles: list[Span] = []
        runs = sentences = 0
        for segment in reply.segments:
            if segment.kind not in kinds:
                continue
            sentences += len(segment.sentences)
            for match in _RUN.finditer(reply.text, *segment.span):
                span = Span(*match.span())
                if _counts(reply.text, span, hidden):
                    runs += 1
                    yield Hit(span, replacement="?" if match.group()[0] in "?\uff1f" else "!")
            for match in _SINGLE.finditer(reply.text, *segment.span):
                span = Span(*match.span())
                if _counts(reply.text, span, hidden):
                    singles.append(span)
        limit = self.limit - (situation.state in _CALM_STATES)
        if not runs and len(singles) > limit and len(singles) >= _DENSE * sentences:
            yield Hit(singles[limit])


def _counts(text: str, span: Span, hidden: Stretches) -> bool:
    return not hidden.touch(span) and not _TOKEN.search(text[max(0, span.start - _TOKEN_REACH) : span.start])
