"""Regular expressions that are compiled when first used, so that importing them costs nothing."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Pattern:
    """A regular expression whose methods appear, compiled, at their first use."""

    def __init__(self, pattern: str, flags: re.RegexFlag = re.NOFLAG) -> None:
        self._pattern = pattern
        self._flags = flags

    @functools.cached_property
    def match(self) -> Callable[..., re.Match[str] | None]:
        """As `re.Pattern.match`."""
        return re.compile(self._pattern, self._flags).match

    @functools.cached_property
    def search(self) -> Callable[..., re.Match[str] | None]:
        """As `re.Pattern.search`."""
        return re.compile(self._pattern, self._flags).search

    @functools.cached_property
    def finditer(self) -> Callable[..., Iterator[re.Match[str]]]:
        """As `re.Pattern.finditer`."""
        return re.compile(self._pattern, self._flags).finditer

    @functools.cached_property
    def sub(self) -> Callable[..., str]:
        """As `re.Pattern.sub`."""
        return re.compile(self._pattern, self._flags).sub

    @functools.cached_property
    def fullmatch(self) -> Callable[..., re.Match[str] | None]:
        """As `re.Pattern.fullmatch`."""
        return re.compile(self._pattern, self._flags).fullmatch
