"""Mail bodies as they travel to the text they stand for, each character mapped to where it stands.

Bytes are kept as a text of the characters U+0000 to U+00FF between the two steps (transfer encoding, then
character set), so that both are OffsetMaps and compose.
"""

from __future__ import annotations

import binascii
import codecs
import re
from typing import TYPE_CHECKING

from calmlint.reply import OffsetMap, Piece, TextBuilder
from calmlint.source import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

Mapped = tuple[str, OffsetMap]

_ASCII_OR_ONE = re.compile(r"[\x00-\x7f]++|[^\x00-\x7f]")
_ASCII_OR_RUN = re.compile(r"[\x00-\x7f]++|[^\x00-\x7f]++")
_QUOTED = re.compile(r"=(?:([0-9A-Fa-f]{2})|[ \t]*+(?:\r\n|\n|\r|\Z))")
_QUOTED_WORD = re.compile(_QUOTED.pattern + "|_")
_JUNK = r"[^A-Za-z0-9+/]*+"
_BASE64_GROUP = re.compile(rf"(D){_JUNK}(D)(?:{_JUNK}(D)(?:{_JUNK}(D))?)?={{0,2}}".replace("D", "[A-Za-z0-9+/]"))
_ENCODED_WORD = re.compile(r"=\?([^?\s*]{1,60})(?:\*[^?\s]{0,20})?\?([BbQq])\?([^?\r\n]*+)\?=")
_FOLD = re.compile(r"(?:\r\n|\n|\r)[ \t]*+")
_FLOWED_LINE = re.compile(r"(>*+)( ?)([^\r\n]*+)(\r\n|\n|\r|\Z)")
_CHARSET_NAME = re.compile(r"[A-Za-z0-9][\w.:+-]{0,40}", re.ASCII)
# What mail programs write under a narrower name, as browsers read it.
_WIDER = {"iso8859-1": "cp1252", "ascii": "utf-8", "gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949"}
_NO_CHARSET = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"})
_KEEPS_ASCII = ("utf-8", "cp125", "iso8859-", "koi8-")


def decoded(text: str, span: Span, encoding: str, charset: str | None) -> Mapped:
    """A body as text, mapped to `text`, whose bytes that are not UTF-8 are surrogate escapes.

    `encoding` is the Content-Transfer-Encoding. A charset that is unknown, missing or not kept to gives way to
    UTF-8 and then Latin-1.
    """
    if encoding == "quoted-printable":
        binary, transfer = _from_quoted(text, span)
    elif encoding == "base64":
        binary, transfer = _from_base64(text, span)
    else:
        binary, transfer = _as_it_is(text, span)
        body = text[span.start : span.end]
        if _codec(binary.encode("latin-1"), charset) == "utf-8" and "\ufeff" not in body[:1]:
            return body, OffsetMap.identity(len(body), span.start)
    words, characters = _characters(binary, charset)
    return words, characters.through(transfer)


def header_text(text: str, span: Span) -> Mapped:
    """A header's value unfolded, its encoded words (RFC 2047) read."""
    parts: list[Mapped] = []
    at = span.start
    for found in _ENCODED_WORD.finditer(text, span.start, span.end):
        between = Span(at, found.start())
        # White space between two encoded words only separates them.
        if not parts or text[between.start : between.end].strip():
            parts.append(_unfolded(text, between))
        word = Span(found.start(3), found.end(3))
        encoding = "base64" if found[2] in "Bb" else "quoted-printable"
        if encoding == "base64":
            binary, transfer = _from_base64(text, word)
        else:
            binary, transfer = _from_quoted(text, word, underscore_is_space=True)
        words, characters = _characters(binary, found[1])
        parts.append((words, characters.through(transfer)))
        at = found.end()
    parts.append(_unfolded(text, Span(at, span.end)))
    return joined(parts)


def flowed(text: str, *, delete_space: bool) -> Mapped:
    """Text whose paragraphs are broken into lines (format=flowed, RFC 3676) with each paragraph on one line."""
    builder = TextBuilder(text)
    open_depth = -1  # of the paragraph that goes on with the next line; -1: none does
    line_end = Span(0, 0)
    for found in _FLOWED_LINE.finditer(text):
        depth, content = len(found[1]), found[3]
        if open_depth != depth or content in {"", "-- "}:
            builder.keep(line_end.start, line_end.end)
            builder.keep(found.start(1), found.end(1))
            if depth:
                builder.keep(found.start(2), found.end(2))
        flows = content.endswith(" ") and content != "-- "
        builder.keep(found.start(3), found.end(3) - (flows and delete_space))
        # A paragraph that turns out to end here needs its line ending, and with DelSp its last space is none.
        line_end = Span(found.start(4), found.end(4))
        open_depth = depth if flows else -1
        if not found[4]:
            break
    return builder.build()


