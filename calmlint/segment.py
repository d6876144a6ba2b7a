"""A turn's text in parts: greeting, body, lists, quotes, code, signature, and the sentences in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calmlint.greeting import find_greeting
from calmlint.inline import find_atoms, find_speech
from calmlint.pattern import Pattern
from calmlint.quotation import Line, force, mark_quotes, quoted_words, split_lines
from calmlint.reply import Mark, OffsetMap, Reply, Segment, SegmentKind
from calmlint.sentence import sentences
from calmlint.signature import find_signature
from calmlint.source import Span

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Sequence

    from calmlint.conversation import Turn

__all__ = ["quoted_words", "segment"]

# Which of the kinds that a file states for one place wins.
_BLOCKS = (
    SegmentKind.QUOTE,
    SegmentKind.CODE,
    SegmentKind.SUBJECT,
    SegmentKind.SIGNATURE,
    SegmentKind.GREETING,
    SegmentKind.LIST,
    SegmentKind.BODY,
)
_WHOLE_LINES = (SegmentKind.QUOTE, SegmentKind.CODE)  # these two also stand inside a line
_MERGED = frozenset({SegmentKind.QUOTE, SegmentKind.CODE, SegmentKind.SIGNATURE})
_SPOKEN = frozenset(
    {SegmentKind.SUBJECT, SegmentKind.GREETING, SegmentKind.BODY, SegmentKind.LIST, SegmentKind.SIGNATURE}
)

_BULLET = Pattern(r"(?:[-*+–—✓✔✅][ \t\u00a0]|[•·◦▪●○‣►➤][ \t\u00a0]?)\s*(?=\w|[^\w\s])")
_NUMBER = Pattern(r"\(?(\d{1,3}|[a-z])[.)][ \t\u00a0]+(?=\S)|([0-9])\ufe0f?\u20e3\s*(?=\S)")
_TRACE = Pattern(
    r"Traceback \(most recent call last\):|File \"[^\"]*\", line \d+|at [\w.$<>/]+\([^()]*\)$"
    r"|[\w.]{1,100}(?:Error|Exception)\b[:(]|Caused by: [\w.]+:"
    r"|\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*\]?,? +\[?(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL)\b"
)
_FENCE = Pattern(r"(?:```|~~~)[^`]*$")
_CODE_SIGN = Pattern(r"[;{}\\]$|\w\(.*\)$|^[$#] \w|^(?:sudo|pip|npm|git|curl|cd|ssh|docker) |^</?\w|\s=\s|=>|::|&&")
_CODE_INDENT = 4
_WRAPPED_FROM = 55  # columns from which a line without an end is taken to go on in the next


def segment(turn: Turn) -> Reply:
    """A turn's text in segments, in order, that cover all of it but white space, and its inline stretches.

    Stretches whose kind the turn's marks state keep it.
    """
    text = turn.text
    lines, stated = _read_lines(text, turn.marks)
    atoms = _settle(find_atoms(text), stated)
    lines, kinds = _kinds(text, lines, atoms)
    segments: list[Segment] = []
    inline: list[Mark] = []
    at = 0
    for kind, block in _blocks(text, lines, kinds):
        span = Span(block[0].start, block[-1].end)
        while at < len(atoms) and atoms[at].span.end <= span.start:
            at += 1
        inside: list[Mark] = []
        while at < len(atoms) and atoms[at].span.start < span.end:
            atom = atoms[at].span
            inside.append(Mark(Span(max(atom.start, span.start), min(atom.end, span.end)), atoms[at].kind))
            if atom.end > span.end:
                break
            at += 1
        spans = [Span(line.start, line.end) for line in block]
        inline += inside
        if kind in _SPOKEN:
            inline += find_speech(text, spans, inside)
            segments.append(Segment(kind, span, _sentences(text, kind, spans, inside)))
        else:
            segments.append(Segment(kind, span))
    inline.sort(key=lambda mark: (mark.span.start, -mark.span.end))
    offsets = turn.offsets if turn.offsets is not None else OffsetMap.identity(len(text))
    return Reply(text, offsets, tuple(segments), tuple(inline))


def _read_lines(text: str, marks: tuple[Mark, ...]) -> tuple[list[Line], list[Mark]]:
    """The lines, cut and labelled as the marks of whole blocks say, and the marks that stand inside lines."""
    lines = split_lines(text)
    if not marks:
        return lines, []
    starts = {line.start for line in lines}
    ends = {line.end for line in lines}
    blocks: list[Mark] = []
    stated: list[Mark] = []
    for mark in marks:
        span = _trimmed(text, mark.span)
        whole = span.start in starts and span.end in ends
        if span.start == span.end:
            continue
        if mark.kind in _BLOCKS and (whole or mark.kind not in _WHOLE_LINES):
            blocks.append(Mark(span, mark.kind))
        else:
            stated.append(Mark(span, mark.kind))
    return force(text, lines, blocks, _BLOCKS), sorted(stated)


def _trimmed(text: str, span: Span) -> Span:
    words = text[span.start : span.end]
    bare = words.strip()
    start = span.start + len(words) - len(words.lstrip())
    return Span(start, start + len(bare)) if bare else Span(span.start, span.start)


def _settle(guesses: list[Mark], stated: list[Mark]) -> list[Mark]:
    """The stated marks and, beside them, those guesses that none of them touches."""
    if not stated:
        return guesses
    settled: list[Mark] = []
    end = 0
    for mark in stated:
        start = max(mark.span.start, end)
        if start < mark.span.end:
            settled.append(Mark(Span(start, mark.span.end), mark.kind))
            end = mark.span.end
    kept: list[Mark] = []
    at = 0
    for guess in guesses:
        while at < len(settled) and settled[at].span.end <= guess.span.start:
            at += 1
        if at == len(settled) or settled[at].span.start >= guess.span.end:
            kept.append(guess)
    return sorted(settled + kept)


def _kinds(text: str, lines: list[Line], atoms: list[Mark]) -> tuple[list[Line], list[SegmentKind]]:
    """The lines and the kind of each; a greeting or a sign-off that shares a line with other text is cut from it."""
    quoted = mark_quotes(text, lines)
    kinds = [line.forced or SegmentKind.BODY for line in lines]
    for index in quoted:
        kinds[index] = SegmentKind.QUOTE
    _mark_code(text, lines, kinds)
    for kind in (SegmentKind.GREETING, SegmentKind.SIGNATURE):
        if kind in kinds:
            continue
        own = [line for line, now in zip(lines, kinds, strict=True) if now is SegmentKind.BODY and not line.forced]
        span = (find_greeting if kind is SegmentKind.GREETING else find_signature)(text, own, atoms)
        if span:
            lines, kinds = _cut(text, lines, kinds, span, kind)
    _mark_lists(text, lines, kinds)
    return lines, kinds


def _cut(
    text: str, lines: list[Line], kinds: list[SegmentKind], span: Span, kind: SegmentKind
) -> tuple[list[Line], list[SegmentKind]]:
    """The lines cut at the span's ends, those inside it of the given kind."""
    cut_lines: list[Line] = []
    cut_kinds: list[SegmentKind] = []
    for line, now in zip(lines, kinds, strict=True):
        rest = line
        for edge in span:
            if rest.start < edge < rest.end and now is SegmentKind.BODY:
                cut_lines.append(rest._replace(end=edge - _spaces_before(text, edge)))
                cut_kinds.append(now if edge == span.start else kind)
                while text[edge].isspace():
                    edge += 1  # noqa: PLW2901 - to where the rest of the line begins
                rest = rest._replace(start=edge, indent=0, after_blank=False)
        inside = now is SegmentKind.BODY and not line.forced and span.start <= rest.start and rest.end <= span.end
        cut_lines.append(rest)
        cut_kinds.append(kind if inside else now)
    return cut_lines, cut_kinds


