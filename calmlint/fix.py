"""Fixes carried out: edits of a file's text, once, and the file written anew without ever being half written."""

from __future__ import annotations

import bisect
import itertools
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from calmlint.source import InputError, Source, decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from calmlint.finding import Finding, Fix
    from calmlint.source import Span


class Mended(NamedTuple):
    """A file after its fixes: its bytes, and how many findings were fixed."""

    data: bytes
    fixed: int


def mend(path: str, data: bytes, findings: Iterable[Finding], *, unsafe: bool = False) -> Mended:
    """The bytes of a file with the fixes of its active findings carried out, encoding and line ends kept.

    Only safe fixes, unless `unsafe` says all. Where two fixes touch the same text, the first in the file wins.
    """
    source = _source(path, data)
    if _bytes(source, source.text) != data:  # what cannot be written back as it was is left alone
        return Mended(data, 0)
    fixes = [finding.fix for finding in findings if finding.fix is not None and finding.suppressed is None]
    chosen = list(_apart(fix for fix in fixes if (unsafe or fix.safe) and fix.edits))
    if not chosen:
        return Mended(data, 0)
    line_end = "\r\n" if "\r\n" in source.text else "\n"
    pieces: list[str] = []
    end = len(source.text)
    edits = (edit for fix in chosen for edit in fix.edits)
    for edit in sorted(edits, key=lambda edit: edit.span, reverse=True):
        pieces += [source.text[edit.span.end : end], edit.text.replace("\r\n", "\n").replace("\n", line_end)]
        end = edit.span.start
    pieces.append(source.text[:end])
    return Mended(_bytes(source, "".join(reversed(pieces))), len(chosen))


def _source(path: str, data: bytes) -> Source:
    try:
        return decode(path, data)
    except InputError:  # mail may hold any bytes; it is read in this way, too
        return Source(path, data.decode("utf-8", "surrogateescape"))


def _bytes(source: Source, text: str) -> bytes:
    return source.byte_order_mark + text.encode(source.encoding, "surrogateescape")


def _apart(fixes: Iterable[Fix]) -> Iterator[Fix]:
    """The fixes, in the order of the file, without those that touch what an earlier one changes."""
    taken: list[Span] = []
    for fix in sorted(fixes, key=lambda fix: min(edit.span for edit in fix.edits)):
        spans = sorted(edit.span for edit in fix.edits)
        if any(_touch(one, other) for one, other in itertools.pairwise(spans)):
            continue
        places = [bisect.bisect_left(taken, span) for span in spans]
        if any(
            _touch(span, neighbour)
            for span, place in zip(spans, places, strict=True)
            for neighbour in taken[max(place - 1, 0) : place + 1]
        ):
            continue
        for span in spans:
            bisect.insort(taken, span)
        yield fix


def _touch(one: Span, other: Span) -> bool:
    """Whether edits there would change the same text, or write at the same place so that their order would matter."""
    return one.overlaps(other) or one.start == other.start


def difference(path: str, before: bytes, after: bytes) -> str:
    """A unified diff of a file, with its own line ends; empty where nothing changes."""
    import difflib  # noqa: PLC0415 - only `--diff` pays for it

    old, new = (_source(path, data).text.splitlines(keepends=True) for data in (before, after))
    lines = difflib.unified_diff(old, new, path, path)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def replace_file(path: str, data: bytes) -> None:
    """Write a file so that whoever reads it sees the old or the new content, never a part; its mode is kept.

    Links are followed; devices and pipes are written to. Raises InputError where the system refuses.
    """
    target = Path(path).resolve()
    beside = target.with_name(f"{target.name}.{os.getpid()}.calmlint-new")
    try:
        if target.exists() and not target.is_file():
            target.write_bytes(data)
            return
        try:
            with beside.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            if target.exists():
                shutil.copymode(target, beside)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        message = f"{path}: cannot be written: {error.strerror}"
        raise InputError(message) from None
