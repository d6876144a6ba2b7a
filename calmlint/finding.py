"""What is reported: findings, their severity, their fixes, and the report of a whole run."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from calmlint.source import Position, Span


STATED = ("stated",)  # the cue of a situation that was not inferred but given


class Severity(enum.IntEnum):
    """How much a finding matters; ordered, so that `--fail-on` can compare."""

    INFO = 0
    WARNING = 1
    ERROR = 2

    @property
    def label(self) -> str:
        """The word used in rules, options and reports."""
        return self.name.lower()

    @classmethod
    def of(cls, label: str) -> Severity:
        """The severity a word names. Raises KeyError for any other word."""
        return cls[label.upper()]


class Situation(NamedTuple):
    """What the customer is in, and the words on which that was decided.

    The cues are the customer's words, or with `by_reply` those of the reply that is checked.
    """

    state: str
    cues: tuple[str, ...] = ()
    by_reply: bool = False

    @property
    def because(self) -> str:
        """The situation with its cues as a reader is told: `problem: "never arrived"`.

        Where the cues are those of the reply, it says so: `problem, by your words "calm down"`.
        """
        if self.cues == STATED:
            return f"{self.state}, as stated"
        cues = ", ".join(f'"{cue}"' for cue in self.cues)
        if not cues:
            return self.state
        return f"{self.state}, by your words {cues}" if self.by_reply else f"{self.state}: {cues}"


class Edit(NamedTuple):
    """A change of the source file: the span in its text that `text` takes the place of."""

    span: Span
    text: str


class Fix(NamedTuple):
    """Edits that mend a finding; `safe` ones change form alone, never what is said."""

    title: str
    edits: tuple[Edit, ...]
    safe: bool = False


class Hit(NamedTuple):
    """What a kind found: a span of the draft's clean text, and the values its message names.

    An empty span is the place where something is missing. `replacement` is what a safe fix would put there;
    `severity` is set where this hit weighs less than its rule usually does.
    """

    span: Span
    values: tuple[tuple[str, str], ...] = ()
    replacement: str | None = None
    severity: Severity | None = None


class Finding(NamedTuple):
    """A hit, stamped by the engine: rule, severity, message and place in the file.

    `span` counts in code points of the draft; `start` and `end` are the place in the source file.
    `line_text` is the file's line at `start`, or the part of a long line near it that begins at `line_column`;
    `demanded` says that the situation asked for what is missing.
    `suppressed` is None, or the reason given in the comment that silences the finding.
    """

    rule: str
    code: str
    severity: Severity
    message: str
    instead: str
    path: str
    start: Position
    end: Position
    span: Span
    excerpt: str
    situation: Situation
    conversation: str | None = None
    name: str | None = None
    fix: Fix | None = None
    suppressed: str | None = None
    line_text: str = ""
    line_column: int = 1
    demanded: bool = False


class LintedReply(NamedTuple):
    """One reply that was linted: where it stands, what it is called, and its situation."""

    path: str
    line: int
    situation: Situation
    conversation: str | None = None
    name: str | None = None


class Skipped(NamedTuple):
    """A rule that could not run, and why."""

    rule: str
    reason: str


class Report:
    """All that a run found. Reports of several files are added up with `extend`."""

    def __init__(
        self,
        findings: Iterable[Finding] = (),
        replies: Iterable[LintedReply] = (),
        skipped: Iterable[Skipped] = (),
        errors: Iterable[str] = (),
        files: int = 0,
    ) -> None:
        self.findings = list(findings)
        self.replies = list(replies)
        self.skipped = list(skipped)
        self.errors = list(errors)
        self.files = files

    def extend(self, other: Report) -> None:
        """Add another report's findings, replies, errors and file count to this one."""
        self.findings += other.findings
        self.replies += other.replies
        self.skipped += [skip for skip in other.skipped if skip not in self.skipped]
        self.errors += other.errors
        self.files += other.files

    @property
    def active(self) -> list[Finding]:
        """The findings that no comment suppresses."""
        return [finding for finding in self.findings if finding.suppressed is None]

    def count(self, severity: Severity) -> int:
        """How many active findings have this severity."""
        return sum(finding.severity == severity for finding in self.active)
