"""Conditions on a hit: where an exception must stand, what the marks are, and how hits are put together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest

from calmlint.config import Config, Selection
from calmlint.engine import Linter

if TYPE_CHECKING:
    from pathlib import Path


class Excerpts(Protocol):
    """What a rule with extra lines flags in a text."""

    def __call__(self, extra: str, text: str, customer: str | None = None) -> list[str]: ...


RULE = """\
code: ACM001
message: '"{{match}}"'
why: A test.
instead: Nothing.
phrases: [alpha beta, beta gamma, delta]
{extra}
examples:
  - flags: alpha beta
  - passes: alpha
"""


@pytest.fixture
def excerpts(few_rules: Path, tmp_path: Path) -> Excerpts:
    del few_rules

    def run(extra: str, text: str, customer: str | None = None) -> list[str]:
        path = tmp_path / "rules" / "tone" / "greek.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(RULE.format(extra=extra), encoding="utf-8")
        config = Config(rules=(tmp_path / "rules",), customer=customer, command_line=Selection(select=("greek",)))
        report = Linter(config).lint_bytes("reply.txt", text.encode())
        assert not report.errors
        return [finding.excerpt for finding in report.findings]

    return run


def unless(where: str, more: str = "") -> str:
    return f"unless: [{{phrase: omega, where: {where}{more}, because: a test, example: omega}}]"


@pytest.mark.parametrize(
    ("extra", "text", "expected"),
    [
        pytest.param("", "alpha beta gamma", ["alpha beta gamma"], id="overlapping hits are one"),
        pytest.param("", "alpha beta, delta", ["alpha beta", "delta"], id="hits apart stay apart"),
        pytest.param("", 'You said "delta".', [], id="quoted speech is not the agent's"),
        pytest.param("silent-when: []", 'You said "delta".', ["delta"], id="unless the rule asks for it"),
        pytest.param("silent-when: [negated]", "It is not really delta.", [], id="negated"),
        pytest.param("silent-when: [negated]", "No, delta.", ["delta"], id="a mark ends the reach of a negation"),
        pytest.param("silent-when: [negated]", "Not one two three delta.", ["delta"], id="four words away"),
        pytest.param("silent-when: [negated]", "No. Delta.", ["Delta"], id="a negation in the sentence before"),
        pytest.param("silent-when: [question]", "Is it delta?", [], id="a question"),
        pytest.param("silent-when: [question]", "Is it? Delta.", ["Delta"], id="a statement after a question"),
        pytest.param(unless("sentence"), "Omega and delta.", [], id="same sentence, before"),
        pytest.param(unless("sentence"), "Delta and omega.", [], id="same sentence, after"),
        pytest.param(unless("sentence"), "Omega. Delta.", ["Delta"], id="another sentence"),
        pytest.param(unless("before"), "Omega and delta.", [], id="before"),
        pytest.param(unless("before"), "Delta and omega.", ["Delta"], id="not before"),
        pytest.param(unless("before", ", within: 1"), "Omega and delta.", [], id="near enough before"),
        pytest.param(unless("before", ", within: 1"), "Omega and so delta.", ["delta"], id="too far before"),
        pytest.param(unless("after"), "Delta and omega.", [], id="after"),
        pytest.param(unless("after", ", within: 1"), "Delta and so omega.", ["Delta"], id="too far after"),
        pytest.param(unless("after"), "Delta. Omega.", ["Delta"], id="after, in the next sentence"),
        pytest.param(unless("next"), "Delta. Omega.", [], id="the next sentence"),
        pytest.param(unless("next"), "Delta. So. Omega.", ["Delta"], id="the next but one"),
        pytest.param(unless("near"), "Delta and omega.", [], id="near: the same sentence"),
        pytest.param(unless("near"), "Delta. Omega.", [], id="near: the next sentence"),
        pytest.param(unless("near"), "Omega. Delta.", ["Delta"], id="near never looks back"),
        pytest.param(unless("previous"), "Omega. Delta.", [], id="the sentence before"),
        pytest.param(unless("reply"), "Omega. So. And. Delta.", [], id="anywhere in the reply"),
        pytest.param(unless("overlap").replace("omega,", "delta force,"), "The delta force.", [], id="overlap"),
        pytest.param(unless("overlap").replace("omega,", "delta force,"), "Delta, forced.", ["Delta"], id="no overlap"),
        pytest.param("when: [{phrase: omega, where: sentence}]", "Omega and delta. Delta.", ["delta"], id="when"),
        pytest.param("applies-to: [list]", "delta\n\n- delta\n", ["delta"], id="only in lists"),
        pytest.param("", "> delta\n\nThanks.", [], id="the customer's own words"),
        pytest.param("", "See ```delta``` there.", [], id="code"),
        pytest.param("", "Yes.\n\nKind regards,\nDelta Jones\n", [], id="the signature"),
        pytest.param(
            "patterns: [{phrases: [zeta], when: [{phrase: omega, where: reply}]}]",
            "Zeta delta.",
            ["delta"],
            id="a group",
        ),
    ],
)
def test_where_a_hit_counts(excerpts: Excerpts, extra: str, text: str, expected: list[str]) -> None:
    assert excerpts(extra, text) == expected


def test_an_exception_may_stand_in_the_customers_words(excerpts: Excerpts) -> None:
    assert excerpts(unless("customer"), "Delta.", customer="Where is omega?") == []
    assert excerpts(unless("customer"), "Delta.", customer="Where is alpha?") == ["Delta"]
    assert excerpts(unless("customer"), "Delta.") == ["Delta"]
