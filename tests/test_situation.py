"""The situation: what customers write, what replies give away, and the words that only look like it."""

from __future__ import annotations

import pytest

from calmlint.config import Config
from calmlint.conversation import Conversation, Turn
from calmlint.engine import Linter
from calmlint.finding import Severity, Situation

LINTER = Linter(Config())


def situation(*turns: tuple[str, str]) -> Situation:
    """The situation of turns given as (c or a, text); a reply that says nothing is added to a customer's turn."""
    spoken = [Turn("customer" if role == "c" else "agent", text) for role, text in turns]
    if spoken[-1].role == "customer":
        spoken.append(Turn("agent", "Hello."))
    return LINTER.lint(Conversation(tuple(spoken))).replies[0].situation


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("I am furious, this is the third time you lost my parcel.", "upset"),
        ("Thanks for nothing!! Two weeks and still no refund.", "upset"),
        ("You ruined my daughter's birthday. She cried all day. Unbelievable.", "upset"),
        ("The kettle arrived cracked, can you replace it?", "problem"),
        ("I was charged twice for March.", "problem"),
        ("The app crashes since the update.", "problem"),
        ("Do you ship to Norway?", "request"),
        ("How do I reset my PIN?", "request"),
        ("What happens if it breaks, does the warranty cover it?", "request"),
        ("The staff were wonderful and the food was delicious, thank you!", "good-news"),
        ("Got it today, works perfectly. Thanks a lot!", "good-news"),
    ],
)
def test_the_customer_tells(words: str, state: str) -> None:
    assert situation(("c", words)).state == state


def test_the_cues_are_words_of_the_customer() -> None:
    assert "furious" in situation(("c", "I am furious, you lost my parcel.")).cues


def test_a_solved_problem_is_over() -> None:
    solved = situation(
        ("c", "The app crashes, worst app ever"), ("a", "Clear the cache."), ("c", "That fixed it, thank you!")
    )
    assert solved.state == "good-news"


def test_a_short_answer_does_not_cool_a_complaint() -> None:
    complaint = "You lost my passport, I am beside myself and nobody answers!"
    assert situation(("c", complaint), ("a", "What is the number?"), ("c", "SD-7702")).state == "upset"


@pytest.mark.parametrize(
    ("reply", "state"),
    [
        ("We're sorry for the inconvenience, your refund is on its way.", "problem"),
        ("It is not our fault. Please calm down.", "problem"),
        ("We're so glad that you enjoyed your stay, thank you for the kind words!", "good-news"),
        ("The pool will be closed from Monday to Friday for planned maintenance.", "notice"),
        ("Here is the file.", "unknown"),
    ],
)
def test_without_the_customers_words_the_reply_tells(reply: str, state: str) -> None:
    assert situation(("a", reply)).state == state


def test_a_stated_situation_stands() -> None:
    conversation = Conversation((Turn("customer", "I am furious!"), Turn("agent", "Hello.")), situation="request")
    assert LINTER.lint(conversation).replies[0].situation == Situation("request", ("stated",))


@pytest.mark.parametrize(
    "words",
    [
        "I'm not upset, everything works fine now, thanks!",
        "Nothing is broken this time!",
        "I'm not angry anymore, it all works again. Thank you",
        "I was upset yesterday but the engineer came and it's working. Thanks.",
        "The driver did a great job. Thank you.",
        "We slept on the sofa bed with two kids, it was lovely. Thanks!",
    ],
)
def test_what_is_denied_or_over_is_no_complaint(words: str) -> None:
    assert situation(("c", words)).state == "good-news"


@pytest.mark.parametrize(
    "words",
    [
        "Our meeting is at 10:00 CET, ok?",
        "Is the ASAP delivery sent via DHL to the UK by 5 PM PST?",
        "Could you check error code E4 in the manual again for me?",
        "Which error codes are listed in the manual?",
        "Can I still use my old code?",
        "What happens when the site is down?",
        "GOOD MORNING, PLEASE SEND ME YOUR PRICE LIST. THANK YOU",
    ],
)
def test_words_that_only_look_like_a_failure(words: str) -> None:
    assert situation(("c", words)).state == "request"


@pytest.mark.parametrize(
    "words",
    [
        "thanks for nothing. great job.",
        "Great job losing my parcel. Thanks a lot.",
        "You cancelled our hotel room at midnight. We had to sleep in the car with two kids.",
        "PLEASE STOP CHARGING MY CARD, THIS IS THEFT",
        "I'm not angry, I am furious.",
    ],
)
def test_sarcasm_and_hardship_are_heard(words: str) -> None:
    assert situation(("c", words)).state == "upset"


def test_courteous_capitals_do_not_shout() -> None:
    assert situation(("c", "HI I CANNOT FIND THE RETURN LABEL")).state == "problem"


def test_a_denied_feeling_hides_no_failure() -> None:
    assert situation(("c", "I'm not upset, but the lamp is still broken.")).state == "problem"


def missing_apology(customer: str) -> list[Severity]:
    """How loudly an apology is asked for after words of the customer."""
    turns = (Turn("customer", customer), Turn("agent", "We will look at it today."))
    return [found.severity for found in LINTER.lint(Conversation(turns)).findings if found.rule == "missing-apology"]


@pytest.mark.parametrize(
    "words",
    [
        "The app closes since the update.",
        "I get error 500 when I log in.",
        "The export fails with an error.",
        "The kettle stopped working after two days.",
    ],
)
def test_a_malfunction_told_calmly_asks_for_an_apology(words: str) -> None:
    assert missing_apology(words) == [Severity.ERROR]


@pytest.mark.parametrize(
    "words", ["Does the app close by itself when the battery is low?", "Is the error message translated into Dutch?"]
)
def test_a_question_about_malfunctions_asks_for_none(words: str) -> None:
    assert missing_apology(words) == []


def test_cues_of_the_reply_are_called_the_agents_own() -> None:
    own = situation(("a", "It is not our fault. Please calm down."))
    assert own.by_reply
    assert "calm down" in own.cues
    assert own.because.startswith('problem, by your words "')


def test_cues_of_the_customer_are_not() -> None:
    assert situation(("c", "The lamp arrived broken.")).because == 'problem: "arrived broken"'
