"""Where the sentences of a paragraph end, and where a full stop, an address or a wrapped line only looks like it."""

from __future__ import annotations

import bisect
import itertools
import re
from typing import TYPE_CHECKING, NamedTuple

from calmlint.pattern import Pattern
from calmlint.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

EMOJI = "\u203c\u2049\u20e3\u200d\u2600-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff\U000e0020-\U000e007f"
HEADING_LENGTH = 50
NARROW = 40  # columns within which a line that starts anew is a line of its own
WIDEST_WRAP = 110  # columns beyond which nobody wraps lines by hand
LONGEST_ABBREVIATION = 12

_CLOSERS = "\"'”’»)]*_"
_END = re.compile(rf"[.!?…]+[{re.escape(_CLOSERS)}]*|[。！？]+[」』）]*|[{EMOJI}]+|[:;]-?[()DP]+(?!\w)")
_EMOJI = Pattern(rf"[ \t\u00a0]*(?:[{EMOJI}]+|[:;]-?[()DP]+(?!\w))")
_WORD = re.compile(r"\w")
_FIRST_WORD = re.compile(r"\S{1,40}")
_HEARTS = "❤♥"
_WIDE_STOPS = ("。", "！", "？")
_OPENERS = "\"'“‘«([*_¿¡"


def word_set(words: str) -> frozenset[str]:
    """The words of a list that is written as a text."""
    return frozenset(words.split())


# Never the end of a sentence, whatever follows.
_TITLES = word_set(
    "mr mrs ms mx dr prof st sr sra srta sig mme mlle hr fr messrs rev hon capt sgt lt col gen gov e.g i.e eg ie vs cf"
    " approx ca z.b d.h u.a bzw vgl incl excl esp p.ej attn a.k.a dept p.s"
)
# Not the end where a number follows.
_COUNTED = word_set(
    "no nos nr num v ver p pp vol fig sec art ext tel ref est min max jan feb mar apr jun jul aug sep sept oct nov dec"
    " ch chap inv ord opt par abs"
)
# The end only where the next word is one that begins sentences, or is not capitalised at all.
_EITHER = word_set(
    "etc inc ltd co corp llc plc gmbh bros jr u.k u.s u.s.a e.u a.m p.m am pm usw est hrs ph.d bldg ave rd"
)
_STARTERS = word_set(
    "a after all also although an and any are as at because before both but by can could did do does each either even"
    " every feel for from had has have he here his how however i i'd i'll i'm i've if in is it it's its just kindly let"
    " may meanwhile my next no not now of on once one or our please she should since so some sorry thank thanks that"
    " that's the their them then there there's these they they'll they're this those to today tomorrow until was we"
    " we'd we'll we're we've were what when where which while who why will with would yes you you'll you're you've your"
)  # fmt: skip


def skip_emoji(text: str, start: int, limit: int) -> int:
    """The end of the emoji or smileys that stand at `start`, after spaces; `start` itself where there are none."""
    while start < limit and not text[start : min(start + 4, limit)].strip()[:1].isalnum():  # mostly the next word
        match = _EMOJI.match(text, start, limit)
        if not match:
            break
        start = match.end()
    return start


def sentences(text: str, lines: Sequence[Span], shields: Sequence[Span] = ()) -> tuple[Span, ...]:
    """The sentences of one paragraph, given the spans of its lines; none ends inside one of the shields."""
    found: list[Span] = []
    start = lines[0].start
    widest = max(line.end - line.start for line in lines)
    for line, following in itertools.zip_longest(lines, lines[1:]):
        go_on = following.start if following else line.end
        for stop in _stops(text, line, shields):
            after = stop.end if stop.end < line.end else following.start if following else None
            if stop.end > start and _ends(text, start, stop, after, line.end):
                _add(text, found, Span(start, stop.end))
                start = stop.end
                while start < line.end and text[start].isspace():
                    start += 1
                start = start if start < line.end else go_on
        if following and start < line.end and _breaks(text, line, following, widest):
            _add(text, found, Span(start, line.end))
            start = go_on
    if start < lines[-1].end:
        _add(text, found, Span(start, lines[-1].end))
    return tuple(found)


