"""The report for people: each finding with its line, a caret beneath the span, and what to write instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calmlint.finding import Severity
from calmlint.reporters import PLAIN, Look, summary
from calmlint.source import Span
from calmlint.terminal import excerpt, one_line

if TYPE_CHECKING:
    from typing import TextIO

    from calmlint.finding import Finding, Report

LINE_WIDTH = 96  # with the indent of four, 100 columns
_INDENT = "    "
_RESET = "\x1b[0m"
_BOLD = "\x1b[1m"
_DIM = "\x1b[2m"
_GREEN = "\x1b[32m"
_COLORS = {Severity.ERROR: "\x1b[1;31m", Severity.WARNING: "\x1b[1;33m", Severity.INFO: "\x1b[1;36m"}


def write(report: Report, out: TextIO, look: Look = PLAIN) -> None:
    """Write the active findings, the rules that could not run, and the summary line."""
    out.writelines(f"{line}\n" for finding in report.active for line in _lines(finding, color=look.color))
    if look.quiet:
        return
    out.writelines(f"skipped: {skip.rule}: {one_line(skip.reason)}\n" for skip in report.skipped)
    if report.active:
        out.write("\n")
    out.write(_paint(summary(report, look.fail_on), _BOLD, on=look.color) + "\n")


def _lines(finding: Finding, *, color: bool) -> list[str]:
    severity = _COLORS[finding.severity]
    place = _paint(f"{one_line(finding.path)}:{finding.start.line}:{finding.start.column}:", _BOLD, on=color)
    code = _paint(f"({finding.code})", _DIM, on=color)
    label = _paint(finding.severity.label, severity, on=color)
    lines = [f"{place} {label} {finding.rule} {code} {one_line(finding.message)}"]
    if finding.excerpt or (finding.line_text and not finding.line_text.isspace()):
        shown = excerpt(finding.line_text or finding.excerpt, _columns(finding), LINE_WIDTH)
        lines.append(_INDENT + shown.text.rstrip())
        lines.append(_INDENT + " " * shown.column + _paint("^" * shown.width, severity, on=color))
    if finding.instead:
        lines.append(f"{_INDENT}{_paint('instead:', _GREEN, on=color)} {one_line(finding.instead.strip())}")
    if finding.demanded:
        why = one_line(finding.situation.because)
        if why not in finding.message:  # many messages say it themselves
            lines.append(f"{_INDENT}{_paint('because:', _DIM, on=color)} {why}")
    return lines


def _columns(finding: Finding) -> Span:
    """The finding's offsets in its first line; a span that runs on to other lines ends with the line."""
    if not finding.line_text:  # a text without a file: all that is known is the excerpt
        return Span(0, len(finding.excerpt))
    start = finding.start.column - finding.line_column
    end = finding.end.column - finding.line_column if finding.end.line == finding.start.line else len(finding.line_text)
    return Span(start, end)


def _paint(text: str, style: str, *, on: bool) -> str:
    return f"{style}{text}{_RESET}" if on else text
