"""Comments that silence findings, `calmlint: disable=NAME -- reason`, and that state a situation or a channel."""

from __future__ import annotations

import bisect
import re
from typing import TYPE_CHECKING, NamedTuple

from calmlint.comments import COMMENTS
from calmlint.conversation import CHANNELS, SITUATIONS
from calmlint.finding import Finding, Situation
from calmlint.nearest import suggestion
from calmlint.rule import UNUSED
from calmlint.source import Span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from calmlint.source import Position, Source

NO_REASON = "no reason given"
EVERY_RULE = "all"

_STARTS = re.compile(r"(?:<!--|#)\s*+calmlint:(.*?)(?:-->)?", re.DOTALL)
_REASON = re.compile(r"(?:\A|\s)--(?:\s|\Z)")
_INSTRUCTION = re.compile(r"([^\s=,]++)(?:[ \t]*+=[ \t]*+([^\s=,]++(?:\s*+,\s*+[^\s=,]++)*+)?)?|\S")
_DISABLES = ("disable", "disable-line", "disable-next-line", "disable-file")
_BLANK = re.compile(r"[ \t]*+")
_REST_IS_BLANK = re.compile(r"[ \t]*+(?=[\r\n]|\Z)")
_NEXT_LINE = re.compile(r"[^\r\n]*+\s*+")
_KEYS = (*_DISABLES, "enable", "situation", "channel")
_STATED = {"situation": SITUATIONS, "channel": CHANNELS}


class Directive(NamedTuple):
    """One instruction of a comment: what it does ("block", "line", "file", "enable"), to which rules, and why.

    `line` is the line that a "line" directive silences; `start` and `end` are the place of its comment.
    """

    scope: str
    names: tuple[str, ...]
    reason: str
    start: Position
    end: Position
    span: Span
    line: int = 0


class Mistake(NamedTuple):
    """A comment that means to instruct calmlint, but says nothing it knows."""

    span: Span
    message: str