def _spaces_before(text: str, at: int) -> int:
    count = 0
    while text[at - 1 - count].isspace():
        count += 1
    return count


def _mark_code(text: str, lines: list[Line], kinds: list[SegmentKind]) -> None:
    """Mark fenced blocks, stack traces and log lines, and indented blocks that look like code throughout."""
    fence: int | None = None
    for index, line in enumerate(lines):
        if kinds[index] is not SegmentKind.BODY or line.forced:
            continue
        if text.startswith(("```", "~~~"), line.start) and _FENCE.match(text, line.start, line.end):
            if fence is None:
                fence = index
            elif text[lines[fence].start] == text[line.start]:
                kinds[fence : index + 1] = [SegmentKind.CODE] * (index + 1 - fence)
                fence = None
        elif fence is None and _looks_logged(text, line) and _TRACE.match(text, line.start, line.end):
            kinds[index] = SegmentKind.CODE
    _mark_indented_code(text, lines, kinds)


def _looks_logged(text: str, line: Line) -> bool:
    """Whether a line may be one of a log or a stack trace, cheaply: most are not."""
    first = text[line.start]
    return (
        first in "[TFC"
        or first.isdigit()
        or text.startswith("at ", line.start)
        or (
            line.end - line.start > 1
            and (
                text.find("Error", line.start, line.start + 120) > 0
                or text.find("Exception", line.start, line.start + 120) > 0
            )
        )
    )


