"""The shipped rules: every example and every exception does what it says, and the catalogue is kept to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from calmlint.config import Config
from calmlint.engine import Linter
from calmlint.rule import read_rule_files, shipped_folder
from calmlint.ruletest import Bench, exceptions

if TYPE_CHECKING:
    from calmlint.ruledoc import ConditionDoc, Example, RuleDoc

RULES = read_rule_files(shipped_folder())

each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(Linter(Config(select=("ALL",), preview=True)))


@pytest.mark.parametrize(
    ("rule", "example"),
    [
        pytest.param(rule, example, id=f"{rule.name}-{example.place.line}")
        for rule in RULES
        for example in rule.examples
    ],
)
def test_an_example_is_flagged_where_it_is_marked_or_passes(bench: Bench, rule: RuleDoc, example: Example) -> None:
    failure = bench.example(rule, example)
    assert failure is None, str(failure)


@pytest.mark.parametrize(
    ("rule", "entry"),
    [pytest.param(rule, entry, id=f"{rule.name}-{entry.place.line}") for rule in RULES for entry in exceptions(rule)],
)
def test_an_exception_is_what_lets_its_example_pass(bench: Bench, rule: RuleDoc, entry: ConditionDoc) -> None:
    failure = bench.exception(rule, entry)
    assert failure is None, str(failure)


@each_rule
def test_a_rule_shows_what_it_flags_and_what_it_passes(rule: RuleDoc) -> None:
    flagged = [example for example in rule.examples if example.verdict == "flags"]
    passing = [example for example in rule.examples if example.verdict == "passes"]
    assert len(flagged) >= 2
    assert len(passing) >= 2
    assert any(example.spans for example in flagged)


@each_rule
def test_a_rule_stands_in_the_folder_of_its_category(rule: RuleDoc) -> None:
    path = Path(rule.place.path)
    assert (path.parent.name, path.stem) == (rule.category, rule.name)


@pytest.fixture(scope="module")
def catalogue(shared: Path) -> dict[str, dict[str, Any]]:
    """What each rule is to be, by its name."""
    path = shared / "catalogue.yml"
    if not path.is_file():
        pytest.skip("../shared/catalogue.yml is not there")
    entries = yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - safe, and quicker
    return {entry["name"]: entry for entry in entries}


@each_rule
def test_a_rule_is_as_the_catalogue_says(catalogue: dict[str, dict[str, Any]], rule: RuleDoc) -> None:
    wanted = catalogue[rule.name]
    found = {"code": rule.code, "category": rule.category, "severity": rule.severity, "enabled": rule.enabled}
    assert found == {key: wanted[key] for key in found}
