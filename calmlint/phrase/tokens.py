"""Words: what a phrase and a reply are compared by. Both go through the same folding and splitting."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from calmlint.pattern import Pattern
from calmlint.reply import SegmentKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from calmlint.reply import Reply

NUMBER = "#"
START = "^"  # stands before the first word of every sentence
BREAK = "¶"  # stands after every segment; no phrase may cross it
SPECIAL = {"link": "<link>", "mail": "<mail>", "handle": "<handle>", "field": "<field>"}
SENTENCE_MARKS = frozenset({".", "!", "?", "..."})

# What the words of contractions stand for; `'s` and `'d` have two readings and stay as they are.
_CLITICS = {"s": "'s", "d": "'d", "re": "are", "ve": "have", "ll": "will", "m": "am"}
_NEGATED = {"ca": "can", "wo": "will", "sha": "shall", "ai": "is"}
_ISE = Pattern(r"iz(e|ed|es|er|ers|ing|ation|ations)$")
_APOSTROPHES = str.maketrans("\u2019\u02bc\uff07\u00b4`", "'''''")
_LONG = 200  # a chunk longer than this is no link or address; it is only split into words

_WORDS = (
    r"(?P<field>\ufffc+)"
    r"|(?P<number>\d+(?:[.,:/]\d+)*)"
    r"|(?P<word>[^\W\d_]+(?:'[^\W\d_]+)*)"
    r"|(?P<dots>\.\.+|\u2026)"
    r"|(?P<dash>[\u2013\u2014]|--+|-)"
    r"|(?P<mark>[.,!?:;()\[\]{}<>/&%=+$\u00a3\u20ac|\\])"
    r"|(?P<other>[^\s\w*_~#\"'\u201c\u201d\u00ab\u00bb\u2018\u200b-\u200d\ufe0f\u00ad])"
)
_SPLIT_LONG = Pattern(_WORDS)
_SPLIT = re.compile(
    r"(?P<link>(?:https?://|www\.)[^\s<>\"']*[^\s<>\"'.,;:!?)\]])"
    r"|(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<handle>@\w+)"
    r"|" + _WORDS
)
_CHUNK = re.compile(r"\S+")
_UNREAD = frozenset({SegmentKind.QUOTE, SegmentKind.CODE})
_MASKED = frozenset({SegmentKind.PLACEHOLDER, SegmentKind.CODE})
_MEMO_LIMIT = 200_000


class Word(NamedTuple):
    """A token and where it stands: code point offsets. The words of a contraction share its place."""

    text: str
    start: int
    end: int


def fold(text: str) -> str:
    """The text in lower case with one kind of apostrophe, exactly as long as before."""
    lower = text.lower()
    if len(lower) != len(text):  # some capitals, such as İ, grow
        lower = "".join(low if len(low := char.lower()) == 1 else char for char in text)
    return lower.translate(_APOSTROPHES)


class Spelling:
    """How folded text is split into words, and which spellings are read as which words."""

    def __init__(self, variants: Mapping[str, tuple[str, ...]]) -> None:
        self._variants = variants

    def split(self, chunk: str) -> list[Word]:
        """The words of folded text without white space, such as `isn't,` -> is, not, `,`."""
        words: list[Word] = []
        pattern = _SPLIT_LONG if len(chunk) > _LONG else _SPLIT
        for match in pattern.finditer(chunk):
            start, end = match.span()
            kind = match.lastgroup
            if kind == "word":
                words += [Word(word, start, end) for word in self._words(match.group())]
            elif kind == "number":
                words.append(Word(NUMBER, start, end))
            elif kind == "dots":
                words.append(Word("...", start, end))
            elif kind == "dash":
                if match.group() != "-" or (start == 0 or end == len(chunk)):  # pay-grade is two words
                    words.append(Word("-", start, end))
            elif kind in SPECIAL:
                words.append(Word(SPECIAL[kind], start, end))
            else:
                words.append(Word(match.group(), start, end))
        return words

    def _words(self, word: str) -> tuple[str, ...]:
        if known := self._variants.get(word):
            return known
        head, apostrophe, tail = word.rpartition("'")
        if apostrophe:
            if tail == "t" and head.endswith("n"):
                stem = head[:-1]
                return (*self._words(_NEGATED.get(stem, stem)), "not")
            if tail in _CLITICS:
                return (*self._words(head), _CLITICS[tail])
            return self._words(head + tail)
        return (_ISE.sub(r"is\1", word) if "iz" in word[3:] else word,)


class Tokens:
    """A reply as words: parallel lists of word numbers, places, sentence and segment numbers.

    Sentence numbers grow through the reply and never repeat; `marks` are the inline stretches of the reply.
    """

    __slots__ = ("ends", "ids", "reply", "segments", "sentence_spans", "sentences", "starts")

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        self.ids: list[int] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.sentences: list[int] = []
        self.segments: list[int] = []
        self.sentence_spans: list[tuple[int, int]] = []

    def add(self, word: int, start: int, end: int, sentence: int, segment: int) -> None:
        """Append one word."""
        self.ids.append(word)
        self.starts.append(start)
        self.ends.append(end)
        self.sentences.append(sentence)
        self.segments.append(segment)


class Tokeniser:
    """Turns replies into Tokens with the word numbers of a vocabulary; unknown words are number 0."""

    def __init__(self, spelling: Spelling, vocabulary: Mapping[str, int]) -> None:
        self._spelling = spelling
        self._vocabulary = vocabulary
        self._memo: dict[str, tuple[tuple[int, int, int], ...]] = {}
        self._start = vocabulary.get(START, 0)
        self._break = vocabulary.get(BREAK, 0)

    def tokenise(self, reply: Reply) -> Tokens:
        """The words of a reply, without its quotes and code; template fields count as one word each."""
        text = fold(_mask(reply))
        tokens = Tokens(reply)
        memo = self._memo
        for number, segment in enumerate(reply.segments):
            if segment.kind in _UNREAD:
                continue
            end = segment.span.end
            for sentence in segment.sentences:
                count = len(tokens.sentence_spans)
                tokens.sentence_spans.append(sentence)
                tokens.add(self._start, sentence.start, sentence.start, count, number)
                for chunk in _CHUNK.finditer(text, sentence.start, sentence.end):
                    raw, offset = chunk.group(), chunk.start()
                    words = memo.get(raw)
                    if words is None:
                        words = self._learn(raw)
                    for word, start, stop in words:
                        tokens.add(word, offset + start, offset + stop, count, number)
                end = sentence.end
            tokens.add(self._break, end, end, len(tokens.sentence_spans) - 1, number)
        return tokens

    def _learn(self, chunk: str) -> tuple[tuple[int, int, int], ...]:
        if len(self._memo) >= _MEMO_LIMIT:
            self._memo.clear()
        number = self._vocabulary.get
        words = tuple((number(word.text, 0), word.start, word.end) for word in self._spelling.split(chunk))
        self._memo[chunk] = words
        return words


def _mask(reply: Reply) -> str:
    """The reply's text with template fields and inline code blotted out at equal length."""
    hidden = [mark.span for mark in reply.inline if mark.kind in _MASKED]
    return blot(reply.text, hidden) if hidden else reply.text


def blot(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with each span (ordered, apart) replaced by as many object replacement characters."""
    parts: list[str] = []
    end = 0
    for start, stop in spans:
        if start < end:
            continue
        parts += (text[end:start], "\ufffc" * (stop - start))
        end = stop
    return "".join(parts) + text[end:]
