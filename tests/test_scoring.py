from __future__ import annotations

import hashlib
import importlib.util
import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks import scoring
from calmlint.finding import Finding, Severity, Situation
from calmlint.source import Position, Span
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

CASES = ROOT / "benchmarks" / "cases"


def finding(rule: str, span: Span, severity: Severity = Severity.ERROR) -> Finding:
    place = Position(1, 1)
    return Finding(rule, "XXX001", severity, "", "", "x.jsonl", place, place, span, "", Situation("unknown"))


def case(**labels: object) -> scoring.Case:
    record: dict[str, Any] = {"id": "a", "turns": [{"role": "agent", "text": "Calm down."}], **labels}
    rules = {*record.get("expect", ()), *record.get("forbid", ())}
    return scoring._case(record, frozenset(rules))  # noqa: SLF001 - a file a case would say less


def test_a_finding_counts_where_it_is_expected_and_where_it_is_forbidden_and_nowhere_else() -> None:
    cases = [
        case(id="hit", expect=["calm-down"], spans={"calm-down": "Calm down"}),
        case(id="missed", expect=["calm-down"]),
        case(id="false", forbid=["calm-down"]),
        case(id="unlabelled"),
    ]
    reported = {name: {"calm-down": [finding("calm-down", Span(0, 9))]} for name in ("hit", "false", "unlabelled")}
    assert scoring.tally(cases, reported) == {
        "calm-down": scoring.Tally(hits=1, missed=1, false=1, loud=1, placed=1, quoted=1)
    }


def test_a_span_beside_the_quoted_words_is_not_placed() -> None:
    cases = [case(expect=["calm-down"], spans={"calm-down": "down"})]
    table = scoring.tally(cases, {"a": {"calm-down": [finding("calm-down", Span(0, 4))]}})
    assert (table["calm-down"].placed, table["calm-down"].quoted) == (0, 1)


def test_a_closed_case_forbids_what_it_does_not_pardon() -> None:
    cases = [case(closed=True, expect=["you-must"], unsure=["calm-down"])]
    reported = {"a": {name: [finding(name, Span(0, 4), Severity.INFO)] for name in ("calm-down", "all-caps")}}
    table = scoring.tally(cases, reported)
    assert {rule: row.false for rule, row in table.items()} == {"all-caps": 1, "calm-down": 0, "you-must": 0}
    assert table["all-caps"].loud == 0


@pytest.mark.parametrize(("severity", "flagged"), [(Severity.INFO, 0.0), (Severity.WARNING, 50.0)])
def test_an_exemplary_reply_is_flagged_by_a_warning(severity: Severity, flagged: float) -> None:
    cases = [case(id="a", closed=True), case(id="b", closed=True)]
    assert scoring.flagged_per_100(cases, {"a": {"calm-down": [finding("calm-down", Span(0, 4), severity)]}}) == flagged


def _their_script(shared: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", shared / "bench" / "score.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _made_up(cases: list[scoring.Case], rules: list[str]) -> dict[str, dict[str, list[Finding]]]:
    """Findings that are right, wrong and misplaced in turn, the same in every run."""
    found: dict[str, dict[str, list[Finding]]] = defaultdict(lambda: defaultdict(list))
    for labelled in cases:
        for rule in rules:
            number = int(hashlib.sha256(f"{labelled.id} {rule}".encode()).hexdigest(), 16)
            if number % (2 if rule in labelled.expect | labelled.forbid else 40) == 0:
                start = number // 100 % len(labelled.reply)
                quote = labelled.spans.get(rule)
                if quote and number % 3:
                    start = labelled.reply.index(quote)
                severity = Severity(number // 10 % 3)
                found[labelled.id][rule].append(finding(rule, Span(start, start + 5), severity))
    return found


@pytest.mark.parametrize("name", ["challenge_dev", "clean_dev", "real_dev"])
def test_figures_equal_those_of_the_shared_script(shared: Path, name: str) -> None:
    path = shared / "bench" / f"{name}.jsonl"
    raw = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    rules = sorted({rule for labels in raw for key in ("expect", "forbid") for rule in labels.get(key, [])})[:30]
    rules = rules or ["calm-down", "you-must"]
    cases = scoring.read_cases(path, rules)
    found = _made_up(cases, rules)

    theirs = _their_script(shared)
    for labels in raw:
        labels["exemplary"] = bool(labels.get("closed")) and not labels.get("expect")
        for key in ("expect", "forbid"):
            labels[key] = [rule for rule in labels.get(key, []) if rule in rules]
    reported: dict[str, dict[str, list[dict[str, object]]]] = {labels["id"]: {} for labels in raw} | {
        key: {
            rule: [{"span": list(hit.span), "severity": hit.severity.label} for hit in hits]
            for rule, hits in by_rule.items()
        }
        for key, by_rule in found.items()
    }
    table = theirs.score(raw, reported)
    expected = theirs.summary(table, len(raw))
    ours = scoring.figures(scoring.tally(cases, found), len(cases))
    assert (ours.cases, ours.rules) == (expected["cases"], expected["rules"])
    assert [
        ours.precision,
        ours.recall,
        ours.f1,
        ours.span_hit,
        ours.micro_precision,
        ours.micro_recall,
        ours.false_per_100,
        ours.loud_per_100,
    ] == pytest.approx(
        [
            expected[key]
            for key in (
                "macro_precision",
                "macro_recall",
                "macro_f1",
                "span_hit",
                "micro_precision",
                "micro_recall",
                "false_alarms_per_100",
                "loud_false_alarms_per_100",
            )
        ]
    )
    assert scoring.flagged_per_100(cases, found) == (
        theirs.loud_replies(raw, reported).get("clean_replies_flagged_per_100")
    )
    states = {labelled.id: "upset" for labelled in cases}
    assert scoring.situation_accuracy(cases, states) == (theirs.situations(raw, states).get("situation_accuracy"))


def test_the_cases_are_read_and_a_third_of_the_challenge_is_put_aside() -> None:
    cases = scoring.read_cases(CASES / "challenge_dev.jsonl", ["calm-down"])
    assert len(cases) == 1088
    held = [c for c in cases if int(hashlib.sha256(c.id.encode()).hexdigest(), 16) % 3 == 0]
    assert 300 < len(held) < 420
    assert all(labelled.expect <= {"calm-down"} for labelled in cases)
