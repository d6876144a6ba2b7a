"""Writing to a terminal or a pipe: foreign text made harmless and clipped, colors, a reader that goes away."""

from __future__ import annotations

import io
import os
import sys
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from calmlint.pattern import Pattern
from calmlint.source import InputError

if TYPE_CHECKING:
    import re
    from collections.abc import Callable
    from typing import TextIO

    from calmlint.source import Span

TAB = "    "
_INTERRUPTED = 130  # what a shell expects of a program that Ctrl-C has ended
_PLACE = Pattern(r".+?:[0-9]+:[0-9]+: ")
CLIPPED = "..."

# C0 and C1 controls, surrogates, and the marks that reverse the direction of what follows: a reply that
# holds them must not be able to recolour the terminal, or to hide words from whoever reads the report.
_UNPRINTABLE = Pattern("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_SPACES = Pattern(r"[ \t]*[\r\n\u2028\u2029][ \t\r\n\u2028\u2029]*|\t+")


def one_line(text: str) -> str:
    """The text on one line: line ends become a space, other control characters their escapes."""
    return text if text.isprintable() else _UNPRINTABLE.sub(_escape, _SPACES.sub(" ", text))


def width(text: str) -> int:
    """How many columns of a terminal the text takes: wide characters two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


class Excerpt(NamedTuple):
    """A line, clipped and printable, with the column (from 0) and the width in columns of the part to underline."""

    text: str
    column: int
    width: int


def excerpt(line: str, span: Span, limit: int) -> Excerpt:
    """The part of a line around a span, in at most about `limit` columns; an empty span is one column wide.

    A span that is too wide is clipped at its end; what is left out on either side is marked with `...`.
    """
    start, end = min(span.start, len(line)), min(span.end, len(line))
    shown_end = _reach(line, start, end, limit)
    marked = _shown(line[start:shown_end])
    room = max(limit - width(marked), 0)
    # What stands before the span says more than what follows it; what one side leaves over goes to the other.
    right = _reach(
        line, shown_end, len(line), max(room // 3, room - width(_shown(line[max(start - limit, 0) : start])))
    )
    after = _shown(line[shown_end:right])
    left = _reach_back(line, start, room - width(after))
    before = _shown(line[left:start])
    head = CLIPPED if left > 0 else ""
    tail = CLIPPED if right < len(line) else ""
    return Excerpt(f"{head}{before}{marked}{after}{tail}", width(head + before), max(width(marked), 1))


def _reach(line: str, start: int, stop: int, columns: int) -> int:
    """The offset up to which characters from `start` on fit into so many columns."""
    at = start
    while at < stop and (columns := columns - width(_shown(line[at]))) >= 0:
        at += 1
    return at


def _reach_back(line: str, start: int, columns: int) -> int:
    at = start
    while at > 0 and (columns := columns - width(_shown(line[at - 1]))) >= 0:
        at -= 1
    return at


def _shown(text: str) -> str:
    return text if text.isprintable() else _UNPRINTABLE.sub(_escape, text.replace("\t", TAB))


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def colored(out: TextIO, *, asked: bool | None) -> bool:
    """Whether to color: as asked, else as NO_COLOR and FORCE_COLOR say, else only on a terminal."""
    if asked is not None:
        return asked
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return os.environ["FORCE_COLOR"] != "0"
    return out.isatty() and os.environ.get("TERM") != "dumb"


def be_lenient(out: TextIO, encoding: str | None = None) -> None:
    """Let no character stop the output: what the stream's encoding lacks is written as its escape."""
    if isinstance(out, io.TextIOWrapper):
        out.reconfigure(encoding=encoding, errors="backslashreplace")


def deliver(write: Callable[[], object]) -> None:
    """Write to standard output, all of it now; a pipe that was closed early, as by `| head`, is no error."""
    try:
        write()
        sys.stdout.flush()
    except BrokenPipeError:
        close_pipe()


def close_pipe() -> None:
    """Let what is still to be written to standard output go nowhere: whoever read it has read enough."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):  # a standard output that is no file has no pipe to close
        return


def ended(run: Callable[[], int | None]) -> int | None:
    """The exit code of a run: its own, 2 for bad input, 130 after Ctrl-C, 1 where nobody reads the output any more."""
    try:
        code = run()
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        close_pipe()
        return 1
    except InputError as error:
        return refuse(str(error))
    except OSError as error:
        close_pipe()
        return refuse(f"the output cannot be written: {error.strerror or error}; check the disk or the redirection")
    return code


def refuse(message: str) -> int:
    """Say what is wrong, each mistake on a line of standard error; gives the exit code for it."""
    for line in message.splitlines():
        prefix = "" if _PLACE.match(line) else "calmlint: "  # editors find a place at the start of a line
        sys.stderr.write(f"{prefix}{one_line(line)}\n")
    return 2
