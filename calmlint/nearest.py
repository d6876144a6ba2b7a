"""What to write in place of a word that is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_FEW = 24


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known word that is most like another, whatever their case; None where none is."""
    import difflib  # noqa: PLC0415 - only a mistake pays for it

    folded = {one.casefold(): one for one in known}
    close = difflib.get_close_matches(word.casefold(), folded, 1, cutoff)
    return folded[close[0]] if close else None


def suggestion(word: str, known: Collection[str]) -> str:
    """The advice that ends an error message: the nearest known word, or all of them where they are few."""
    near = nearest(word, known)
    if near:
        return f'did you mean "{near}"?'
    return f"known are {', '.join(known)}" if len(known) <= _FEW else "`calmlint rules` lists them"
