"""Labelled replies, and how what was reported compares with their labels."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import TYPE_CHECKING, Any

from calmlint.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

INPUT_KEYS = ("id", "channel", "customer_name", "turns")

Found = Mapping[str, Mapping[str, Sequence[Finding]]]
"""What was reported: case id -> rule name -> findings."""


@dataclasses.dataclass(frozen=True)
class Case:
    """A conversation and its labels: rules that must fire, and rules that must not.

    `closed` forbids every rule that is neither expected nor pardoned; `spans` quotes the faulty words of a rule;
    `exemplary` is a reply in which nothing at all is wrong.
    """

    id: str
    record: str
    reply: str
    expect: frozenset[str]
    forbid: frozenset[str]
    pardoned: frozenset[str]
    spans: Mapping[str, str]
    closed: bool
    exemplary: bool
    situation: str | None


def read_cases(path: Path, rules: Collection[str]) -> list[Case]:
    """The cases of a JSON Lines file, their open labels cut down to `rules`."""
    with path.open(encoding="utf-8") as lines:
        return [_case(json.loads(line), frozenset(rules)) for line in lines if line.strip()]


def _case(labels: dict[str, Any], rules: frozenset[str]) -> Case:
    record = {key: labels[key] for key in INPUT_KEYS if labels.get(key) is not None} | labels.get("given", {})
    return Case(
        id=str(labels["id"]),
        record=json.dumps(record, ensure_ascii=False),
        reply=labels["turns"][-1]["text"],
        expect=rules.intersection(labels.get("expect", ())),
        forbid=rules.intersection(labels.get("forbid", ())),
        pardoned=frozenset([*labels.get("unsure", ()), *labels.get("unscored", ())]),
        spans=labels.get("spans", {}),
        closed=bool(labels.get("closed")),
        exemplary=bool(labels.get("closed")) and not labels.get("expect"),
        situation=labels.get("situation"),
    )


@dataclasses.dataclass
class Tally:
    """How often a rule was right (`hits`), silent where due (`missed`), and wrong (`false`, of which `loud`).

    `loud` counts false alarms of severity warning or error; `placed` of `quoted` hits touch the words they are about.
    """

    hits: int = 0
    missed: int = 0
    false: int = 0
    loud: int = 0
    placed: int = 0
    quoted: int = 0

    @property
    def due(self) -> int:
        """In how many cases the rule had to fire."""
        return self.hits + self.missed

    @property
    def precision(self) -> float | None:
        """The share of its findings that were right; None where it never fired."""
        return self.hits / (self.hits + self.false) if self.hits + self.false else None

    @property
    def recall(self) -> float | None:
        """The share of the faults it found; None where there was none to find."""
        return self.hits / self.due if self.due else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of the two; None where there was nothing to find."""
        return 2 * self.hits / (self.hits + self.false + self.due) if self.due else None


def tally(cases: Sequence[Case], found: Found) -> dict[str, Tally]:
    """The count of each rule that is labelled or was reported."""
    known = {rule for case in cases for rule in case.expect | case.forbid}
    known |= {rule for rules in found.values() for rule in rules}
    table = {rule: Tally() for rule in sorted(known)}
    for case in cases:
        reported = found.get(case.id, {})
        for rule in case.expect:
            row = table[rule]
            row.hits += rule in reported
            row.missed += rule not in reported
            if rule in reported and (quote := case.spans.get(rule)):
                row.quoted += 1
                row.placed += any(_touches(finding, case.reply, quote) for finding in reported[rule])
        for rule in (known - case.expect - case.pardoned if case.closed else case.forbid).intersection(reported):
            table[rule].false += 1
            table[rule].loud += any(finding.severity > Severity.INFO for finding in reported[rule])
    return table


def _touches(finding: Finding, reply: str, quote: str) -> bool:
    at = reply.find(quote)
    while at >= 0:
        if finding.span.start < at + len(quote) and finding.span.end > at:
            return True
        at = reply.find(quote, at + 1)
    return False


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


@dataclasses.dataclass(frozen=True)
class Figures:
    """What all rules reach together: shares from 0 to 1, and false alarms per 100 replies.

    The macro figures are means over the rules that had something to find; a rule that never fired has precision 0.
    """

    cases: int
    rules: int
    precision: float
    recall: float
    f1: float
    span_hit: float
    micro_precision: float
    micro_recall: float
    false_per_100: float
    loud_per_100: float


def figures(table: Mapping[str, Tally], cases: int) -> Figures:
    """The tallies of all rules in one line."""
    due = [row for row in table.values() if row.due]
    hits, missed, false, loud, placed, quoted = (
        sum(getattr(row, field.name) for row in table.values()) for field in dataclasses.fields(Tally)
    )
    return Figures(
        cases=cases,
        rules=len(due),
        precision=fmean([row.precision or 0.0 for row in due] or [0.0]),
        recall=fmean([row.recall or 0.0 for row in due] or [0.0]),
        f1=fmean([row.f1 or 0.0 for row in due] or [0.0]),
        span_hit=_share(placed, quoted),
        micro_precision=_share(hits, hits + false),
        micro_recall=_share(hits, hits + missed),
        false_per_100=_share(100 * false, cases),
        loud_per_100=_share(100 * loud, cases),
    )


def flagged_per_100(cases: Sequence[Case], found: Found) -> float | None:
    """How many of 100 exemplary replies get a warning or an error; None where there is no such reply."""
    exemplary = [case for case in cases if case.exemplary]
    flagged = sum(
        any(
            finding.severity > Severity.INFO
            for rule, findings in found.get(case.id, {}).items()
            if rule not in case.pardoned
            for finding in findings
        )
        for case in exemplary
    )
    return 100 * flagged / len(exemplary) if exemplary else None


def situation_accuracy(cases: Sequence[Case], states: Mapping[str, str]) -> float | None:
    """The share of labelled situations that were decided as labelled; None where none is labelled."""
    labelled = [case for case in cases if case.situation not in {None, "unclear"}]
    right = sum(states.get(case.id) == case.situation for case in labelled)
    return right / len(labelled) if labelled else None
