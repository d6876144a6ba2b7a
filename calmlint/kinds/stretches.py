"""Stretches of a reply that are no prose of the agent's: links, code, fields and quoted speech."""

from __future__ import annotations

import bisect
from itertools import accumulate
from typing import TYPE_CHECKING

from calmlint.reply import SegmentKind

if TYPE_CHECKING:
    from calmlint.reply import Reply
    from calmlint.source import Span

_NO_PROSE = frozenset({SegmentKind.CODE, SegmentKind.LINK, SegmentKind.PLACEHOLDER, SegmentKind.QUOTE})


class Stretches:
    """The inline stretches of a reply of some kinds, asked in logarithmic time."""

    def __init__(self, reply: Reply, kinds: frozenset[SegmentKind] = _NO_PROSE) -> None:
        spans = sorted(mark.span for mark in reply.inline if mark.kind in kinds)
        self._starts = [span.start for span in spans]
        self._reach = list(accumulate((span.end for span in spans), max))

    def touch(self, span: Span) -> bool:
        """Whether a span shares a character with one of the stretches."""
        index = bisect.bisect_left(self._starts, span.end) - 1
        return index >= 0 and self._reach[index] > span.start
