"""Where in a reply something that is missing belongs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calmlint.reply import SegmentKind
from calmlint.source import Span

if TYPE_CHECKING:
    from calmlint.reply import Reply

_AGENT = frozenset({SegmentKind.BODY, SegmentKind.LIST})


def place_in(reply: Reply, place: str) -> Span:
    """An empty span: after the greeting (or before the first words), or after the last words of the body."""
    greeting = reply.first(SegmentKind.GREETING)
    own = [segment for segment in reply.segments if segment.kind in _AGENT]
    if place != "signature" and greeting:
        at = greeting.span.end
    elif place != "signature" and own:
        at = own[0].span.start
    elif own:
        at = own[-1].span.end
    elif greeting:
        at = greeting.span.end
    else:
        at = len(reply.text.rstrip())
    return Span(at, at)
