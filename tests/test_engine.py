"""The linter as a library meets it: what runs, what weighs how much, what goes first, and where absence sits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from calmlint import Config, Conversation, InputError, Linter, Severity, Turn, lint_text
from calmlint.config import Selection
from calmlint.rulefile import RuleError
from tests.conftest import HOUSE

if TYPE_CHECKING:
    from pathlib import Path

    from calmlint import Finding, Report

WITH_HOUSE = Config(rules=(HOUSE,))  # a rule whose wording never changes
BROKEN = "My kettle arrived smashed and I am furious about it."


def names(report: Report) -> list[str]:
    return [finding.rule for finding in report.findings]


def only(report: Report, rule: str) -> Finding:
    [finding] = [finding for finding in report.findings if finding.rule == rule]
    return finding


def chosen(*rules: str, **settings: object) -> Config:
    return Config(rules=(HOUSE,), command_line=Selection(select=rules))._replace(**settings)  # type: ignore[arg-type]


def test_a_calm_reply_has_no_findings() -> None:
    report = lint_text(
        "Hi Mia,\n\nI'm so sorry your kettle arrived smashed, and I can see why you are furious. "
        "A new one left our shop this morning and will be with you on Friday.\n\nBest,\nTom",
        customer=BROKEN,
    )
    assert names(report) == []
    assert report.replies[0].situation.state == "upset"


def test_what_is_missing_sits_after_the_greeting_with_situation_and_cues() -> None:
    report = lint_text("Hi Mia,\n\nA new one ships on Friday.", customer=BROKEN)
    finding = only(report, "missing-apology")
    assert (finding.start, finding.end) == ((1, 8), (1, 8))
    assert finding.excerpt == ""
    assert finding.demanded
    assert finding.situation.state == "upset"
    assert finding.situation.cues
    assert all(cue in BROKEN for cue in finding.situation.cues)


def test_without_a_greeting_what_is_missing_sits_at_the_first_words() -> None:
    finding = only(lint_text("\n\nA new one ships on Friday.", customer=BROKEN), "missing-apology")
    assert finding.start == (3, 1)


def test_a_stated_situation_beats_what_the_words_say() -> None:
    text = "Hi Mia,\n\nTap Forgot PIN."
    assert "missing-apology" in names(lint_text(text, customer="How do I reset my PIN?", situation="problem"))
    assert "missing-apology" not in names(lint_text(text, customer=BROKEN, situation="request"))


def test_a_defensive_reply_proves_a_complaint() -> None:
    report = lint_text("Hi Mia,\n\nThis is not our fault.")
    assert report.replies[0].situation.state == "problem"
    assert "missing-apology" in names(report)


def test_a_rule_that_yields_says_nothing_beside_the_one_that_goes_first() -> None:
    text = "I'm sorry you feel that way."
    found = names(lint_text(text, customer=BROKEN))
    assert "non-apology" in found
    assert "missing-apology" not in found


def test_severity_can_be_configured() -> None:
    config = chosen("told-to-calm", severity={"told-to-calm": Severity.INFO})
    assert only(lint_text("Calm down.", config=config), "told-to-calm").severity == Severity.INFO


def test_a_rule_that_is_off_is_silent() -> None:
    config = Config(rules=(HOUSE,), ignore=("told-to-calm",))
    assert "told-to-calm" not in names(lint_text("Calm down.", config=config))


def test_brands_are_never_shouting() -> None:
    text = "Your ORDER WITH HAPPY HOME is here."
    assert "all-caps" in names(lint_text("Please READ THIS NOW.", config=chosen("all-caps")))
    brands = ("ORDER", "WITH", "HAPPY", "HOME")
    assert names(lint_text(text, config=chosen("all-caps", brands=brands))) == []


def test_a_conversation_needs_an_agent() -> None:
    with pytest.raises(ValueError, match="without an agent's turn"):
        Linter().lint(Conversation((Turn("customer", BROKEN),)))


def test_only_the_last_agent_turn_is_the_draft() -> None:
    turns = (Turn("agent", "Calm down."), Turn("customer", BROKEN), Turn("agent", "I'm sorry. I'll ring you at 3pm."))
    assert "told-to-calm" not in names(Linter(WITH_HOUSE).lint(Conversation(turns)))


def test_a_fix_is_offered_where_the_words_stand_as_they_are() -> None:
    finding = only(Linter().lint_bytes("x.txt", b"Thank you!!!"), "excess-exclamation")
    assert finding.fix is not None
    assert finding.fix.safe
    assert [(tuple(edit.span), edit.text) for edit in finding.fix.edits] == [((9, 12), "!")]


def test_no_fix_is_offered_through_an_escape() -> None:
    data = b'{"turns": [{"role": "agent", "text": "Thank you\\u0021!!"}]}'
    finding = only(Linter().lint_bytes("x.json", data), "excess-exclamation")
    assert finding.fix is None


def test_comments_silence_and_state_the_situation() -> None:
    data = b"<!-- calmlint: situation=problem -->\n<!-- calmlint: disable=told-to-calm -- quoted -->\n\nCalm down.\n"
    report = Linter(WITH_HOUSE).lint_bytes("macro.md", data)
    assert only(report, "told-to-calm").suppressed == "quoted"
    assert "told-to-calm" not in [finding.rule for finding in report.active]
    assert "missing-apology" in names(report)


def test_a_comment_that_silences_nothing_is_told() -> None:
    data = b"Hello.\n\n<!-- calmlint: disable=told-to-calm -->\n"
    finding = only(Linter(WITH_HOUSE).lint_bytes("macro.md", data), "unused-suppression")
    assert finding.start == (3, 1)
    assert "unused-suppression" not in names(
        Linter(Config(rules=(HOUSE,), ignore=("unused-suppression",))).lint_bytes("macro.md", data)
    )


def test_a_comment_in_plain_text_is_text() -> None:
    data = b"<!-- calmlint: disable=told-to-calm -->\n\nCalm down.\n"
    assert only(Linter(WITH_HOUSE).lint_bytes("reply.txt", data), "told-to-calm").suppressed is None


def test_broken_rules_are_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "tone").mkdir()
    (tmp_path / "tone" / "x.yaml").write_text("kind: phrase\n")
    with pytest.raises(RuleError, match=r"x\.yaml:1:1: the key 'code' is missing"):
        Linter(Config(rules=(tmp_path,)))


def test_a_profile_says_how_much_rules_matter() -> None:
    assert only(lint_text("You must pay now.", config=chosen("you-must")), "you-must").severity == Severity.WARNING
    dunning = chosen("you-must", profile="dunning")
    assert only(lint_text("You must pay now.", config=dunning), "you-must").severity == Severity.INFO
    assert names(lint_text("Tap PIN.", customer=BROKEN, config=chosen("missing-apology", profile="dunning"))) == []


@pytest.mark.parametrize(
    ("hours", "words"),
    [(None, "by Thursday at noon"), (0.5, "within 30 minutes"), (1.0, "within the hour"), (24.0, "within 24 hours")],
)
def test_advice_names_the_time_that_the_team_promises(hours: float | None, words: str) -> None:
    config = chosen("missing-timeline", response_times={} if hours is None else {"email": hours})
    finding = only(lint_text("I'm sorry. I'll look into this.", customer=BROKEN, config=config), "missing-timeline")
    assert words in finding.instead


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("PLEASE READ THE LETTER again.", "Please read the letter"),
        ("Hello. Now I AM VERY SORRY for it.", "I am very sorry"),
        ("We said, READ THE LETTER AGAIN, twice.", "read the letter again"),
    ],
)
def test_shouting_is_mended_word_by_word(text: str, fixed: str) -> None:
    finding = only(lint_text(text, config=chosen("all-caps")), "all-caps")
    assert finding.fix is not None
    assert [edit.text for edit in finding.fix.edits] == [fixed]


def test_comments_of_yaml_are_read_and_not_linted() -> None:
    lines = ("# you must know", "a: You must pay. # calmlint: disable-line=you-must -- legal", "b: You must go.", "")
    report = Linter(chosen("you-must")).lint_bytes("macros.yaml", "\n".join(lines).encode())
    assert [(finding.start, finding.suppressed) for finding in report.findings] == [((2, 4), "legal"), ((3, 4), None)]


def test_a_situation_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InputError, match="'angry' is none of upset, problem"):
        lint_text("Hello.", situation="angry")
