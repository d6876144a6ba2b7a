"""One line a finding, `path:line:column: severity name (CODE) message`, for editors and for grep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calmlint.reporters import PLAIN, Look
from calmlint.terminal import one_line

if TYPE_CHECKING:
    from typing import TextIO

    from calmlint.finding import Report


def write(report: Report, out: TextIO, _look: Look = PLAIN) -> None:
    """Write each active finding as one line; suppressed ones and the summary are left to other formats."""
    for finding in report.active:
        place = f"{one_line(finding.path)}:{finding.start.line}:{finding.start.column}"
        what = f"{finding.severity.label} {finding.rule} ({finding.code})"
        out.write(f"{place}: {what} {one_line(finding.message)}\n")
