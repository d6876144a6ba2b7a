"""What to write in place of a word that is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_FEW = 24


def suggestion(word: str, known: Collection[str]) -> str:
    """The advice that ends an error message: the nearest known word, or all of them where they are few."""
    import difflib  # noqa: PLC0415 - only a mistake pays for it

    folded = {one.casefold(): one for one in known}
    near = difflib.get_close_matches(word.casefold(), folded, 1)
    if near:
        return f'did you mean "{folded[near[0]]}"?'
    return f"known are {', '.join(known)}" if len(known) <= _FEW else "`calmlint rules` lists them"
