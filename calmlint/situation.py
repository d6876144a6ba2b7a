"""What the customer is in: decided from cues in their message, or, without one, in the reply."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from calmlint.finding import STATED, Situation
from calmlint.reply import SegmentKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from calmlint.reading import Pattern, Reading, TurnReading

_SHOUT = re.compile(r"(?<![\w@#/&.-])[A-Z]{3,}(?![\w@/&-])")
_CRY = re.compile(r"!{2,}|\?!|!\?|\?{3,}|([a-z])\1{3,}", re.IGNORECASE)
# A word of three capitals is an acronym (CET, PDF), unless it is one of these.
_SHORT_SHOUTS = re.compile(
    "ALL|AND|ANY|ARE|ASK|BAD|BUT|CAN|DAY|DID|FEW|FIX|FOR|GET|GOT|HAD|HAS|HOW|HER|HIS|LIE|NOT|NOW|OFF|OLD|ONE|OUR|OUT|"
    "PAY|SAD|SAY|SHE|SIX|TEN|THE|TOO|TRY|TWO|USE|WAS|WHO|WHY|YES|YET|YOU"
)
_LONG_ACRONYMS = re.compile("ASAP|AEST|AEDT|CEST|EEST|GDPR|HTTPS?|HTML|IBAN|IMAP|JPEG|RSVP|SMTP|VISA|VOIP")
# Those who leave capitals on throughout and greet, ask or thank do not shout.
_COURTESY = re.compile(
    r"\b(hi|hello|dear|please(?! (help|stop|fix|sort|answer|reply))|kindly|thanks|thank you|good (morning|day))\b",
    re.IGNORECASE,
)
_ALL_CAPITALS = 0.7
_ALL_CAPITALS_FROM = 20
_ACRONYM = 3  # so many capitals may be one
_CUES_SHOWN = 3


_SURE = 2
_TEMPLATE_FIELDS = 3
_JUDGED = ("upset", "problem", "request", "good-news")
_BIAS = (-9, 6, 1, 2)
# For each group of cues: how much of it counts at most, and what one unit of it says for each judged state.
# Fitted to labelled conversations (logistic regression, half of them with the reply left out), then rounded.
_WEIGHTS = {
    "failure": (4, 5, 6, -5, -6),
    "weak-failure": (2, 1, 2, 0, -3),
    "emotion": (6, 10, -5, -3, -2),
    "mild": (2, 5, -2, -2, -1),
    "indignation": (4, 6, -3, -1, -2),
    "impact": (2, 4, -2, -1, -1),
    "sarcasm": (4, 3, -2, 0, -1),
    "threat": (4, 7, -2, -2, -2),
    "arousal": (3, 5, -2, -3, 0),
    "repeat": (2, 4, -1, -2, 0),
    "demand": (2, 0, 1, -1, 0),
    "positive": (6, -2, -3, -3, 8),
    "solved": (3, 0, -1, -1, 2),
    "request": (4, 1, -3, 6, -4),
    "condolence": (3, 2, -2, 1, 0),
    "question": (1, -1, 0, 5, -4),
    "complaint": (4, 2, 2, -2, -2),
    "thanks-praise": (3, -2, 0, -1, 3),
    "feeling": (2, 2, -1, 0, 0),
}
_REPLY_GROUPS = ("complaint", "thanks-praise", "feeling")
_CUSTOMER_GROUPS = tuple(group for group in _WEIGHTS if group not in (*_REPLY_GROUPS, "question"))
# The groups whose words are shown with a state, those that say most first.
_SPEAKING = {
    "upset": ("emotion", "indignation", "sarcasm", "impact", "repeat", "arousal", "mild", "threat", "failure"),
    "problem": ("failure", "weak-failure", "impact", "demand", "mild", "repeat", "threat", "complaint", "arousal"),
    "request": ("request", "question", "condolence", "help"),
    "good-news": ("solved", "positive", "thanks-praise"),
}


class Cue(NamedTuple):
    """Wording that speaks for something: its group (failure, emotion, ...), weight, and whose words it is found in."""

    group: str
    weight: int
    speaker: str
    patterns: tuple[Pattern, ...]


class Tally:
    """The weights of what was found, by group, and the words themselves in order of weight."""

    def __init__(self) -> None:
        self.weights: dict[str, int] = {}
        self._words: dict[tuple[int, str, str], None] = {}  # in the order in which they were found

    def add(self, group: str, weight: int, words: str) -> None:
        """Count one cue; the same words count once in a group."""
        words = " ".join(words.split())
        if (weight, group, words) not in self._words:
            self.weights[group] = self.weights.get(group, 0) + weight
            self._words[weight, group, words] = None

    def of(self, *groups: str) -> int:
        """The weight of groups together."""
        return sum(self.weights.get(group, 0) for group in groups)

    def words(self, *groups: str) -> tuple[str, ...]:
        """The words that weigh most in groups, in the order in which the groups are named; none is part of another."""
        ranked = sorted(self._words, key=lambda entry: -entry[0])
        found = dict.fromkeys(words for name in groups for _, group, words in ranked if group == name)
        padded = [f" {words} " for words in found]
        return tuple(words for words in found if sum(f" {words} " in other for other in padded) == 1)[:_CUES_SHOWN]


def tally_of(reading: Reading, cues: Sequence[Cue]) -> Tally:
    """All cues of a conversation. Where the customer's last turn says that all is well, their earlier ones are past."""
    tally = Tally()
    theirs = [cue for cue in cues if cue.speaker == "customer"]
    if reading.customer:
        _count(tally, reading.customer, theirs)
        _arousal(tally, reading.customer.reply.text, reading.book.automaton.vocabulary)
        if "?" in reading.customer.reply.text:
            tally.add("question", 1, "?")
        if not tally.of("solved"):
            for turn in reading.customers[:-1]:
                _count(tally, turn, theirs)
    _count(tally, reading.draft, [cue for cue in cues if cue.speaker == "agent"])
    fields = [mark.span for mark in reading.draft.reply.inline if mark.kind == SegmentKind.PLACEHOLDER]
    if len(fields) >= _TEMPLATE_FIELDS:  # written for many
        tally.add("notice", _SURE, reading.draft.turn.text[slice(*fields[0])])
    return tally


