"""The draft under lint: clean text, what part of a reply each stretch is, and where it came from."""

from __future__ import annotations

import bisect
import enum
import functools
from typing import TYPE_CHECKING, NamedTuple

from calmlint.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class SegmentKind(enum.StrEnum):
    """What part of a reply a stretch of it is."""

    SUBJECT = "subject"
    GREETING = "greeting"
    BODY = "body"
    LIST = "list"
    QUOTE = "quote"
    CODE = "code"
    LINK = "link"
    PLACEHOLDER = "placeholder"
    SIGNATURE = "signature"


class Mark(NamedTuple):
    """A stretch of clean text whose kind the file format states, such as an HTML blockquote."""

    span: Span
    kind: SegmentKind


class Segment(NamedTuple):
    """A part of a reply: its kind, where it stands in the clean text, and its sentences."""

    kind: SegmentKind
    span: Span
    sentences: tuple[Span, ...] = ()


class Piece(NamedTuple):
    """One stretch of clean text and the source text it stands for.

    `verbatim` says that both hold the same characters; else the two map to each other as a whole.
    """

    clean: Span
    raw: Span
    verbatim: bool


class OffsetMap:
    """Where in its source every character of a clean text came from.

    Spans are mapped, never points: the end of a span belongs to its last character.
    Raises ValueError when the pieces leave a gap in the clean text or run backwards in the source.
    """

    def __init__(self, pieces: Iterable[Piece]) -> None:
        self.pieces: Sequence[Piece] = tuple(pieces)
        clean_end = raw_end = 0
        for piece in self.pieces:
            if piece.clean.start != clean_end or piece.clean.end < clean_end:
                message = f"the clean text has a gap or an overlap at {clean_end}: {piece}"
                raise ValueError(message)
            if piece.raw.start < raw_end or piece.raw.end < piece.raw.start:
                message = f"the source runs backwards at {raw_end}: {piece}"
                raise ValueError(message)
            if piece.verbatim and piece.clean.end - piece.clean.start != piece.raw.end - piece.raw.start:
                message = f"a verbatim piece has two lengths: {piece}"
                raise ValueError(message)
            clean_end, raw_end = piece.clean.end, piece.raw.end
        self.length = clean_end

    @classmethod
    def identity(cls, length: int, start: int = 0) -> OffsetMap:
        """The map of a text that stands in its source as it is, from offset `start` on."""
        return cls([Piece(Span(0, length), Span(start, start + length), verbatim=True)] if length else [])

    @functools.cached_property
    def _starts(self) -> list[int]:
        return [piece.clean.start for piece in self.pieces]

    def _number(self, offset: int) -> int:
        """Which piece holds the character at an offset."""
        return max(bisect.bisect_right(self._starts, offset) - 1, 0)

    def _touched(self, span: Span) -> Iterator[Piece]:
        for number in range(self._number(span.start), len(self.pieces)):
            piece = self.pieces[number]
            if piece.clean.start >= span.end:
                return
            if piece.clean.end > span.start:
                yield piece

    def to_raw(self, span: Span) -> Span:
        """The source span that a span of the clean text stands for; an empty span gives an empty one."""
        if span.start == span.end:
            return self._place(span.start)
        first = self.pieces[self._number(span.start)]
        last = self.pieces[self._number(span.end - 1)]
        start = first.raw.start + (span.start - first.clean.start if first.verbatim else 0)
        end = last.raw.start + (span.end - last.clean.start) if last.verbatim else last.raw.end
        return Span(start, end)

    def _place(self, offset: int) -> Span:
        if not self.pieces:
            return Span(0, 0)
        if offset > 0:  # after the character before it, so that a place at a sentence's end stays there
            end = self.to_raw(Span(offset - 1, offset)).end
            return Span(end, end)
        start = self.pieces[0].raw.start
        return Span(start, start)

    def is_verbatim(self, span: Span) -> bool:
        """Whether the span stands in the source unchanged and in one stretch, so that it may be edited there."""
        end: int | None = None
        for piece in self._touched(span):
            if not piece.verbatim or (end is not None and piece.raw.start != end):
                return False
            end = piece.raw.end
        return True

    def through(self, outer: OffsetMap) -> OffsetMap:
        """The map carried on through the map of its source: text in HTML in a JSON string in a file."""
        pieces: list[Piece] = []
        for piece in self.pieces:
            if not piece.verbatim or piece.raw.start == piece.raw.end:
                pieces.append(Piece(piece.clean, outer.to_raw(piece.raw), verbatim=False))
                continue
            shift = piece.clean.start - piece.raw.start
            for inner in outer._touched(piece.raw):
                start, end = max(inner.clean.start, piece.raw.start), min(inner.clean.end, piece.raw.end)
                clean = Span(start + shift, end + shift)
                away = inner.raw.start - inner.clean.start
                raw = Span(start + away, end + away) if inner.verbatim else inner.raw
                pieces.append(Piece(clean, raw, inner.verbatim))
        return OffsetMap(_forward(pieces))


def _forward(pieces: Iterable[Piece]) -> list[Piece]:
    """Pieces that share no source text: those that meet in one whole, such as a base64 group, are made one."""
    done: list[Piece] = []
    for piece in pieces:
        one = piece
        while done and one.raw.start < done[-1].raw.end:
            before = done.pop()
            raw = Span(min(before.raw.start, one.raw.start), max(before.raw.end, one.raw.end))
            one = Piece(Span(before.clean.start, one.clean.end), raw, verbatim=False)
        done.append(one)
    return done


class TextBuilder:
    """Clean text and its OffsetMap, built in one walk over the source. Text never named is left out."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._parts: list[str] = []
        self._pieces: list[Piece] = []
        self.length = 0

    def keep(self, start: int, end: int) -> None:
        """Take source[start:end] as it is."""
        if start < end:
            self._add(self._source[start:end], Span(start, end), verbatim=True)

    def replace(self, start: int, end: int, text: str) -> None:
        """Take `text` for source[start:end], such as `&` for `&amp;`; the two map to each other as wholes."""
        if text:
            self._add(text, Span(start, end), verbatim=False)

    def insert(self, at: int, text: str) -> None:
        """Add `text` that stands nowhere in the source, such as the line break after `</p>`."""
        self.replace(at, at, text)

    def _add(self, text: str, raw: Span, *, verbatim: bool) -> None:
        clean = Span(self.length, self.length + len(text))
        last = self._pieces[-1] if self._pieces else None
        if last and verbatim and last.verbatim and last.raw.end == raw.start:
            self._pieces[-1] = Piece(Span(last.clean.start, clean.end), Span(last.raw.start, raw.end), verbatim=True)
        else:
            self._pieces.append(Piece(clean, raw, verbatim))
        self._parts.append(text)
        self.length = clean.end

    def build(self) -> tuple[str, OffsetMap]:
        """The clean text and the map from it to the source."""
        return "".join(self._parts), OffsetMap(self._pieces)


class Reply(NamedTuple):
    """A turn's text in parts: segments in order that cover all of it but white space, and inline stretches.

    `inline` holds links, placeholders, code and quoted speech that stand inside a segment.
    """

    text: str
    offsets: OffsetMap
    segments: tuple[Segment, ...]
    inline: tuple[Mark, ...] = ()

    def first(self, kind: SegmentKind) -> Segment | None:
        """The first segment of a kind."""
        return next((segment for segment in self.segments if segment.kind == kind), None)
