"""A file as read: its decoded text, and what line and column an offset in it is."""

from __future__ import annotations

import bisect
import codecs
import functools
import re
from typing import NamedTuple

_LINE_END = re.compile(r"\r\n|\n|\r")
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class InputError(Exception):
    """An input that cannot be linted: one line saying what is wrong, where, and what to do."""


class Position(NamedTuple):
    """A place in a file as editors count it: line and column, both from 1, in code points."""

    line: int
    column: int


class Span(NamedTuple):
    """A stretch of text: code point offsets from 0, end exclusive. An empty span is a place."""

    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        """Whether the two spans share at least one character."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        """Whether the other span lies wholly inside this one."""
        return self.start <= other.start and other.end <= self.end


class Source:
    """A file as read, or one record of it: decoded text without byte order mark.

    `path` is as the user named it; `first_line` and `start` are the line, from 1, and the offset at which
    `text` begins in its file, so that a record of a long archive has the file's own positions.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what a file is, each with its usual value
        self,
        path: str,
        text: str,
        encoding: str = "utf-8",
        byte_order_mark: bytes = b"",
        first_line: int = 1,
        start: int = 0,
    ) -> None:
        self.path = path
        self.text = text
        self.encoding = encoding
        self.byte_order_mark = byte_order_mark
        self.first_line = first_line
        self.start = start

    @functools.cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(end.end() for end in _LINE_END.finditer(self.text))]

    def position(self, offset: int) -> Position:
        """The line and column of an offset in `text`; the end of the text is a position too."""
        line = bisect.bisect_right(self._line_starts, offset)
        return Position(self.first_line + line - 1, offset - self._line_starts[line - 1] + 1)

    def line(self, number: int) -> str:
        """The text of a line, counted as in the file, without its line ending."""
        index = number - self.first_line
        start = self._line_starts[index]
        end = self._line_starts[index + 1] if index + 1 < len(self._line_starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    def around(self, offset: int, before: int = 200, after: int = 400) -> tuple[str, int]:
        """The part of its line near an offset, and the column at which that part begins."""
        index = bisect.bisect_right(self._line_starts, offset) - 1
        line_end = self._line_starts[index + 1] if index + 1 < len(self._line_starts) else len(self.text)
        start = max(self._line_starts[index], offset - before)
        return self.text[start : min(line_end, offset + after)].rstrip("\r\n"), start - self._line_starts[index] + 1


def decode(path: str, data: bytes, *, first_line: int = 1, start: int = 0) -> Source:
    """The bytes of a file, or of one record of it, as a Source: UTF-8, or what its byte order mark says.

    Raises InputError, naming the place, where the bytes are not text in that encoding.
    """
    mark, encoding = next(((m, e) for m, e in BYTE_ORDER_MARKS if data.startswith(m)), (b"", "utf-8"))
    body = data[len(mark) :]
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        before = body[: error.start].decode(encoding, "replace")
        place = Source(path, before, first_line=first_line).position(len(before))
        message = f"{path}:{place.line}:{place.column}: not {encoding.upper()} text; save the file as UTF-8"
        raise InputError(message) from None
    if "\0" in text:
        place = Source(path, text, first_line=first_line).position(text.index("\0"))
        message = f"{path}:{place.line}:{place.column}: holds NUL bytes, so it is no text file; exclude it"
        raise InputError(message)
    return Source(path, text, encoding, mark, first_line, start)
