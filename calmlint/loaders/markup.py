"""HTML to tokens as a browser reads it: one pass in which an unclosed tag or comment runs to the end.

The standard html.parser is not used: it reads to the end of the text again for every unclosed construct
(40 kB of `<a ` takes 14 seconds), and what it makes of comments and scripts differs between its releases.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

# `<<name>>` is a placeholder, not a tag between brackets.
_MARKUP = re.compile(r"(?<!<)<<[A-Za-z][\w .-]{0,60}>>|<(?:!--|[A-Za-z/!?])")
_NAME = re.compile(r"[A-Za-z][^\s/>]*+")
_ATTRIBUTE = re.compile(r"""[\s/]*+(?:([^\s/>=][^\s/>=]*+)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s>]*+))?|=)""")
_TAG_END = re.compile(r"[\s/]*+>")
# Elements whose content is no markup, and nothing a reader sees.
_UNSEEN_TEXT = frozenset({"iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp"})


class Data(NamedTuple):
    """A stretch of text, character references not yet replaced."""

    start: int
    end: int


class Opening(NamedTuple):
    """A start tag: its lower-case name, its attributes (values as written), and where it stands."""

    start: int
    end: int
    name: str
    attributes: dict[str, str]


class Closing(NamedTuple):
    """An end tag: its lower-case name and where it stands."""

    start: int
    end: int
    name: str


class Comment(NamedTuple):
    """A comment, which no reader sees, with its marks."""

    start: int
    end: int


def tokens(text: str) -> Iterator[Data | Opening | Closing | Comment]:
    """The text, tags and comments of an HTML document in order; scripts, styles and declarations are left out."""
    at = data_start = 0
    while found := _MARKUP.search(text, at):
        start = found.start()
        if found[0].startswith("<<"):
            at = found.end()
            continue
        token, at = _construct(text, start)
        if at < 0:
            yield from _data(data_start, start)
            return
        if isinstance(token, Data):
            continue
        yield from _data(data_start, start)
        data_start = at
        if token:
            yield token
        if isinstance(token, Opening) and token.name in _UNSEEN_TEXT:
            end = re.compile(rf"</{token.name}(?=[\s/>])", re.IGNORECASE).search(text, at)
            if not end:
                return
            at = data_start = end.start()
    yield from _data(data_start, len(text))


def _data(start: int, end: int) -> Iterator[Data]:
    if start < end:
        yield Data(start, end)


def _construct(text: str, start: int) -> tuple[Data | Opening | Closing | Comment | None, int]:
    """What begins with the `<` at `start`, None for what nobody sees, and its end (-1: it is never closed)."""
    if text.startswith("<!--", start):
        end = _comment_end(text, start)
        return Comment(start, end), end
    closing = text.startswith("</", start)
    name = _NAME.match(text, start + 1 + closing)
    if not name:
        if closing and text[start + 2 : start + 3].isspace():
            return Data(start, start + 2), start + 2
        return None, text.find(">", start) + 1 or -1
    attributes, end = _attributes(text, name.end())
    if end < 0:
        return None, -1
    if closing:
        return Closing(start, end, name[0].lower()), end
    return Opening(start, end, name[0].lower(), attributes), end


def _comment_end(text: str, start: int) -> int:
    if text.startswith(("<!-->", "<!--->"), start):
        return text.index(">", start) + 1
    close = text.find("-->", start + 4)
    return close + 3 if close >= 0 else -1


def _attributes(text: str, start: int) -> tuple[dict[str, str], int]:
    """The attributes of a tag from behind its name on, and the tag's end (-1: it is never closed)."""
    attributes: dict[str, str] = {}
    at = start
    while not (end := _TAG_END.match(text, at)):
        found = _ATTRIBUTE.match(text, at)
        if not found:
            return {}, -1
        at = found.end()
        if found[1]:
            attributes.setdefault(found[1].lower(), (found[2] or "").strip("\"'"))
    return attributes, end.end()
