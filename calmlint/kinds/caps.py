"""Ordinary words in capitals: shouting, told from acronyms, codes, names, headings and labels."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, NamedTuple

from calmlint.finding import Hit, Severity
from calmlint.kinds.stretches import Stretches
from calmlint.pattern import Pattern
from calmlint.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from calmlint.finding import Situation
    from calmlint.reading import Reading
    from calmlint.reply import SegmentKind

_CAPITALS = Pattern(r"(?<![\w@#/&+-])(?<!\w\.)[A-Z]+(?:['\u2019][A-Z]+)?(?![\w@/&+]|-\w|\.\w|['\u2019][a-z])")
_JOINS = Pattern(r"[\s,*_]{1,6}(?:\n[\s*_]{0,4})?")
_WORD = re.compile(r"[^\W\d_]+")
_TO_LABEL = Pattern(
    r"\b(?:set|dial|turn|turned|switch|switched|change|changed|knob|slider|lever|move|go)\b[^.!?\n]{0,30}\bto \W{0,2}\Z"
)
_ID_AFTER = Pattern(r"[ -](?=[A-Z0-9]*\d)[A-Z][A-Z0-9]+\b")  # HOTEL O2
_ID_BEFORE = Pattern(r"\b(?=[A-Z0-9]*\d)[A-Z][A-Z0-9]+[ -]\Z")
_TO_NUMBER = Pattern(r"\W{1,3}to \d{4}")  # send YES to 60777
_LOOK_BACK = 40
_LABEL_REACH = 3  # so many words back a label's verb counts: "tap the big SAVE"
_LONG = 4  # a shorter word alone may be an acronym
_HEADING_WORDS = 6
_MARGIN = 12  # more marks than these beside a heading are none
_ENDINGS = (
    ("s", ("",)),
    ("es", ("",)),
    ("ed", ("", "e")),
    ("ing", ("", "e")),
    ("ly", ("",)),
    ("ied", ("y",)),
    ("ies", ("y",)),
)


class _Token(NamedTuple):
    span: Span
    word: str  # in lower case, up to an apostrophe


class Caps(NamedTuple):
    """Hits on runs of capitals that are ordinary words.

    `words` are those words, in lower case with spaces between, of four letters and more; regular forms are derived.
    `short_words` are the shorter ones that count alone, `fillers` those that count only beside others.
    A single word of `emphasis` (MUST, NOT, NEVER) is a hint, not a warning. `labels_before` and `labels_after` are
    words beside which capitals name a key, a code or a sign. `brands` are names, which are none of them.
    """

    words: str
    emphasis: tuple[str, ...] = ()
    short_words: tuple[str, ...] = ()
    fillers: tuple[str, ...] = ()
    labels_before: tuple[str, ...] = ()
    labels_after: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()

    def find(self, reading: Reading, kinds: frozenset[SegmentKind], situation: Situation) -> Iterator[Hit]:
        """Each run of shouted words."""
        del situation
        reply = reading.draft.reply
        hidden = Stretches(reply)
        for segment in reply.segments:
            if segment.kind not in kinds:
                continue
            label_end = -1
            for run in _runs(reply.text, segment.span, hidden):
                shouted = self._shouted(run)
                if not shouted:
                    continue
                if self._is_label(reply.text, run, label_end):
                    label_end = run[-1].span.end
                elif not _is_heading(reply.text, run):
                    span = Span(shouted[0].span.start, shouted[-1].span.end)
                    hint = len(shouted) == 1 and shouted[0].word in self.emphasis
                    calm = _calm(reply.text, span) if self._is_plain(run, span) else None
                    yield Hit(span, replacement=calm, severity=Severity.INFO if hint else None)

    def _is_plain(self, run: list[_Token], span: Span) -> bool:
        """Whether every word of the span is an ordinary one, so that none loses a capital of its own."""
        inside = (token.word for token in run if span.contains(token.span))
        return all(word in self.short_words or word in self.fillers or self._is_ordinary(word) for word in inside)

    def _shouted(self, run: list[_Token]) -> list[_Token]:
        """The stretch of a run from its first ordinary word to its last; empty where it is no shouting."""
        brands = {brand.lower() for brand in self.brands}
        strong = [
            token
            for token in run
            if token.word not in brands and (token.word in self.short_words or self._is_ordinary(token.word))
        ]
        if not strong:
            return []
        counted = set(strong)
        known = [token for token in run if token in counted or token.word in self.fillers]
        if len(strong) == 1 and len(known) < len(run):  # one word beside names: part of a name
            return []
        return known if len(strong) > 1 else strong

    def _is_ordinary(self, word: str) -> bool:
        if len(word) < _LONG:
            return False
        if word in _words(self.words):
            return True
        for ending, stems in _ENDINGS:
            stem = word.removesuffix(ending)
            if stem != word and any(len(stem + end) >= _LONG and stem + end in _words(self.words) for end in stems):
                return True
        return False

    def _is_label(self, text: str, run: list[_Token], label_end: int) -> bool:
        """Whether words around a run make it a key, a code or a sign."""
        start, end = run[0].span.start, run[-1].span.end
        sentence = text[max(0, start - _LOOK_BACK) : start]
        sentence = re.split(r"[.!?\n]\s", sentence)[-1]
        since = text[label_end:start] if 0 <= start - label_end <= _LOOK_BACK and label_end >= 0 else "."
        if "." not in since and len(since.split()) <= _LABEL_REACH:
            return True
        before = [word.lower() for word in _WORD.findall(sentence)][-_LABEL_REACH:]
        if any(word in self.labels_before for word in before) or _TO_LABEL.search(sentence):
            return True
        if _TO_NUMBER.match(text, end):
            return True
        after = _WORD.match(text, end + 1)
        if after and after.group() in self.labels_after and run[0].word not in self.emphasis:
            return True
        return len(run) == 1 and bool(_ID_AFTER.match(text, end) or _ID_BEFORE.search(text[:start][-_LOOK_BACK:]))


def _runs(text: str, within: Span, hidden: Stretches) -> Iterator[list[_Token]]:
    """Words in capitals that stand side by side."""
    run: list[_Token] = []
    for match in _CAPITALS.finditer(text, *within):
        span = Span(*match.span())
        if hidden.touch(span):
            continue
        if run and not _JOINS.fullmatch(text, run[-1].span.end, span.start):
            yield run
            run = []
        run.append(_Token(span, _plain(match.group().lower())))
    if run:
        yield run


def _plain(word: str) -> str:
    """A word up to its apostrophe; `don't` and its like are as strong as `not`."""
    head, apostrophe, tail = word.replace("\u2019", "'").partition("'")
    return "not" if apostrophe and tail == "t" else head


def _is_heading(text: str, run: list[_Token]) -> bool:
    """Whether a run is a line of its own without an end mark, and not the whole text."""
    start, end = run[0].span.start, run[-1].span.end
    before = text[max(0, start - _MARGIN) : start].rpartition("\n")[2]
    after = text[end : end + _MARGIN].partition("\n")[0]
    return (
        len(run) <= _HEADING_WORDS
        and len(text) > end - start + _MARGIN
        and not before.strip(" *_#-=:\t")
        and not after.strip(" *_#-=:\t")
    )


def _calm(text: str, span: Span) -> str:
    """The shouted words in small letters, but for `I` and the first letter of a sentence."""
    words = re.sub(r"\bi\b", "I", text[slice(*span)].lower())
    before = text[: span.start].rstrip(" \t\"'\u201c\u2018(*_")
    begins = not before or before[-1] in ".!?\n"
    return words[:1].upper() + words[1:] if begins else words


@functools.lru_cache
def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())
