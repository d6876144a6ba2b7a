"""Mailboxes: one conversation for each message of a .mbox file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from calmlint.loaders import MEBIBYTE, SIZE_LIMIT, mail
from calmlint.reply import TextBuilder
from calmlint.source import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from calmlint.conversation import Conversation
    from calmlint.loaders.transfer import Mapped

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_SEPARATOR = re.compile(
    rb"(?:\A(?:\xef\xbb\xbf)?|(?<=\n\n)|(?<=\n\r\n))"
    rb"From (?:[^\r\n]*?\d\d:\d\d[^\r\n]*|[^\s@]+@\S+[ \t]*|-[ \t]*)(?:\r\n|\n|\Z)"
)
_ESCAPED_FROM = re.compile(r"^>(?=>*From )", re.MULTILINE)


def load(path: str, data: bytes) -> Iterator[Conversation | InputError]:
    """A conversation or an InputError for each message, in order. Raises InputError for what is no mailbox."""
    starts = list(_SEPARATOR.finditer(data))
    if not starts or starts[0].start():
        message = f"{path}:1:1: no mailbox: its first line is no 'From ' line; give a single message the ending .eml"
        raise InputError(message)
    ends = [following.start() for following in starts[1:]] + [len(data)]
    line, offset = 1, 0
    for number, (separator, end) in enumerate(zip(starts, ends, strict=True), start=1):
        opening = separator[0].removeprefix(_BYTE_ORDER_MARK).decode("utf-8", "surrogateescape")
        line, offset = line + 1, offset + len(opening)
        if end - separator.end() > SIZE_LIMIT:
            limit = SIZE_LIMIT // MEBIBYTE
            yield InputError(
                f"{path}:{line}:1: message {number} is larger than {limit} MiB; take it out of the mailbox"
            )
        source = mail.source_of(path, data[separator.end() : end], first_line=line, start=offset)
        if end - separator.end() <= SIZE_LIMIT:
            try:
                yield mail.read(source, name=f"message {number}", stripped=_stripped(source.text))
            except InputError as error:
                yield error
        line = source.position(len(source.text)).line
        offset += len(source.text)


def _stripped(text: str) -> Mapped | None:
    """The message without the `>` that a mailbox puts before lines that begin with `From `; None where none is."""
    builder = TextBuilder(text)
    at = 0
    for found in _ESCAPED_FROM.finditer(text):
        builder.keep(at, found.start())
        at = found.end()
    if not at:
        return None
    builder.keep(at, len(text))
    return builder.build()
