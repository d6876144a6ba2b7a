"""What the loader tests share: loading one conversation, and the place of words in its file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calmlint.conversation import Conversation, Turn
from calmlint.loaders import load
from calmlint.source import InputError, Position, Source, Span

if TYPE_CHECKING:
    from calmlint.reply import OffsetMap, SegmentKind


def one(path: str, data: str | bytes) -> Conversation:
    """The only conversation of a file."""
    (loaded,) = load(path, data.encode() if isinstance(data, str) else data)
    assert isinstance(loaded, Conversation), loaded
    return loaded


def errors(path: str, data: str | bytes) -> list[str]:
    """The errors of a file."""
    loaded = load(path, data.encode() if isinstance(data, str) else data)
    return [str(one) for one in loaded if isinstance(one, InputError)]


def map_of(turn: Turn) -> OffsetMap:
    assert turn.offsets is not None
    return turn.offsets


def source_of(conversation: Conversation) -> Source:
    assert conversation.source is not None
    return conversation.source


def raw_span(turn: Turn, words: str) -> Span:
    """Where words of a turn, that stand in it once, come from in its source."""
    assert turn.text.count(words) == 1, turn.text
    start = turn.text.index(words)
    return map_of(turn).to_raw(Span(start, start + len(words)))


def raw(conversation: Conversation, words: str) -> str:
    """The source text of words of the draft."""
    span = raw_span(conversation.draft, words)
    return source_of(conversation).text[span.start : span.end]


def place(conversation: Conversation, words: str, turn: Turn | None = None) -> Position:
    """The line and column in the file of words of the draft, or of another turn."""
    return source_of(conversation).position(raw_span(turn or conversation.draft, words).start)


def marked(conversation: Conversation) -> list[tuple[str, SegmentKind]]:
    """The marked stretches of the draft."""
    draft = conversation.draft
    return [(draft.text[span.start : span.end], kind) for span, kind in draft.marks]


def check_map(conversation: Conversation) -> None:
    """Every turn has a map of its whole text, and verbatim pieces stand in the source as they are."""
    text = source_of(conversation).text
    for turn in conversation.turns:
        assert map_of(turn).length == len(turn.text)
        for piece in map_of(turn).pieces:
            assert piece.raw.end <= len(text)
            if piece.verbatim:
                there = text[piece.raw.start : piece.raw.end]
                assert there == turn.text[piece.clean.start : piece.clean.end]
