"""Markdown: the text is the file as it stands; code, link targets, comments and block quotes are marked."""

from __future__ import annotations

import collections
import re
from typing import TYPE_CHECKING

from calmlint.conversation import CHANNELS, SITUATIONS, Conversation, Turn
from calmlint.loaders.plain import with_quoted
from calmlint.reply import Mark, OffsetMap, SegmentKind
from calmlint.source import InputError, Source, Span, decode

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINE = re.compile(r"[^\r\n]*+(?:\r\n|\n|\r|\Z)")
_FRONT_MATTER = re.compile(r"---[ \t]*+(?:\r\n|\n|\r)")
_FRONT_MATTER_KEY = re.compile(r"(situation|channel|customer_name)[ \t]*+:[ \t]*+(.*)")
_KNOWN = {"situation": SITUATIONS, "channel": CHANNELS}
_FENCE = re.compile(r"[ \t]*+(?:[-*+>][ \t]++)*+(`{3,}+(?=[^`]*+\Z)|~{3,}+)")
_LIST_ITEM = re.compile(r" {0,3}(?:[-*+]|\d{1,9}[.)])(?:[ \t]|\Z)")
_QUOTE = re.compile(r" {0,3}>")
_BACKTICKS = re.compile(r"`++")
_LINK = re.compile(
    r"""(?<=\])\((?:<[^<>\r\n]*+>|[^\s()]*+(?:\([^\s()]*+\)[^\s()]*+)*+)(?:[ \t]++(?:"[^"\r\n]*+"|'[^'\r\n]*+'))?\)"""
    r"""|(?<=\]:)[ \t]*+[^\s]++"""
    r"""|<(?:https?://|mailto:)[^\s<>]++>"""
    r"""|\b(?:https?://|www\.)[^\s<>()\[\]"'`]++(?:\([^\s<>()]*+\)[^\s<>()\[\]"'`]*+)*+""",
    re.IGNORECASE,
)
_SENTENCE_MARKS = ".,;:!?*_"


def load(path: str, data: bytes) -> Iterator[Conversation]:
    """The one conversation of a Markdown file; its front matter may state situation, channel and customer_name."""
    source = decode(path, data)
    stated, start = front_matter(source)
    known = marks(source.text, start)
    draft = Turn("agent", source.text, marks=known, offsets=OffsetMap.identity(len(source.text)))
    yield Conversation(
        with_quoted(draft, tuple(mark for mark in known if mark.kind != SegmentKind.QUOTE)),
        situation=stated.get("situation"),
        channel=stated.get("channel"),
        customer_name=stated.get("customer_name"),
        source=source,
    )


def front_matter(source: Source) -> tuple[dict[str, str], int]:
    """What the front matter states, and the offset at which the text after it begins (0 where there is none)."""
    opening = _FRONT_MATTER.match(source.text)
    stated: dict[str, str] = {}
    wrong: InputError | None = None
    for span in _lines(source.text, opening.end()) if opening else ():
        line = source.text[span.start : span.end].rstrip()
        if line in {"---", "..."}:
            if wrong:
                raise wrong
            return stated, span.end
        found = _FRONT_MATTER_KEY.match(line)
        value = found[2].partition(" #")[0].strip().strip("\"'") if found else ""
        if not found or not value:
            continue
        stated[found[1]] = value
        known = _KNOWN.get(found[1], (value,))
        if value not in known:
            at = source.position(span.start + found.start(2))
            message = f"{source.path}:{at.line}:{at.column}: {found[1]}: {value!r} is none of {', '.join(known)}"
            wrong = wrong or InputError(message)
    return {}, 0


def _lines(text: str, start: int) -> Iterator[Span]:
    for found in _LINE.finditer(text, start):
        if found.end() > found.start():
            yield Span(found.start(), found.end())


def marks(text: str, start: int) -> tuple[Mark, ...]:
    """The marks of a text whose front matter ends at `start`, in order."""
    blocks = _Blocks(text)
    for span in _lines(text, start):
        blocks.take(span)
    blocks.end()
    front = [Mark(Span(0, start), SegmentKind.CODE)] if start else []
    return tuple(front + sorted(blocks.marks))


