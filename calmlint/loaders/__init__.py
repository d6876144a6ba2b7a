"""Loaders: the bytes of a file to Conversations whose every character knows its place in the file."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from calmlint.source import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from calmlint.conversation import Conversation

# File extension -> module here with `load(path, data)`. Any other extension is plain text.
LOADERS = {
    ".txt": "plain",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".eml": "mail",
    ".mbox": "mbox",
    ".json": "records",
    ".jsonl": "records",
    ".ndjson": "records",
}
# Read record by record, each held to the limit, so that the whole may be larger.
ARCHIVES = frozenset({".mbox", ".jsonl", ".ndjson"})
MEBIBYTE = 1024 * 1024
SIZE_LIMIT = 16 * MEBIBYTE


def extension(path: str) -> str:
    """The lower-case extension of a path with its dot, such as `.eml`; empty where it has none."""
    stem, dot, ending = path.replace("\\", "/").rpartition("/")[2].rpartition(".")
    return f".{ending.lower()}" if dot and stem else ""


def load(path: str, data: bytes) -> Iterator[Conversation | InputError]:
    """The conversations of a file in order, an InputError (never raised) in the place of each that is unreadable."""
    kind = extension(path)
    if len(data) > SIZE_LIMIT and kind not in ARCHIVES:
        size, limit = len(data) // MEBIBYTE, SIZE_LIMIT // MEBIBYTE
        yield InputError(
            f"{path}:1:1: {size} MiB is more than a reply holds (limit {limit} MiB); exclude it or split it"
        )
        return
    # Only the module that is needed, since importing html, json or email costs more than linting a short reply.
    module = importlib.import_module(f"calmlint.loaders.{LOADERS.get(kind, 'plain')}")
    try:
        yield from module.load(path, data)
    except InputError as error:
        yield error
