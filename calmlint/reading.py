"""A conversation as read: its words, every phrase found in them, and the signals that rules share."""

from __future__ import annotations

import bisect
import functools
from typing import TYPE_CHECKING, NamedTuple

from calmlint.phrase.automaton import Match
from calmlint.reply import SegmentKind
from calmlint.segment import segment
from calmlint.source import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from calmlint.conversation import Conversation, Turn
    from calmlint.phrase.automaton import Automaton
    from calmlint.phrase.tokens import Tokeniser, Tokens
    from calmlint.reply import Reply

AGENT_WORDS = frozenset({SegmentKind.SUBJECT, SegmentKind.GREETING, SegmentKind.BODY, SegmentKind.LIST})
WHERE = ("overlap", "before", "after", "sentence", "next", "near", "previous", "reply", "customer")
MARKS = ("negated", "question", "quoted")
_NEGATION_REACH = 3
_KNOWN_SHARE = 0.4
# The sentences that count, from the numbers of those in which a hit begins and ends.
_SENTENCES: Mapping[str, Callable[[int, int], range]] = {
    "sentence": lambda first, last: range(first, last + 1),
    "next": lambda _, last: range(last + 1, last + 2),
    "near": lambda first, last: range(first, last + 2),
    "previous": lambda first, _: range(first - 1, first),
}


class Condition(NamedTuple):
    """Words that silence or allow a hit: phrases of its own or a named signal, and where they must stand.

    `within` limits `before` and `after` to that many words.
    """

    phrases: int | None
    signal: str | None
    where: str
    within: int | None = None


class Pattern(NamedTuple):
    """Phrases that hit, unless one condition of `unless` holds, and only when all of `when` do.

    `silent_when` names marks (negated, question, quoted) under which a hit does not count.
    """

    phrases: int
    unless: tuple[Condition, ...] = ()
    when: tuple[Condition, ...] = ()
    silent_when: frozenset[str] = frozenset({"quoted"})


class Book(NamedTuple):
    """All that is known before a text is read: compiled phrases and the patterns of signals and rules by name."""

    automaton: Automaton
    tokeniser: Tokeniser
    signals: Mapping[str, tuple[Pattern, ...]]
    negators: frozenset[int]
    marks: frozenset[int]


class _Places:
    """Matches of one condition, indexed so that each question about them takes no longer than their number's log."""

    def __init__(self, matches: Iterable[Match], tokens: Tokens) -> None:
        self._matches = sorted(matches)
        self._starts = [match.start for match in self._matches]
        self._by_end = sorted(self._matches, key=lambda match: match.end)
        self._ends = [match.end for match in self._by_end]
        self._longest = max((match.end - match.start for match in self._matches), default=0)
        self._tokens = tokens.sentences
        self._sentences = {tokens.sentences[match.start] for match in self._matches}

    def hold(self, where: str, hit: Match, within: int | None) -> bool:
        """Whether one of the matches stands where the condition wants it."""
        if where in _SENTENCES:
            first, last = self._tokens[hit.start], self._tokens[hit.end - 1]
            return not self._sentences.isdisjoint(_SENTENCES[where](first, last))
        if where == "overlap":
            return self._overlap(hit)
        if where == "before":
            return self._before(hit, within)
        if where == "after":
            return self._after(hit, within)
        return bool(self._matches)  # reply, customer

    def _overlap(self, hit: Match) -> bool:
        low = bisect.bisect_left(self._starts, hit.start - self._longest)
        high = bisect.bisect_left(self._starts, hit.end)
        return any(match.end > hit.start for match in self._matches[low:high])

    def _before(self, hit: Match, within: int | None) -> bool:
        index = bisect.bisect_right(self._ends, hit.start) - 1
        if index < 0 or self._tokens[self._by_end[index].start] != self._tokens[hit.start]:
            return False
        return within is None or hit.start - self._by_end[index].end <= within

    def _after(self, hit: Match, within: int | None) -> bool:
        index = bisect.bisect_left(self._starts, hit.end)
        if index >= len(self._matches) or self._tokens[self._starts[index]] != self._tokens[hit.end - 1]:
            return False
        return within is None or self._starts[index] - hit.end <= within


