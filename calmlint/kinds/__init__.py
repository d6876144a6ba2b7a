"""The kinds of rules: what a rule file may ask for, and the Python that finds it.

A kind is a named tuple whose fields are the keys of its rule files, and whose `find` gives hits in a reading.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from calmlint.finding import Hit, Situation
    from calmlint.reading import Reading
    from calmlint.reply import SegmentKind

KINDS = {
    "phrase": "Phrase",
    "require": "Require",
    "order": "Order",
    "metric": "Metric",
    "caps": "Caps",
    "placeholder": "Placeholder",
    "thread": "Thread",
}


class Kind(Protocol):
    """What every kind does."""

    def find(self, reading: Reading, kinds: frozenset[SegmentKind], situation: Situation) -> Iterator[Hit]:
        """The hits in the draft's segments of the given kinds, in order."""


def kind_class(name: str) -> type[Kind]:
    """The class of a kind. Raises KeyError for a name that is none."""
    module = importlib.import_module(f"calmlint.kinds.{name}")
    kind: type[Kind] = getattr(module, KINDS[name])
    return kind


def settings_of(name: str) -> dict[str, str]:
    """The keys that a kind takes from its rule files, with their types as its class writes them."""
    hints = kind_class(name).__annotations__
    return {key: getattr(hint, "__forward_arg__", str(hint)) for key, hint in hints.items()}
