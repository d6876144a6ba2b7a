"""What the kinds find and, above all, what they leave alone: spans in the draft, severities, and growth with length."""

from __future__ import annotations

import time

import pytest

from calmlint.config import Config
from calmlint.conversation import Conversation, Turn
from calmlint.engine import Linter

LINTER = Linter(Config(select=("ALL",)))


def found(rule: str, reply: str, *customer: str, situation: str | None = None) -> list[tuple[str, str]]:
    """The excerpt and severity of a rule's findings."""
    turns = (*(Turn("customer", text) for text in customer), Turn("agent", reply))
    report = LINTER.lint(Conversation(turns, situation=situation))
    return [(finding.excerpt, finding.severity.label) for finding in report.findings if finding.rule == rule]


@pytest.mark.parametrize(
    ("reply", "shouted"),
    [
        ("PLEASE READ the leaflet first.", [("PLEASE READ", "warning")]),
        ("You MUST sign page three.", [("MUST", "info")]),
        ("DON'T touch the cable.", [("DON'T", "info")]),
        ("It was paid TWICE, and NOT by us.", [("TWICE", "warning"), ("NOT", "info")]),
        ("NOT TOUCH\nTHE SWITCH until it ends.", [("NOT TOUCH\nTHE SWITCH", "warning")]),
        ("THANK YOU FOR CONTACTING GREENLEAF!", [("THANK YOU FOR CONTACTING", "warning")]),
        ("See the FAQ, the PDF and the VAT page of HSBC.", []),
        ("Order QX-99871-ZB, code SAVE20, error ERR_CONN_RESET.", []),
        ("Press SAVE, then MENU, SETTINGS and AUDIO.", []),
        ("Send YES to 60777, or reply STOP.", []),
        ("The sign says EXIT ONLY, turn left there.", []),
        ('You wrote "WHERE IS MY BIKE", which is fair.', []),
        ("Hello Ann,\n\nORDER SUMMARY\n\nOne lamp, in blue.", []),
        ("Welcome to HOTEL O2 OXYGEN.", []),
        ("My colleague DAVE SMITH will ring.", []),
    ],
)
def test_shouting_is_told_from_names_codes_and_labels(reply: str, shouted: list[tuple[str, str]]) -> None:
    assert found("all-caps", reply) == shouted


def test_brands_are_never_shouting() -> None:
    linter = Linter(Config(select=("ALL",), brands=("FRESH",)))
    assert not [
        f for f in linter.lint(Conversation((Turn("agent", "The FRESH bag is in."),))).findings if f.rule == "all-caps"
    ]
    assert found("all-caps", "The FRESH bag is in.") == [("FRESH", "warning")]


@pytest.mark.parametrize(
    ("reply", "marks"),
    [
        ("Please wait!!", ["!!"]),
        ("What?! No.", ["?!"]),
        ("Thank you ! ! ! The team read it.", ["! ! !"]),
        ("Thanks! Done! Bye! See you!", ["!"]),
        ("Thanks, Sam!", []),
        ("The rule ends in !important; test a != b, and the cell shows #REF! now.", []),
        ('He said "stop!!" to me.', []),
    ],
)
def test_exclamation_marks_are_counted_where_they_exclaim(reply: str, marks: list[str]) -> None:
    assert [excerpt for excerpt, _ in found("excess-exclamation", reply)] == marks


def test_fewer_marks_are_too_many_for_somebody_upset() -> None:
    reply = "We are so sorry! It is ready at 4! Please ask for me!"
    assert found("excess-exclamation", reply, situation="good-news") == []
    assert found("excess-exclamation", reply, situation="upset") == [("!", "warning")]


