"""Plain text: the reply is the file as it stands; the mail quoted in it is the customer's turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calmlint.conversation import Conversation, Turn
from calmlint.reply import OffsetMap
from calmlint.segment import quoted_words
from calmlint.source import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from calmlint.reply import Mark


def load(path: str, data: bytes) -> Iterator[Conversation]:
    """The one conversation of a plain text file. Raises InputError where the bytes are not text."""
    source = decode(path, data)
    draft = Turn("agent", source.text, offsets=OffsetMap.identity(len(source.text)))
    yield Conversation(with_quoted(draft), source=source)


def with_quoted(draft: Turn, cited: tuple[Mark, ...] = ()) -> tuple[Turn, ...]:
    """The draft, and before it what the customer wrote where the draft quotes it.

    `cited` marks what the file states to be quoted words alone. Where neither that nor the wording shows any,
    the draft's own marks do, which may hold what introduces a quote, too.
    """
    quoted = quoted_words(draft.text, draft.offsets, cited)
    if not quoted and draft.marks:
        quoted = quoted_words(draft.text, draft.offsets, draft.marks)
    return (quoted, draft) if quoted else (draft,)