class _Blocks:
    """The blocks of a text while its lines are read once, front to back."""

    def __init__(self, text: str) -> None:
        self.marks: list[Mark] = []
        self._text = text
        self._paragraph: Span | None = None
        self._block: Mark | None = None  # the code or the quote that the line before belongs to
        self._fence = ""  # the backticks or tildes that opened the code
        self._comment_end = 0
        self._after_blank = True
        self._in_list = False

    def take(self, span: Span) -> None:
        """Take the next line."""
        line = self._text[span.start : span.end].rstrip()
        if span.start < self._comment_end:
            return
        if self._fence:
            self._take_fenced(span, line)
        elif not line:
            self._end_paragraph()
            if self._block and self._block.kind == SegmentKind.QUOTE:
                self._end_block()
        elif opening := _FENCE.match(line):
            self.end()
            self._fence = opening[1]
            self._grow(SegmentKind.CODE, span)
        elif line.lstrip().startswith("<!--") and "-->" not in line:
            self._take_comment(self._text.index("<!--", span.start))
        elif _QUOTE.match(line):
            self._grow(SegmentKind.QUOTE, span)
        elif self._is_code(line):
            self._grow(SegmentKind.CODE, span)
        else:
            self._take_words(span, line)
        self._after_blank = not line

    def end(self) -> None:
        """Note what is still open."""
        self._end_paragraph()
        self._end_block()

    def _take_fenced(self, span: Span, line: str) -> None:
        self._grow(SegmentKind.CODE, span)
        closing = line.lstrip(" \t>")
        if closing.startswith(self._fence) and not closing.strip(self._fence[0]):
            self._fence = ""
            self._end_block()

    def _take_comment(self, start: int) -> None:
        self.end()
        close = self._text.find("-->", start)
        self._comment_end = close + 3 if close >= 0 else len(self._text)
        self.marks.append(Mark(Span(start, self._comment_end), SegmentKind.CODE))

    def _take_words(self, span: Span, line: str) -> None:
        self._end_block()
        if _LIST_ITEM.match(line):
            self._in_list = True
        elif self._after_blank and not line.startswith((" ", "\t")):
            self._in_list = False
        self._paragraph = Span(self._paragraph.start if self._paragraph else span.start, span.end)

    def _is_code(self, line: str) -> bool:
        """Whether an indented line is code: it does not go on with a paragraph, nor with an item of a list."""
        return line.startswith(("    ", "\t")) and not self._in_list and not self._paragraph

    def _grow(self, kind: SegmentKind, span: Span) -> None:
        self._end_paragraph()
        if self._block and self._block.kind != kind:
            self._end_block()
        self._block = Mark(Span(self._block.span.start if self._block else span.start, span.end), kind)

    def _end_block(self) -> None:
        if self._block:
            self.marks.append(self._block)
            self._block = None

    def _end_paragraph(self) -> None:
        if self._paragraph:
            self.marks.extend(_inline(self._text, self._paragraph))
            self._paragraph = None


def _inline(text: str, paragraph: Span) -> Iterator[Mark]:
    """The code spans, comments, link targets and addresses of one paragraph."""
    start, end = paragraph
    taken = sorted([*_code_spans(text, start, end), *_comments(text, start, end)])
    code: list[Span] = []
    for span in taken:
        if not code or span.start >= code[-1].end:
            code.append(span)
            yield Mark(span, SegmentKind.CODE)
    passed = 0
    for found in _LINK.finditer(text, start, end):
        while passed < len(code) and code[passed].end <= found.start():
            passed += 1
        if passed < len(code) and code[passed].start < found.end():
            continue
        address = found[0].lstrip(" \t")
        bare = address if address[0] in "(<" else address.rstrip(_SENTENCE_MARKS)
        first = found.end() - len(address)
        if bare:
            yield Mark(Span(first, first + len(bare)), SegmentKind.LINK)


def _code_spans(text: str, start: int, end: int) -> Iterator[Span]:
    """Backtick runs paired with the next run of the same length; each length keeps its own queue, so one pass."""
    runs = [Span(found.start(), found.end()) for found in _BACKTICKS.finditer(text, start, end)]
    later: dict[int, collections.deque[Span]] = collections.defaultdict(collections.deque)
    for run in runs:
        later[run.end - run.start].append(run)
    free = start
    for run in runs:
        queue = later[run.end - run.start]
        while queue and queue[0].start <= max(run.start, free - 1):
            queue.popleft()
        if run.start >= free and queue and text[run.start - 1 : run.start] != "\\":
            free = queue[0].end
            yield Span(run.start, free)


def _comments(text: str, start: int, end: int) -> Iterator[Span]:
    at = text.find("<!--", start, end)
    while at >= 0:
        close = text.find("-->", at + 4, end)
        if close < 0:
            return
        yield Span(at, close + 3)
        at = text.find("<!--", close + 3, end)