class Directives(NamedTuple):
    """The instructions in the comments of one file, in the order they stand."""

    source: Source
    given: tuple[Directive, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    situation: str | None = None
    channel: str | None = None

    def apply(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings in the same order, those that a comment silences with its reason in `suppressed`."""
        if not self.given:
            return list(findings)
        reach = _Reach(self.given)
        marked = []
        for finding in findings:
            silencing = next(reach.of(finding), None) if finding.suppressed is None else None
            marked.append(finding._replace(suppressed=silencing[0].reason) if silencing else finding)
        return marked

    def unused(
        self, findings: Iterable[Finding], known: Collection[str], ran: Collection[str] | None = None
    ) -> list[Finding]:
        """A finding for each comment, or name in it, that silences none of the findings.

        `known` are the names and codes of all rules; one that is in `ran` (default: `known`) did run on this file:
        where a rule did not, nobody can tell whether the comment is needed.
        """
        reach = _Reach(self.given)
        used = {used for finding in findings for used in reach.of(finding)}
        ran = known if ran is None else ran
        told = [self._finding(mistake.span, mistake.message, _CORRECT) for mistake in self.mistakes]
        opened = False
        for directive in self.given:
            if directive.scope == "enable":
                if not opened:
                    told.append(self._finding(directive.span, "This comment ends no block: none is open.", _DELETE))
                continue
            opened = opened or directive.scope == "block"
            for name in directive.names:
                if name != EVERY_RULE and name not in known:
                    message = f'There is no rule "{name}" to silence; {suggestion(name, known)}'
                    told.append(self._finding(directive.span, message, _CORRECT))
                elif (directive, name) not in used and (name == EVERY_RULE or name in ran):
                    what = "any rule" if name == EVERY_RULE else name
                    message = f"This comment silences nothing: there is no finding of {what} {_WHERE[directive.scope]}."
                    told.append(self._finding(directive.span, message, _DELETE))
        return sorted(told, key=lambda finding: finding.start)

    def _finding(self, span: Span, message: str, instead: str) -> Finding:
        line_text, line_column = self.source.around(span.start)
        return Finding(
            rule=UNUSED.name,
            code=UNUSED.code,
            severity=UNUSED.severity,
            message=message,
            instead=instead,
            path=self.source.path,
            start=self.source.position(span.start),
            end=self.source.position(span.end),
            span=span,
            excerpt=self.source.text[span.start : span.end],
            situation=Situation("unknown"),
            line_text=line_text,
            line_column=line_column,
        )


_DELETE = "Delete the comment."
_CORRECT = "Correct the comment, or delete it."
_WHERE = {"block": "in its block", "line": "on its line", "file": "in this file"}


class _Reach:
    """Which directives silence a finding, found without going through all of them."""

    def __init__(self, directives: Iterable[Directive]) -> None:
        self.lines: dict[tuple[int, str], Directive] = {}
        self.file: dict[str, Directive] = {}
        self.turns: dict[str, list[tuple[Position, Directive]]] = {}  # where blocks of a name open and end
        for directive in directives:
            for name in directive.names:
                if directive.scope == "line":
                    self.lines.setdefault((directive.line, name), directive)
                elif directive.scope == "file":
                    self.file.setdefault(name, directive)
                else:
                    self.turns.setdefault(name, []).append((directive.end, directive))

    def of(self, finding: Finding) -> Iterator[tuple[Directive, str]]:
        """The directives that silence it, each with the name by which it does, the nearest first."""
        names = (finding.rule, finding.code, EVERY_RULE)
        yield from ((self.lines[at], at[1]) for name in names if (at := (finding.start.line, name)) in self.lines)
        last = [turn for name in names if (turn := self._last(name, finding.start))]
        if last:
            directive, name = max(last, key=lambda turn: turn[0].end)
            if directive.scope == "block":
                yield directive, name
        yield from ((self.file[name], name) for name in names if name in self.file)

    def _last(self, name: str, place: Position) -> tuple[Directive, str] | None:
        turns = self.turns.get(name, [])
        before = bisect.bisect_right(turns, place, key=lambda turn: turn[0])
        return (turns[before - 1][1], name) if before else None


def directives(source: Source, file_format: str) -> Directives:
    """The instructions in the comments of a file of a format ("markdown", "html", "yaml"); others have none."""
    comments = COMMENTS.get(file_format)
    if comments is None or "calmlint:" not in source.text:  # most files: spares reading them twice
        return Directives(source)
    spans = list(comments(source.text))
    reader = _Reader(source, dict(spans))
    for span in spans:
        said = _STARTS.fullmatch(source.text, span.start, span.end)
        if said:
            reader.read(span, said[1])
    return Directives(source, tuple(reader.given), tuple(reader.mistakes), **reader.stated)


class _Reader:
    def __init__(self, source: Source, comments: dict[int, int]) -> None:
        self.source = source
        self.comments = comments  # the end of each by its start
        self.indents: dict[int, int] = {}  # where the text of a line begins, by the line's start; read once each
        self.next_lines: dict[int, int] = {}
        self.given: list[Directive] = []
        self.opened: dict[str, None] = {}  # every name that a block silences since the last that was ended for all
        self.mistakes: list[Mistake] = []
        self.stated: dict[str, str] = {}

    def read(self, span: Span, said: str) -> None:
        instructions, *reason = _REASON.split(said, maxsplit=1)
        why = " ".join(reason[0].split()) if reason else ""
        nothing = True
        for found in _INSTRUCTION.finditer(instructions):
            nothing = False
            key, value = found[1] or found[0], found[2] or ""
            names = tuple(dict.fromkeys(name.strip() for name in value.split(",") if name.strip()))
            if key in _STATED:
                self.state(span, key, value)
            elif key not in _KEYS:
                self.mistakes.append(Mistake(span, f'There is no instruction "{key}"; {suggestion(key, _KEYS)}'))
                return
            elif not names and key != "enable":
                self.mistakes.append(Mistake(span, f'"{key}" names no rule; write {key}=NAME or {key}={EVERY_RULE}'))
            else:
                self.give(span, key, names, why or NO_REASON)
        if nothing:
            self.mistakes.append(Mistake(span, f"The comment gives no instruction; known are {', '.join(_KEYS)}"))

    def state(self, span: Span, key: str, value: str) -> None:
        if value in _STATED[key]:
            self.stated.setdefault(key, value)
        else:
            self.mistakes.append(Mistake(span, f'There is no {key} "{value}"; {suggestion(value, _STATED[key])}'))

    def give(self, span: Span, key: str, names: tuple[str, ...], reason: str) -> None:
        start, end = self.source.position(span.start), self.source.position(span.end)
        scope, line = "line", start.line
        if key == "disable-next-line":
            line = self.next_line(span.end)
        elif key == "disable-file":
            scope = "file"
        elif key == "enable":
            scope = "enable"
            if not names or EVERY_RULE in names:
                names = tuple(self.opened)
                self.opened.clear()
        elif key == "disable" and self.stands_alone(span):
            scope = "block"
            self.opened.update(dict.fromkeys(names))
        self.given.append(Directive(scope, names, reason, start, end, span, line))

    def stands_alone(self, span: Span) -> bool:
        """Whether nothing else stands on the lines of a comment."""
        line_start = span.start - self.source.position(span.start).column + 1
        if line_start not in self.indents:
            blank = _BLANK.match(self.source.text, line_start)
            self.indents[line_start] = blank.end() if blank else line_start
        return self.indents[line_start] == span.start and bool(_REST_IS_BLANK.match(self.source.text, span.end))

    def next_line(self, offset: int) -> int:
        """The next line that holds more than a comment or nothing: formatters set comments apart, people stack them."""
        passed = []
        while offset not in self.next_lines:
            passed.append(offset)
            place = _NEXT_LINE.match(self.source.text, offset)
            at = place.end() if place else offset
            if at not in self.comments or not self.stands_alone(Span(at, self.comments[at])):
                self.next_lines[offset] = self.source.position(at).line
            else:
                offset = self.comments[at]
        line = self.next_lines[offset]
        self.next_lines.update(dict.fromkeys(passed, line))
        return line
