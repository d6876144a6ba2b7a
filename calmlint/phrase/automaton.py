"""All phrases as one word-level automaton: stored as flat tables, made deterministic as texts ask for it.

The tables hold nodes and the word sets that lead from one to the next, so that they grow with the phrases and no
faster. A walk works out once where a word leads from the nodes it stands on, and remembers it. Each walk is anchored
at a word that may begin a phrase, so nothing backtracks further than the longest phrase. Phrases with gaps are
matched as gap-free pieces, which are then joined along the gaps.
"""

from __future__ import annotations

import functools
import struct
import sys
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from calmlint.phrase.tokens import Tokens

_HEAD = struct.Struct("<4sII")
_MAGIC = b"calm"
_VERSION = 5
_NUMBER = 4  # bytes
_MOST_MOVES = 200_000  # remembered at a time: some 20 MB, far more than the mail of a team ever asks for


class Match(NamedTuple):
    """A stretch of words that a phrase covers: word numbers, end exclusive."""

    start: int
    end: int


class Joined(NamedTuple):
    """A phrase with gaps: the set it belongs to, its pieces' numbers, and the widest gap after each but the last."""

    owner: int
    pieces: tuple[int, ...]
    gaps: tuple[int, ...]


class Rows(NamedTuple):
    """Lists of numbers, one after the other: row `n` is `numbers[begins[n]:begins[n + 1]]`."""

    begins: Sequence[int]
    numbers: Sequence[int]

    @classmethod
    def of(cls, rows: Iterable[Iterable[int]]) -> Rows:
        """The rows of lists."""
        begins, numbers = [0], list[int]()
        for row in rows:
            numbers += row
            begins.append(len(numbers))
        return cls(begins, numbers)

    def row(self, number: int) -> Sequence[int]:
        """One list."""
        begin, end = self.begins[number], self.begins[number + 1]
        return self.numbers[begin:end] if begin < end else ()


class Tables(NamedTuple):
    """The automaton as numbers. Words are numbered from 1, all else from 0.

    `first` holds, by word, the nodes to which it leads from the start, `sets` the word sets it belongs to. By node,
    `edges` holds the word sets that lead on from there, `targets` the nodes they lead to, `accepts` what ends there:
    phrase sets, and, from the number of these on, pieces. `joined` holds, by piece, the phrases of which it is the
    piece seldom met: owner, count, pieces, gaps.
    """

    first: Rows
    sets: Rows
    edges: Rows
    targets: Rows
    accepts: Rows
    joined: Rows


class _State(dict[int, "_State | None"]):
    """Where every word leads from here, each worked out when it is first asked for; None ends the walk."""

    __slots__ = ("_follow", "joined", "outputs")
    __hash__ = object.__hash__  # type: ignore[assignment]  # each stands for itself, not for its contents

    joined: tuple[Joined, ...] | None

    def __init__(self, outputs: Sequence[int], follow: Callable[[int], _State | None]) -> None:
        super().__init__()
        self.outputs = outputs
        self._follow = follow
        self.joined = None

    def __missing__(self, word: int) -> _State | None:
        state = self[word] = self._follow(word)
        return state