class TurnReading:
    """One turn as read. Gives matches of patterns and signals, each worked out once."""

    def __init__(self, book: Book, turn: Turn, customer: TurnReading | None = None) -> None:
        self.turn = turn
        self.reply: Reply = segment(turn)
        self.tokens: Tokens = book.tokeniser.tokenise(self.reply)
        self._book = book
        self._customer = customer
        self._found = book.automaton.scan(self.tokens)
        self._places: dict[Condition, _Places] = {}
        self._signals: dict[str, list[Match]] = {}
        self._quotes = [mark.span for mark in self.reply.inline if mark.kind == SegmentKind.QUOTE]

    @functools.cached_property
    def readable(self) -> bool:
        """Whether enough words are known to say that others are missing; text in another language has few."""
        tokens = self.tokens
        places = zip(tokens.ids, tokens.starts, tokens.ends, strict=True)
        words = [word for word, start, end in places if start < end]
        return sum(word > 0 for word in words) >= _KNOWN_SHARE * len(words)

    def signal(self, name: str) -> list[Match]:
        """Where a signal, or the wording of a rule, stands in the agent's or the customer's own words."""
        if name not in self._signals:
            self._signals[name] = []  # a signal that asks for itself finds nothing
            self._signals[name] = self.hits(self._book.signals.get(name, ()), AGENT_WORDS)
        return self._signals[name]

    def hits(self, patterns: Iterable[Pattern], kinds: frozenset[SegmentKind]) -> list[Match]:
        """The matches of patterns that their conditions and marks let stand, in order, apart from each other."""
        segments, numbers = self.reply.segments, self.tokens.segments
        hits = [
            match
            for pattern in patterns
            for match in self._found.get(pattern.phrases, ())
            if segments[numbers[match.start]].kind in kinds and self._stands(match, pattern)
        ]
        return _apart(hits)

    def span(self, match: Match) -> Span:
        """A match as code point offsets of the turn's text."""
        return Span(*self._span(match))

    def _span(self, match: Match) -> tuple[int, int]:
        starts, ends = self.tokens.starts, self.tokens.ends
        first, last = match.start, match.end - 1
        while last > first and starts[last] == ends[last]:  # borders of sentences and segments have no width
            last -= 1
        while first < last and starts[first] == ends[first]:
            first += 1
        return starts[first], ends[last]

    def holds(self, condition: Condition, hit: Match | None = None) -> bool:
        """Whether a condition holds for a hit; without one, only `reply` and `customer` conditions can."""
        if condition.where == "customer":
            return self._customer is not None and bool(self._customer.matches_of(condition))
        if hit is None:
            return bool(self.matches_of(condition))
        if condition not in self._places:
            self._places[condition] = _Places(self.matches_of(condition), self.tokens)
        return self._places[condition].hold(condition.where, hit, condition.within)

    def matches_of(self, condition: Condition) -> Sequence[Match]:
        """Every match of a condition's phrases or signal in this turn."""
        if condition.signal is not None:
            return self.signal(condition.signal)
        assert condition.phrases is not None
        return self._found.get(condition.phrases, ())

    def negated(self, match: Match) -> bool:
        """Whether a word of negation stands up to three words before, with no mark between."""
        ids, book = self.tokens.ids, self._book
        for at in range(match.start - 1, max(match.start - 1 - _NEGATION_REACH, -1), -1):
            if ids[at] in book.marks:
                return False
            if ids[at] in book.negators:
                return True
        return False

    def question(self, match: Match) -> bool:
        """Whether the sentence in which the match ends is a question."""
        start, end = self.tokens.sentence_spans[self.tokens.sentences[match.end - 1]]
        return self.reply.text[start:end].rstrip(" \"'\u201d\u2019)\n").endswith("?")

    def quoted(self, match: Match) -> bool:
        """Whether the match stands inside quotation marks."""
        start, end = self._span(match)
        index = bisect.bisect_right(self._quotes, (start, len(self.reply.text) + 1)) - 1
        return index >= 0 and self._quotes[index].start <= start and end <= self._quotes[index].end

    def _stands(self, match: Match, pattern: Pattern) -> bool:
        marks: dict[str, Callable[[Match], bool]] = {
            "negated": self.negated,
            "question": self.question,
            "quoted": self.quoted,
        }
        return (
            not any(marks[name](match) for name in pattern.silent_when)
            and all(self.holds(condition, match) for condition in pattern.when)
            and not any(self.holds(condition, match) for condition in pattern.unless)
        )


def _apart(hits: list[Match]) -> list[Match]:
    """Hits with those that overlap put together into one."""
    apart: list[Match] = []
    for hit in sorted(hits):
        if apart and hit.start < apart[-1].end:
            if hit.end > apart[-1].end:
                apart[-1] = Match(apart[-1].start, hit.end)
        else:
            apart.append(hit)
    return apart


class Reading:
    """A conversation as read: the draft, and the customer's turns before it, newest last."""

    def __init__(self, book: Book, conversation: Conversation) -> None:
        self.conversation = conversation
        before = conversation.before_draft
        self.customers = [TurnReading(book, turn) for turn in before if turn.role == "customer"]
        self.draft = TurnReading(book, conversation.draft, self.customer)
        self.book = book

    @functools.cached_property
    def earlier(self) -> list[TurnReading]:
        """The agents' turns before the draft, oldest first."""
        return [TurnReading(self.book, turn) for turn in self.conversation.before_draft if turn.role == "agent"]

    @property
    def customer(self) -> TurnReading | None:
        """The customer's last turn before the draft, if there is one."""
        return self.customers[-1] if self.customers else None
