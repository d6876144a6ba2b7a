"""How often calmlint is right, on labelled replies: prints the figures and writes them to docs/accuracy.md.

    python -m benchmarks.accuracy [--check]

Every rule is switched on. `--check` writes nothing and exits 1 where docs/accuracy.md is out of date.
Real replies belong to others: their figures are measured where ../shared/bench is there, and kept elsewhere.
"""

from __future__ import annotations

import argparse
import collections
import hashlib
import sys
from typing import TYPE_CHECKING

from benchmarks.pages import ROOT, row, section, wrapped
from benchmarks.scoring import Case, figures, flagged_per_100, read_cases, situation_accuracy, tally
from calmlint.config import Config
from calmlint.engine import Linter
from calmlint.rule import read_rule_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.scoring import Tally
    from calmlint.finding import Finding
    from calmlint.ruledoc import RuleDoc

CASES = ROOT / "benchmarks" / "cases"
REAL = ROOT.parent / "shared" / "bench" / "real_dev.jsonl"
PAGE = ROOT / "docs" / "accuracy.md"
COUNTED_FALSE_ALARMS = 3

ABOUT = """\
# How accurate calmlint is

`make accuracy` measures calmlint on labelled replies and writes this page. Every rule is switched on, also those
that are off by default. The labels say which rules must fire on a reply and which must not.

- **Precision**: of 100 findings, how many are right. Low precision is a tool that cries wolf.
- **Recall**: of 100 faults, how many are found. Low recall is a tool that sleeps.
- **F1** is a mean of the two. **Span hit** says how many findings point at the words that are at fault.

The figures over all rules are means over the rules, each rule counting the same ("macro").
Wording that nobody has seen while writing the rules is what counts: that is the *unread* third of the challenge
cases, put aside by the hash of the case's id before the first rule was written, *paraphrases (check)*, which was
measured on but never learned from, and the *unread* part of the fresh wording, which was written apart from the
rules after their first version. Expect the lower figures on your own replies.
"""


def unread(case: Case) -> bool:
    """Whether the case belongs to the third that was put aside before the rules were written."""
    return int(hashlib.sha256(case.id.encode()).hexdigest(), 16) % 3 == 0


def lint(cases: Sequence[Case]) -> tuple[dict[str, dict[str, list[Finding]]], dict[str, str]]:
    """What calmlint reports, as case id -> rule name -> findings, and the situation it decides, by case id."""
    linter = Linter(Config(select=("ALL",), preview=True))
    report = linter.lint_bytes("cases.jsonl", "\n".join(case.record for case in cases).encode())
    if report.errors:
        sys.exit("\n".join(report.errors))
    found: dict[str, dict[str, list[Finding]]] = collections.defaultdict(lambda: collections.defaultdict(list))
    for finding in report.active:
        found[str(finding.conversation)][finding.rule].append(finding)
    return found, {str(reply.conversation): reply.situation.state for reply in report.replies}


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _rule_rows(table: dict[str, Tally]) -> Iterator[str]:
    yield row("rule", "precision", "recall", "F1", "span hit", "found", "missed", "false")
    yield row("---", *["--:"] * 7)
    for rule, counts in table.items():
        span_hit = counts.placed / counts.quoted if counts.quoted else None
        rates = map(_number, (counts.precision, counts.recall, counts.f1, span_hit))
        yield row(f"[{rule}](rules.md#{rule})", *rates, counts.hits, counts.missed, counts.false)


def _labelled(rules: Sequence[str]) -> Iterator[str]:
    challenge = read_cases(CASES / "challenge_dev.jsonl", rules)
    sets = {
        "Challenge cases, tuned on (two thirds)": [case for case in challenge if not unread(case)],
        "Challenge cases, unread (a third)": [case for case in challenge if unread(case)],
        "Paraphrases, learned from": read_cases(CASES / "paraphrases_learn.jsonl", rules),
        "Paraphrases (check)": read_cases(CASES / "paraphrases_check.jsonl", rules),
        "Fresh wording, learned from": read_cases(CASES / "fresh_learn.jsonl", rules),
        "Fresh wording, unread": read_cases(CASES / "fresh_unread.jsonl", rules),
    }
    tables = {name: tally(cases, lint(cases)[0]) for name, cases in sets.items()}
    yield "## All rules together\n"
    yield row("replies", "cases", "rules", "precision", "recall", "F1", "span hit")
    yield row("---", *["--:"] * 6)
    for name, table in tables.items():
        total = figures(table, len(sets[name]))
        rates = map(_number, (total.precision, total.recall, total.f1, total.span_hit))
        yield row(name, total.cases, total.rules, *rates)
    yield from _exemplary(rules)
    for name, table in tables.items():
        yield f"\n## {name}, rule by rule\n"
        yield from _rule_rows({rule: counts for rule, counts in table.items() if counts.due or counts.false})


def _exemplary(rules: Sequence[str]) -> Iterator[str]:
    cases = read_cases(CASES / "clean_dev.jsonl", rules)
    found, _ = lint(cases)
    flagged = flagged_per_100(cases, found)
    yield "\n## Exemplary replies\n"
    yield f"{len(cases)} replies that a quality lead would send, full of innocent words that look like faults."
    yield f"A warning or an error stands on {_number(flagged)} of 100 of them."


def _real(rules: Sequence[str]) -> Iterator[str]:
    cases = read_cases(REAL, rules)
    found, states = lint(cases)
    table = tally(cases, found)
    total = figures(table, len(cases))
    worst = collections.Counter({rule: counts.loud for rule, counts in table.items() if counts.loud})
    names = ", ".join(f"{rule} ({count})" for rule, count in worst.most_common(COUNTED_FALSE_ALARMS))
    yield "\n## Real replies\n"
    yield f"{len(cases)} public replies of support desks, labelled in full. They belong to others, so that only figures"
    yield "stand here. They are measured where the replies are at hand.\n"
    yield row("precision", "recall", "F1", "loud false alarms per 100 replies", "situation right")
    yield row(*["--:"] * 5)
    accuracy = _number(situation_accuracy(cases, states))
    yield row(*map(_number, (total.precision, total.recall, total.f1)), f"{total.loud_per_100:.1f}", accuracy)
    yield f"\nThe most frequent loud false alarms: {names or 'none'}."


def _known_misses(documents: Sequence[RuleDoc]) -> Iterator[str]:
    yield "\n## Known misses\n"
    yield "Faults that a rule is known not to find, as its examples say.\n"
    misses = [(rule, example) for rule in documents for example in rule.examples if example.verdict == "known-miss"]
    for rule, example in misses:
        yield f"- [{rule.name}](rules.md#{rule.name}): {' '.join(example.text.split())}"
    if not misses:
        yield "None is on record."


def page() -> str:
    """The page with all figures; the section on real replies is the present one where these are not at hand."""
    documents = read_rule_files(ROOT / "rules")
    rules = [document.name for document in documents]
    if REAL.exists():
        real = "\n".join(_real(rules)).strip("\n")
    else:
        present = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
        real = section(present, "real replies")
    labelled = "\n".join(_labelled(rules))
    misses = "\n".join(_known_misses(documents))
    return f"{ABOUT}\n{labelled}\n\n{wrapped('real replies', real)}\n{misses}\n"


def main() -> None:
    """Print the page, and write or check it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where the page is out of date")
    check = parser.parse_args().check
    text = page()
    if check:
        if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
            sys.exit("docs/accuracy.md is out of date: run make accuracy")
        return
    PAGE.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
