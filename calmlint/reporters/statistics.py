"""A table of how often each rule spoke, the most frequent first."""

from __future__ import annotations

import collections
from typing import TYPE_CHECKING

from calmlint.reporters import PLAIN, Look, summary

if TYPE_CHECKING:
    from typing import TextIO

    from calmlint.finding import Report


def write(report: Report, out: TextIO, look: Look = PLAIN) -> None:
    """Write count, code and name of each rule with active findings, then the summary line."""
    counts = collections.Counter((finding.code, finding.rule) for finding in report.active)
    digits = len(str(max(counts.values(), default=0)))
    rows = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    out.writelines(f"{count:>{digits}}  {code}  {rule}\n" for (code, rule), count in rows)
    if not look.quiet:
        out.write(summary(report, look.fail_on) + "\n")