class Automaton:
    """Compiled phrases. A phrase set is a list of phrases that count as one; sets are numbered from 0."""

    def __init__(self, words: Sequence[str], phrase_sets: int, tables: Tables) -> None:
        self.vocabulary = dict(zip(words, range(1, len(words) + 1), strict=True))
        self._phrase_sets = phrase_sets
        self._tables = tables
        self._start = _State((), lambda word: self._state(tables.first.row(word)))
        self._states: dict[tuple[int, ...], _State] = {}
        self._sets: dict[int, frozenset[int]] = {}
        self._moves = 0

    def scan(self, tokens: Tokens) -> dict[int, list[Match]]:
        """Every match of every phrase set, overlapping ones too, by set and in order of their start.

        Of one set's matches with the same start the longest stands.
        """
        visits = self._walk(tokens.ids)
        present = {output for state in visits for output in state.outputs}
        candidates = {phrase for state in visits for phrase in self._joined(state)}
        joined = [phrase for phrase in candidates if present.issuperset(phrase.pieces)]
        needed = {output for output in present if output < self._phrase_sets}
        found = _places(visits, needed.union(*(phrase.pieces for phrase in joined)))
        matches = {output: {start: max(ends) for start, ends in found[output].items()} for output in needed}
        for phrase in joined:
            longest = matches.setdefault(phrase.owner, {})
            for start, end in _join(phrase, found, tokens.sentences):
                if end > longest.get(start, 0):
                    longest[start] = end
        return {
            owner: [Match(start, longest[start]) for start in sorted(longest)]
            for owner, longest in matches.items()
            if longest
        }

    def _walk(self, ids: Sequence[int]) -> dict[_State, list[Match]]:
        """Each state that accepts something, with the stretches of words that led to it."""
        visits: dict[_State, list[Match]] = {}
        first = self._start
        if self._moves > _MOST_MOVES:
            first.clear()
            self._states.clear()
            self._moves = 0
        ids = [*ids, 0]  # no phrase holds the sentinel
        for start, word in enumerate(ids):
            state = first[word]
            at = start + 1
            while state is not None:
                if state.outputs:
                    visits.setdefault(state, []).append(Match(start, at))
                state = state[ids[at]]
                at += 1
        return visits

    def _state(self, nodes: Iterable[int]) -> _State | None:
        """The state of standing on all these nodes; None for none."""
        self._moves += 1
        key = tuple(sorted(set(nodes)))
        if not key:
            return None
        state = self._states.get(key)
        if state is None:
            edges: list[int] = []
            targets: list[int] = []
            outputs: list[int] = []
            for node in key:
                edges += self._tables.edges.row(node)
                targets += self._tables.targets.row(node)
                outputs += self._tables.accepts.row(node)
            follow = functools.partial(self._follow, edges, targets)
            state = self._states[key] = _State(sorted(set(outputs)), follow)
        return state

    def _follow(self, edges: Sequence[int], targets: Sequence[int], word: int) -> _State | None:
        """Where a word leads along edges: word sets, each with its target."""
        sets = self._sets.get(word)
        if sets is None:
            sets = self._sets[word] = frozenset(self._tables.sets.row(word))
        if sets.isdisjoint(edges):
            return self._state(())
        return self._state(target for number, target in zip(edges, targets, strict=True) if number in sets)

    def _joined(self, state: _State) -> tuple[Joined, ...]:
        """The phrases with gaps that are looked up by a piece which the state accepts, read when first asked for."""
        if state.joined is None:
            pieces = (output - self._phrase_sets for output in state.outputs if output >= self._phrase_sets)
            state.joined = tuple(phrase for piece in pieces for phrase in _unpacked(self._tables.joined.row(piece)))
        return state.joined

    def dump(self) -> bytes:
        """The automaton as bytes that are safe to load and the same for every Python."""
        parts = ["\n".join(self.vocabulary).encode()]
        for rows in self._tables:
            parts += (struct.pack(f"<{len(numbers)}I", *numbers) for numbers in rows)
        sizes = struct.pack(f"<{len(parts)}I", *map(len, parts))
        padding = b"\n" * (-len(parts[0]) % _NUMBER)
        return b"".join((_HEAD.pack(_MAGIC, _VERSION, self._phrase_sets), sizes, parts[0], padding, *parts[1:]))

    @classmethod
    def load(cls, data: bytes | memoryview) -> Automaton:
        """The automaton that `dump` wrote; it keeps the data. Raises ValueError for anything else."""
        count = 1 + 2 * len(Tables._fields)
        try:
            magic, version, phrase_sets = _HEAD.unpack_from(data)
            sizes = struct.unpack_from(f"<{count}I", data, _HEAD.size)
        except struct.error:
            magic, version, phrase_sets, sizes = b"", 0, 0, (0,)
        at = _HEAD.size + _NUMBER * count
        padded = [size + -size % _NUMBER for size in sizes]
        if (magic, version, at + sum(padded)) != (_MAGIC, _VERSION, len(data)):
            message = "not a phrase table of this version"
            raise ValueError(message)
        view = memoryview(data)
        words = str(view[at : at + sizes[0]], "utf-8").split("\n")
        numbers = []
        at += padded[0]
        for size in padded[1:]:
            numbers.append(_numbers(view[at : at + size]))
            at += size
        return cls(words if sizes[0] else [], phrase_sets, Tables(*map(Rows, numbers[::2], numbers[1::2])))


def _numbers(data: memoryview) -> Sequence[int]:
    """The numbers in little-endian bytes, without a copy where the machine is of the same mind."""
    if sys.byteorder == "little":
        return data.cast("I")
    return struct.unpack(f"<{len(data) // _NUMBER}I", data)


def _unpacked(row: Sequence[int]) -> Iterator[Joined]:
    """The phrases with gaps that a row holds."""
    at = 0
    while at < len(row):
        pieces, gaps = at + 2, at + 2 + row[at + 1]
        end = gaps + row[at + 1] - 1
        yield Joined(row[at], tuple(row[pieces:gaps]), tuple(row[gaps:end]))
        at = end


def _places(visits: Mapping[_State, Sequence[Match]], needed: set[int]) -> dict[int, dict[int, list[int]]]:
    """For each output that is needed: where it starts, and the ends it has from there."""
    found: dict[int, dict[int, list[int]]] = {output: {} for output in needed}
    for state, places in visits.items():
        for output in needed.intersection(state.outputs):
            at = found[output]
            for start, end in places:
                at.setdefault(start, []).append(end)
    return found


def _join(
    phrase: Joined, found: Mapping[int, Mapping[int, Sequence[int]]], sentences: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """Start and end of every way to put a phrase's pieces one after the other within its gaps."""
    for start, first_ends in found[phrase.pieces[0]].items():
        ends = set(first_ends)
        for piece, gap in zip(phrase.pieces[1:], phrase.gaps, strict=True):
            places = found[piece]
            ends = {
                stop
                for end in ends
                for place in range(end, end + gap + 1)
                if place in places and sentences[place] == sentences[end - 1]
                for stop in places[place]
            }
            if not ends:
                break
        for end in ends:
            yield start, end