def _count(tally: Tally, turn: TurnReading, cues: Iterable[Cue]) -> None:
    from calmlint.reading import AGENT_WORDS  # noqa: PLC0415 - reading and situation name each other

    for cue in cues:
        for match in turn.hits(cue.patterns, AGENT_WORDS):
            tally.add(cue.group, cue.weight, turn.reply.text[slice(*turn.span(match))])


def _arousal(tally: Tally, text: str, words: Mapping[str, int]) -> None:
    """Count shouting and crying out. A word in capitals is shouted where it is an ordinary one and not all are."""
    letters = [char for char in text if char.isalpha()]
    if sum(char.isupper() for char in letters) < _ALL_CAPITALS * len(letters):
        for match in _SHOUT.finditer(text):
            if _is_shout(match.group(), words):
                tally.add("arousal", 1, match.group())
    elif len(letters) > _ALL_CAPITALS_FROM and not (_COURTESY.search(text) and "!" not in text):
        tally.add("arousal", 3, text[:20])
    for match in _CRY.finditer(text):
        tally.add("arousal", 1, match.group())


def _is_shout(capitals: str, words: Mapping[str, int]) -> bool:
    if len(capitals) <= _ACRONYM:
        return _SHORT_SHOUTS.fullmatch(capitals) is not None
    return capitals.lower() in words and not _LONG_ACRONYMS.fullmatch(capitals)


def decide(reading: Reading, cues: Sequence[Cue]) -> Situation:
    """The situation of a conversation, with the words on which it was decided; a stated one stands."""
    if reading.conversation.situation:
        return Situation(reading.conversation.situation, STATED)
    tally = tally_of(reading, cues)
    return _with_customer(tally) if reading.customer else _without(tally)


def _with_customer(tally: Tally) -> Situation:
    """The state that scores most, once each cue group has spoken for and against it."""
    if not tally.of(*_CUSTOMER_GROUPS):
        return _without(tally, fallback="request")
    capped = {group: min(tally.of(group), cap) for group, (cap, *_) in _WEIGHTS.items()}
    capped["question"] = tally.of("question") > 0
    scores = [
        bias + sum(capped[group] * weights[at] for group, (_, *weights) in _WEIGHTS.items())
        for at, bias in enumerate(_BIAS)
    ]
    state = _JUDGED[scores.index(max(scores))]
    speaking = _SPEAKING[state]
    theirs = tally.words(*(group for group in speaking if group not in _REPLY_GROUPS))
    return Situation(state, theirs) if theirs else Situation(state, tally.words(*speaking), by_reply=True)


def _without(tally: Tally, fallback: str = "unknown") -> Situation:
    """The state that the reply itself speaks for; several cues or one sure one are needed."""
    groups = {"problem": "complaint", "good-news": "thanks-praise", "request": "help", "notice": "notice"}
    if fallback != "unknown":
        del groups["notice"]  # a notice answers nobody
    state = max(groups, key=lambda name: tally.of(groups[name]))
    if tally.of(groups[state]) < _SURE:
        return Situation(fallback)
    return Situation(state, tally.words(groups[state]), by_reply=True)
