"""What was said: the turns of a conversation, the last agent turn being the draft."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from calmlint.reply import Mark, OffsetMap
    from calmlint.source import Source

Role = Literal["customer", "agent"]

CHANNELS = ("email", "chat", "social", "review")
SITUATIONS = ("upset", "problem", "request", "good-news", "notice", "unknown")


class Turn(NamedTuple):
    """One message: who wrote it, its clean text, when (ISO 8601), and where the text stands in its source.

    `marks` are stretches whose kind the file format states; `offsets` is None for text that has no file.
    """

    role: Role
    text: str
    at: str | None = None
    marks: tuple[Mark, ...] = ()
    offsets: OffsetMap | None = None


class Conversation(NamedTuple):
    """The turns in order, and what is known beside them. The last agent turn is the draft.

    `situation` is a stated one (record, front matter, option) and beats what is inferred;
    `name` says which text of its file this is, such as `macros[3]`.
    """

    turns: tuple[Turn, ...]
    id: str | None = None
    channel: str | None = None
    customer_name: str | None = None
    situation: str | None = None
    name: str | None = None
    source: Source | None = None

    @property
    def draft(self) -> Turn:
        """The last agent turn. Raises ValueError where no agent has spoken."""
        for turn in reversed(self.turns):
            if turn.role == "agent":
                return turn
        message = "a conversation without an agent's turn has nothing to lint"
        raise ValueError(message)

    @property
    def before_draft(self) -> tuple[Turn, ...]:
        """The turns before the draft, oldest first."""
        draft = self.draft
        return self.turns[: next(i for i, turn in enumerate(self.turns) if turn is draft)]
