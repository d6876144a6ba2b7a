"""The parts of a mail message (RFC 5322, RFC 2046) and where each stands in the file."""

from __future__ import annotations

import dataclasses
import functools
import re
from email.message import Message
from typing import TYPE_CHECKING

from calmlint.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADER = re.compile(r"([!-9;-~]++)[ \t]*+:([^\r\n]*+(?:(?:\r\n|\n|\r)[ \t]++[^\r\n]*+)*+)(?:\r\n|\n|\r|\Z)")
_LINE_END = re.compile(r"\r\n|\n|\r")
_UNIX_FROM = re.compile(r"\s*+(?:>?From [^\r\n]*+(?:\r\n|\n|\r))?")
# Reading a header's parameters takes time that grows with the square of its length.
_LONGEST_HEADER = 10_000
_DEEPEST = 20
_MOST_PARTS = 1_000


@dataclasses.dataclass(frozen=True)
class Part:
    """A message or one part of it: where its headers' values and its body stand in `text`, and the parts inside."""

    text: str
    headers: dict[str, Span]
    body: Span
    parts: tuple[Part, ...] = ()

    def header(self, name: str) -> str:
        """The value of a header, unfolded, or an empty text; only so much of it as any real header holds."""
        span = self.headers.get(name)
        if not span:
            return ""
        value = self.text[span.start : min(span.end, span.start + _LONGEST_HEADER)]
        return _LINE_END.sub("", value).strip()

    @functools.cached_property
    def _type(self) -> Message:
        message = Message()
        value = self.header("content-type").encode("ascii", "replace").decode()
        if value:
            message["Content-Type"] = value
        return message

    @property
    def content_type(self) -> str:
        """Such as `text/plain`, which is also what a part without a Content-Type is."""
        return self._type.get_content_type()

    def parameter(self, name: str) -> str | None:
        """A parameter of the Content-Type, such as `charset`."""
        value = self._type.get_param(name)
        if isinstance(value, tuple):
            return value[2]
        return value or None

    @property
    def encoding(self) -> str:
        """The Content-Transfer-Encoding in lower case."""
        return self.header("content-transfer-encoding").partition(";")[0].strip().lower()

    @property
    def is_attachment(self) -> bool:
        """Whether the part is a file sent along and no text of the message."""
        disposition = self.header("content-disposition").lower()
        return disposition.startswith("attachment") or "filename" in disposition

    @property
    def is_broken(self) -> bool:
        """Whether this says that it consists of parts, and none can be found."""
        return self.content_type.startswith("multipart/") and not self.parts


def parse(text: str) -> Part:
    """The tree of a message. Parts nested deeper, or more of them, than any mail has are left out."""
    start = _UNIX_FROM.match(text)
    return _part(text, Span(start.end() if start else 0, len(text)), 0, [_MOST_PARTS])


def _part(text: str, span: Span, depth: int, left: list[int]) -> Part:
    headers: dict[str, Span] = {}
    at = span.start
    while at < span.end and (found := _HEADER.match(text, at, span.end)):
        headers.setdefault(found[1].lower(), Span(found.start(2), found.end(2)))
        at = found.end()
    blank = _LINE_END.match(text, at, span.end)
    part = Part(text, headers, Span(blank.end() if blank else at, span.end))
    boundary = part.parameter("boundary") if part.content_type.startswith("multipart/") else None
    if not boundary or depth >= _DEEPEST:
        return part
    inside: list[Part] = []
    for child in _between(text, part.body, boundary.rstrip()):
        if not left[0]:
            break
        left[0] -= 1
        inside.append(_part(text, child, depth + 1, left))
    return dataclasses.replace(part, parts=tuple(inside))


def _between(text: str, span: Span, boundary: str) -> Iterator[Span]:
    """What stands between the lines of a boundary; where the last one is missing, up to the end."""
    line = re.compile(rf"(?<![^\r\n])--{re.escape(boundary)}(--)?[ \t]*+(?:\r\n|\n|\r|\Z)")
    start = -1
    for found in line.finditer(text, span.start, span.end):
        if start >= 0:
            # The line ending before a boundary belongs to the boundary.
            end = found.start()
            end -= 2 if text.startswith("\r\n", end - 2) else 1
            yield Span(start, max(end, start))
        start = found.end()
        if found[1]:
            return
    if start >= 0:
        yield Span(start, span.end)