@pytest.mark.parametrize(
    ("reply", "fields"),
    [
        ("Hi {first_name}, it left.", ["{first_name}"]),
        ("Dear [Customer Name], it left.", ["[Customer Name]"]),
        ("Hello , it left.", ["Hello ,"]),
        ("Hi undefined, it left.", ["Hi undefined,"]),
        ("The visit is at XX:XX on __/__/____.", ["XX:XX", "__/__/____"]),
        ("Section (insert section) begins in April.", ["(insert section)"]),
        ("Your order number is undefined.", ["number is undefined"]),
        ("Dear Ms Null, it left.", []),
        ("To greet each parent, type {{first_name}} there.", []),
        ("That cell shows #REF! because the row is gone.", []),
        ("The value stays undefined until you save.", []),
        ("### Steps\n\nOpen the file.", []),
        ("It left.\n\n____________________\nTom", []),
        ("[the rules]({base}/rules) say so.", []),
        ("{% block body %}Dear {{ name }}, it left.{% endblock %}", []),
    ],
)
def test_blanks_are_told_from_talk_about_them(reply: str, fields: list[str]) -> None:
    assert [excerpt for excerpt, _ in found("unfilled-placeholder", reply)] == fields


ORDER = "My order 60114-B never came, you can reach me at ola@mail.example."


@pytest.mark.parametrize(
    ("asked", "given", "findings"),
    [
        ("Please provide your order number.", ORDER, [("Please provide your order number", "error")]),
        ("What is your email address?", ORDER, [("What is your email address", "error")]),
        ("Please send your phone number.", ORDER, []),
        ("Please provide your order number.", "My parcel never came.", []),
        ("Which order is it, 60114 or 60115?", ORDER, []),
        ("Could you confirm the last four digits of your order number?", ORDER, []),
        ("Thanks, I have your order number here.", ORDER, []),
        ("Could you send a photo of the label?", "It broke, photo attached.", []),
        ("Could you send us a photo?", "It broke, photo attached.", [("Could you send us a photo", "error")]),
    ],
)
def test_only_what_was_given_is_asked_for_again(asked: str, given: str, findings: list[tuple[str, str]]) -> None:
    assert found("asks-for-given-info", asked, given) == findings


def test_a_detail_given_in_an_earlier_turn_is_given() -> None:
    assert found("asks-for-given-info", "Please send your order number.", ORDER, "Anything new?")


def test_an_apology_is_demanded_once_for_a_failure() -> None:
    customer = Turn("customer", "You charged me twice!")
    reply = Turn("agent", "The second charge goes back to your card today.")
    assert _apology_missing(customer, reply)
    assert not _apology_missing(customer, Turn("agent", "I'm sorry, I'll check."), Turn("customer", "And?"), reply)


def _apology_missing(*turns: Turn) -> bool:
    return any(finding.rule == "missing-apology" for finding in LINTER.lint(Conversation(turns)).findings)


def test_an_apology_that_nobody_clearly_owes_is_a_hint() -> None:
    reply = "Please restart the box and wait two minutes."
    assert found("missing-apology", reply, "You charged me twice for the box.") == [("", "error")]
    assert found("missing-apology", reply, "No signal here since noon.") == [("", "info")]


def test_nothing_is_missed_in_a_language_that_is_not_read() -> None:
    reply = "Поддержка платных плагинов оказывается продавцом или автором."
    assert found("missing-next-step", reply, situation="upset") == []


def test_a_question_in_front_of_the_apology_weighs_more_than_a_fact() -> None:
    customer = "My son's birthday is ruined, worst shop ever!"
    asked = "What is the order number? I'm so sorry about the cake."
    told = "The cake left us at noon. I'm so sorry about it."
    assert [excerpt for excerpt, _ in found("facts-before-feelings", asked, customer)] == ["sorry"]
    assert found("facts-before-feelings", told, customer) == []


@pytest.mark.parametrize("unit", ["!", "? ", "!1", "_", "#", "XX:", "STOP ", "[insert ", "Hi  ", "<", "111-", "@@N"])
def test_time_grows_with_length(unit: str) -> None:
    def seconds(length: int) -> float:
        text = unit * (length // len(unit))
        start = time.perf_counter()
        LINTER.lint(Conversation((Turn("customer", text), Turn("agent", text))))
        return time.perf_counter() - start

    short, long = min(seconds(4_000) for _ in range(2)), seconds(32_000)
    assert long < 30 * short + 0.5  # eight times as long; a square would be 64 times