class _Stop(NamedTuple):
    """A place where a sentence may end: its marks stand at `start`; `end` counts in an emoji that follows them."""

    start: int
    marks: str
    end: int


def _stops(text: str, line: Span, shields: Sequence[Span]) -> Iterator[_Stop]:
    """The places in a line where a sentence may end: after full stops and the like, and after web addresses."""
    shield = bisect.bisect_right(shields, line.start, key=_end_of)
    position = line.start
    while True:
        match = _END.search(text, position, line.end)
        limit = match.start() if match else line.end
        while shield < len(shields) and shields[shield].end <= limit:
            if text.startswith(("http", "www."), shields[shield].start):
                yield _Stop(shields[shield].end, "", shields[shield].end)
            shield += 1
        if not match:
            return
        end = position = match.end()
        if shield < len(shields) and shields[shield].start <= limit:
            position = min(max(position, shields[shield].end), line.end)
            continue
        end = position = skip_emoji(text, end, line.end)
        yield _Stop(limit, match[0], end)


def _end_of(span: Span) -> int:
    return span.end


def _add(text: str, found: list[Span], span: Span) -> None:
    """Add a sentence; a stretch without a letter or digit goes to the one before."""
    if found and not _WORD.search(text, span.start, span.end):
        found[-1] = Span(found[-1].start, span.end)
    else:
        found.append(span)


def _ends(text: str, start: int, stop: _Stop, after: int | None, line_end: int) -> bool:
    """Whether the sentence begun at `start` ends at the stop; `after` is where the text goes on."""
    first = stop.marks[:1]
    if after is None or first in _WIDE_STOPS:
        return True
    smiles = stop.end > stop.start + len(stop.marks)
    if stop.end < line_end and not text[stop.end].isspace() and not smiles:
        return False
    while after < line_end and text[after].isspace():
        after += 1
    word = _FIRST_WORD.match(text, after)
    following = word[0].lstrip(_OPENERS) if word else ""
    if first == "" or first not in ".!?…":  # an address, an emoji, a smiley: the end where a sentence visibly begins
        starts = _plain(following) in _STARTERS if first == "" else first not in _HEARTS
        return starts and following[:1].isupper()
    bare = stop.marks.rstrip(_CLOSERS)
    if following[:1].islower() and not smiles and (bare != stop.marks or bare.startswith(("..", "…"))):
        return False
    return bare != "." or smiles or ")" in stop.marks or _full_stop_ends(text, start, stop.start, following)


def _plain(word: str) -> str:
    return word.rstrip(",.!?:;").casefold().replace("’", "'")


def _full_stop_ends(text: str, start: int, stop: int, following: str) -> bool:
    """Whether a full stop is more than the mark of an abbreviation."""
    begin = stop
    while begin > start and stop - begin <= LONGEST_ABBREVIATION and not text[begin - 1].isspace():
        begin -= 1
    word = text[begin:stop].lstrip(_OPENERS).casefold()
    lower = following[:1].islower()
    if word in _TITLES or (begin == start and (word.isdigit() or len(word) == 1)):  # "1. Open the box"
        return False
    if word in _COUNTED and (following[:1].isdigit() or following[:1] in "#№"):
        return False
    if word in _EITHER or (len(word) == 1 and word.isalpha() and text[stop - 1].isupper()):
        return _plain(following) in _STARTERS and not lower
    return not (lower and "." in word)


def _breaks(text: str, line: Span, following: Span, widest: int) -> bool:
    """Whether a line that ends without a full stop ends a sentence all the same, and was not just wrapped."""
    length = line.end - line.start
    first = text[following.start]
    if text[line.end - 1] == ":" and length <= HEADING_LENGTH:
        return True
    if first.islower() or text[line.end - 1] in ",;–—-":
        return False
    if length > WIDEST_WRAP:
        return True
    word = _FIRST_WORD.match(text, following.start, following.end)
    return length + 1 + (len(word[0]) if word else 0) <= max(NARROW, widest * 7 // 10)
