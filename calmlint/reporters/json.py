"""Version 1 of the JSON report, as `docs/report-v1.schema.json` describes it: one finding a line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from calmlint import __version__
from calmlint.finding import Severity
from calmlint.reporters import PLAIN, Look

if TYPE_CHECKING:
    from typing import TextIO

    from calmlint.finding import Finding, Fix, LintedReply, Report, Situation


def write(report: Report, out: TextIO, _look: Look = PLAIN) -> None:
    """Write the report as one JSON object; keys may be added to version 1, never removed or changed."""
    summary = {"files": report.files, "conversations": len(report.replies)}
    summary |= {severity.label: report.count(severity) for severity in sorted(Severity, reverse=True)}
    out.write(f'{{"version": 1, "tool": {_dump({"name": "calmlint", "version": __version__})},\n')
    out.write(f' "findings": {_rows([_finding(finding) for finding in report.findings])},\n')
    out.write(f' "replies": {_rows([_reply(reply) for reply in report.replies])},\n')
    skipped = [{"rule": skip.rule, "reason": skip.reason} for skip in report.skipped]
    out.write(f' "skipped": {_rows(skipped)},\n')
    out.write(f' "summary": {_dump(summary)}}}\n')


def _rows(rows: list[dict[str, Any]]) -> str:
    return "[\n  " + ",\n  ".join(_dump(row) for row in rows) + "]" if rows else "[]"


def _dump(value: dict[str, Any]) -> str:
    # A lone surrogate, from bytes that are no text, has no UTF-8 form; its escape is also JSON's own.
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace").decode("utf-8")


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "code": finding.code,
        "severity": finding.severity.label,
        "message": finding.message,
        "instead": finding.instead,
        "path": finding.path,
        "conversation": finding.conversation,
        "line": finding.start.line,
        "column": finding.start.column,
        "end_line": finding.end.line,
        "end_column": finding.end.column,
        "span": list(finding.span),
        "excerpt": finding.excerpt,
        "situation": _situation(finding.situation),
        "fix": _fix(finding.fix) if finding.fix else None,
        "suppressed": finding.suppressed,
    }


def _situation(situation: Situation) -> dict[str, Any]:
    return {"state": situation.state, "cues": list(situation.cues)}


def _fix(fix: Fix) -> dict[str, Any]:
    edits = [{"start": edit.span.start, "end": edit.span.end, "text": edit.text} for edit in fix.edits]
    return {"title": fix.title, "safe": fix.safe, "edits": edits}


def _reply(reply: LintedReply) -> dict[str, Any]:
    return {
        "path": reply.path,
        "conversation": reply.conversation,
        "name": reply.name,
        "line": reply.line,
        "situation": _situation(reply.situation),
    }