def joined(parts: Sequence[Mapped]) -> Mapped:
    """Mapped texts one behind the other, in the order of their source."""
    if len(parts) == 1:
        return parts[0]
    words: list[str] = []
    pieces: list[Piece] = []
    length = 0
    for text, offsets in parts:
        words.append(text)
        for clean, raw, verbatim in offsets.pieces:
            pieces.append(Piece(Span(clean.start + length, clean.end + length), raw, verbatim))
        length += len(text)
    return "".join(words), OffsetMap(pieces)


def inserted(text: str, at: int) -> Mapped:
    """Text that stands nowhere in the source, placed at an offset of it."""
    return text, OffsetMap([Piece(Span(0, len(text)), Span(at, at), verbatim=False)])


def _unfolded(text: str, span: Span) -> Mapped:
    builder = TextBuilder(text)
    at = span.start
    for found in _FOLD.finditer(text, span.start, span.end):
        builder.keep(at, found.start())
        builder.replace(found.start(), found.end(), " ")
        at = found.end()
    builder.keep(at, span.end)
    value, offsets = builder.build()
    if value.isascii() or not any("\ud800" <= character <= "\udfff" for character in value):
        return value, offsets
    binary, transfer = _as_it_is(value, Span(0, len(value)))
    words, characters = _characters(binary, None)
    return words, characters.through(transfer).through(offsets)


def _as_it_is(text: str, span: Span) -> Mapped:
    builder = TextBuilder(text)
    for found in _ASCII_OR_ONE.finditer(text, span.start, span.end):
        if found[0].isascii():
            builder.keep(found.start(), found.end())
        else:
            raw = found[0].encode("utf-8", "surrogateescape")
            builder.replace(found.start(), found.end(), raw.decode("latin-1"))
    return builder.build()


def _from_quoted(text: str, span: Span, *, underscore_is_space: bool = False) -> Mapped:
    body = text[span.start : span.end]
    binary, transfer = (
        _as_it_is(text, span) if not body.isascii() else (body, OffsetMap.identity(len(body), span.start))
    )
    builder = TextBuilder(binary)
    at = 0
    for found in (_QUOTED_WORD if underscore_is_space else _QUOTED).finditer(binary):
        builder.keep(at, found.start())
        if found[0] == "_":
            builder.replace(found.start(), found.end(), " ")
        elif found[1]:
            builder.replace(found.start(), found.end(), chr(int(found[1], 16)))
        at = found.end()
    builder.keep(at, len(binary))
    words, quoted = builder.build()
    return words, quoted.through(transfer)


def _from_base64(text: str, span: Span) -> Mapped:
    """Four characters stand for three bytes; each such group is mapped as a whole."""
    builder = TextBuilder(text)
    padding = text.find("=", span.start, span.end)
    end = min(padding + 2, span.end) if padding >= 0 else span.end
    for found in _BASE64_GROUP.finditer(text, span.start, end):
        group = "".join([digit or "=" for digit in found.groups()])
        builder.replace(found.start(), found.end(), binascii.a2b_base64(group).decode("latin-1"))
    return builder.build()


def _characters(binary: str, charset: str | None) -> Mapped:
    """Bytes as the text they are in a charset."""
    data = binary.encode("latin-1")
    codec = _codec(data, charset)
    builder = TextBuilder(binary)
    if codec.startswith(_KEEPS_ASCII):
        for found in _ASCII_OR_RUN.finditer(binary):
            if found[0].isascii():
                builder.keep(found.start(), found.end())
            else:
                _read(builder, data, Span(found.start(), found.end()), codec)
    else:
        _read(builder, data, Span(0, len(data)), codec)
    return builder.build()


def _read(builder: TextBuilder, data: bytes, span: Span, codec: str) -> None:
    """Read bytes one by one, to know which of them make each character."""
    decoder = codecs.getincrementaldecoder(codec)("replace")
    start = span.start
    for at in range(span.start, span.end):
        character = decoder.decode(data[at : at + 1], final=at + 1 == span.end)
        if not character:
            continue
        if character.isascii() and character == data[start : at + 1].decode("latin-1"):
            builder.keep(start, at + 1)
        elif builder.length or character != "\ufeff":
            builder.replace(start, at + 1, character)
        start = at + 1


def _codec(data: bytes, charset: str | None) -> str:
    """The name of a codec that reads the bytes: the declared one, UTF-8, or one that reads any bytes."""
    for name in (charset or "", "utf-8", "cp1252"):
        if not _CHARSET_NAME.fullmatch(name):
            continue
        try:
            codec = codecs.lookup(name).name
            codec = _WIDER.get(codec, codec)
            if codec not in _NO_CHARSET:
                data.decode(codec)
                return codec
        except (LookupError, ValueError):
            continue
    return "iso8859-1"
