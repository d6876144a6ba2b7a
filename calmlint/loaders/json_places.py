"""Where the values of a JSON document stand in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from calmlint.reply import OffsetMap, Piece, TextBuilder
from calmlint.source import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

Path = tuple[str | int, ...]

_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"|[\[\]{},:]|[^\s\[\]{},:"]++', re.DOTALL)
_ESCAPE = re.compile(
    r"\\u([Dd][89ABab][0-9A-Fa-f]{2})\\u([Dd][C-Fc-f][0-9A-Fa-f]{2})|\\u([0-9A-Fa-f]{4})|\\([^u])", re.DOTALL
)
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_DEEPEST = 4  # as deep as `[3].turns[1].text`


def places(text: str) -> dict[Path, Span]:
    """The span of each value of a valid JSON document, quotation marks included, down to the depth of a turn's keys.

    `{"turns": [{"role": "agent"}]}` has the place of `"agent"` under `("turns", 0, "role")`. Of a key given
    twice, the last one counts, as for `json`.
    """
    found: dict[Path, Span] = {}
    path: list[str | int] = []
    starts: list[int] = []
    in_object: list[bool] = []
    awaits_key = False
    for match in _TOKEN.finditer(text):
        sign = match[0]
        if sign in "[{":
            starts.append(match.start())
            in_object.append(sign == "{")
            awaits_key = sign == "{"
            path.append("" if awaits_key else 0)
        elif sign in "]}":
            path.pop()
            in_object.pop()
            _note(found, path, Span(starts.pop(), match.end()))
            awaits_key = False
        elif sign == ",":
            awaits_key = in_object[-1]
            last = path[-1]
            if isinstance(last, int):
                path[-1] = last + 1
        elif awaits_key:
            path[-1] = string(text, Span(match.start(), match.end()))[0] if len(path) <= _DEEPEST else ""
            awaits_key = False
        elif sign != ":":
            _note(found, path, Span(match.start(), match.end()))
    return found


def _note(found: dict[Path, Span], path: Sequence[str | int], span: Span) -> None:
    if len(path) <= _DEEPEST:
        found[tuple(path)] = span


def string(text: str, span: Span) -> tuple[str, OffsetMap]:
    """The text that a JSON string stands for, mapped to the document; half a surrogate pair becomes U+FFFD."""
    end = span.end - 1
    at = span.start + 1
    if at == end:  # an empty text has a place, too
        return "", OffsetMap([Piece(Span(0, 0), Span(at, at), verbatim=True)])
    builder = TextBuilder(text)
    for escape in _ESCAPE.finditer(text, at, end):
        builder.keep(at, escape.start())
        high, low, unit, short = escape.groups()
        if high:
            shown = chr(0x10000 + (int(high, 16) - 0xD800) * 0x400 + int(low, 16) - 0xDC00)
        elif unit:
            shown = chr(int(unit, 16))
            shown = "\ufffd" if "\ud800" <= shown <= "\udfff" else shown
        else:
            shown = _ESCAPED.get(short, short)
        builder.replace(escape.start(), escape.end(), shown)
        at = escape.end()
    builder.keep(at, end)
    return builder.build()