def _mark_indented_code(text: str, lines: list[Line], kinds: list[SegmentKind]) -> None:
    index = 0
    while index < len(lines):
        first = index
        while index < len(lines) and lines[index].indent >= _CODE_INDENT and kinds[index] is SegmentKind.BODY:
            index += 1
        if index == first:
            index += 1
            continue
        after_code = first > 0 and kinds[first - 1] is SegmentKind.CODE
        signs = sum(bool(_CODE_SIGN.search(text[line.start : line.end][:200])) for line in lines[first:index])
        if after_code or (lines[first].after_blank and signs * 2 > index - first):
            kinds[first:index] = [SegmentKind.CODE] * (index - first)


def _mark_lists(text: str, lines: list[Line], kinds: list[SegmentKind]) -> None:
    """Mark the first line of each list item, and the lines that go on with it."""
    expected = 0  # the number that the next item of a numbered list has
    item: Line | None = None  # the item that the line before belongs to
    for index, line in enumerate(lines):
        if kinds[index] is not SegmentKind.BODY or line.forced:
            item = None
            continue
        fresh = line.after_blank or index == 0 or kinds[index - 1] is not SegmentKind.BODY
        number = _number(text, line)
        if number:
            value = number[1] or number[2]
            count = int(value) if value.isdigit() else ord(value) - ord("a") + 1
            starts = count in (1, expected) or (fresh and value.isdigit())
            expected = count + 1 if starts else expected
        else:
            starts = _is_bullet(text, line)
            if starts and text[line.start] in "–—" and not fresh:
                starts = item is not None
        if starts:
            item = line
            kinds[index] = SegmentKind.LIST
        elif item and not line.after_blank and _goes_on(text, lines[index - 1], line, item):
            kinds[index] = SegmentKind.LIST
        else:
            item = None


def _goes_on(text: str, before: Line, line: Line, item: Line) -> bool:
    """Whether a line goes on with the list item above it: set in, or wrapped."""
    wrapped = before.end - before.start >= _WRAPPED_FROM and text[before.end - 1] not in ".!?…:"
    return line.indent > item.indent or text[line.start].islower() or wrapped


def _blocks(text: str, lines: list[Line], kinds: list[SegmentKind]) -> Iterable[tuple[SegmentKind, list[Line]]]:
    """The lines of each segment, with its kind."""
    block: list[Line] = []
    before: SegmentKind | None = None
    for line, kind in zip(lines, kinds, strict=True):
        same = block and kind is before and line.mark == block[-1].mark
        if kind is SegmentKind.LIST and same and line.mark < 0:
            same = not (_is_bullet(text, line) or _number(text, line))
            same = same and not line.after_blank
        elif same and kind not in _MERGED:
            same = not line.after_blank
        elif block and kind is before and kind in _MERGED:
            same = True
        if not same and block and before:
            yield before, block
            block = []
        block.append(line)
        before = kind
    if block and before:
        yield before, block


def _sentences(text: str, kind: SegmentKind, lines: Sequence[Span], inside: Sequence[Mark]) -> tuple[Span, ...]:
    if kind is SegmentKind.SIGNATURE:
        return tuple(lines)
    if kind is SegmentKind.GREETING:
        return (Span(lines[0].start, lines[-1].end),)
    return sentences(text, lines, [mark.span for mark in inside])


def _is_bullet(text: str, line: Line) -> bool:
    """Whether a line begins with a bullet."""
    return not text[line.start].isalnum() and _BULLET.match(text, line.start, line.end) is not None


def _number(text: str, line: Line) -> re.Match[str] | None:
    """The number or letter of a list item, where a line begins with one."""
    if text[line.start].isalpha() and text[line.start + 1 : line.start + 2] not in (".", ")"):  # most lines
        return None
    return _NUMBER.match(text, line.start, line.end)
