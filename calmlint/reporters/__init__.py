"""Ways to write a report: each module's `write` is imported only when its format is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from calmlint.finding import Severity

if TYPE_CHECKING:
    from calmlint.finding import Report

REPORTERS: dict[str, str] = {
    "text": "calmlint.reporters.text",
    "concise": "calmlint.reporters.concise",
    "json": "calmlint.reporters.json",
    "statistics": "calmlint.reporters.statistics",
}


class Look(NamedTuple):
    """How a report for people is to look; formats for programs leave it aside.

    `fail_on` is the severity from which findings fail the run, None for never.
    """

    color: bool = False
    quiet: bool = False
    fail_on: Severity | None = Severity.WARNING


PLAIN = Look()


def summary(report: Report, fail_on: Severity | None) -> str:
    """What the run found, in one line: counts by severity, where, and from which severity on it fails."""
    counts = [
        _count(found, severity.label)
        for severity in sorted(Severity, reverse=True)
        if (found := report.count(severity))
    ]
    hidden = len(report.findings) - len(report.active)
    suppressed = f", {hidden} suppressed" if hidden else ""
    where = f"in {_count(report.files, 'file')}"
    unread = "; not all could be read" if report.errors else ""
    if counts:
        fails = f"fails on {fail_on.label}" if fail_on is not None else "never fails"
        return f"{', '.join(counts)} {where}{suppressed} ({fails}){unread}"
    calm = "no findings" if report.errors else f"all calm: {_count(len(report.replies), 'reply')}"
    return f"{calm} {where}{suppressed}{unread}"


def _count(number: int, word: str) -> str:
    if number == 1 or word == "info":
        return f"{number} {word}"
    return f"{number} {word.removesuffix('y')}ies" if word.endswith("y") else f"{number} {word}s"
