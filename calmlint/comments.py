"""The comments of a file, where its format has any: what no reader of the sent text sees."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from calmlint.source import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_IN_YAML = re.compile(r"(?:(?<=[ \t\r\n\ufeff])|^)#[^\r\n]*", re.MULTILINE)
_SCALAR_HEADER = re.compile(r"[|>][-+0-9]*[ \t]+#[^\r\n]*")


def markdown(text: str) -> Iterator[Span]:
    """The HTML comments of Markdown; one in code or in a block quote is no comment."""
    from calmlint.loaders.markdown import marks  # noqa: PLC0415 - loaded by now, or never needed

    for span, _ in marks(text, 0):
        if text.startswith("<!--", span.start) and text.endswith("-->", span.start, span.end):
            yield span


def html(text: str) -> Iterator[Span]:
    """The comments of HTML; one in a script, a style or an attribute is none."""
    from calmlint.loaders.markup import Comment, tokens  # noqa: PLC0415 - loaded by now, or never needed

    yield from (Span(token.start, token.end) for token in tokens(text) if isinstance(token, Comment))


def yaml(text: str) -> Iterator[Span]:
    """The comments of YAML; one in a text is none, for it would be sent. Malformed YAML has those before its fault."""
    import yaml as library  # noqa: PLC0415 - only YAML pays for it

    loader = getattr(library, "CSafeLoader", library.SafeLoader)
    at = 0
    try:
        for token in library.scan(text, Loader=loader):
            start, end = token.start_mark.index, token.end_mark.index
            yield from _between(text, at, start)
            header = _SCALAR_HEADER.match(text, start, end) if isinstance(token, library.ScalarToken) else None
            if header:
                yield Span(text.index("#", start), header.end())
            at = max(at, end)
    except library.YAMLError:
        return
    yield from _between(text, at, len(text))


def _between(text: str, start: int, end: int) -> Iterator[Span]:
    for found in _IN_YAML.finditer(text, start, end):
        yield Span(*found.span())


COMMENTS: dict[str, Callable[[str], Iterator[Span]]] = {"markdown": markdown, "html": html, "yaml": yaml}
