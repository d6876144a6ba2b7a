"""Compiling phrases: trees -> an automaton of nodes and word sets, in which what begins or ends alike is shared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calmlint.phrase.automaton import Automaton, Joined, Rows, Tables
from calmlint.phrase.language import Choice, Series, Words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from calmlint.phrase.language import Node, Variant

# A piece that one of these words matches is met in nearly every text.
_FREQUENT = frozenset(
    """
    a about all also am an and any are as at be been but by can could did do for from get had has have he how i if
    in is it just me more my no not of on once one only or our out please she so some soon sorry than thank thanks
    that the their them then there they this to up us was we were what when which who will with would you your 's
    'd ^ , . ! ? - #
    """.split()  # noqa: SIM905 - a list would take a line for each word
)
_ALWAYS = 10_000  # of a branch that needs no word at all
_Edges = tuple[tuple[int, int], ...]  # pairs of a word set and the node it leads to


class Builder:
    """Collects phrase sets and compiles them into one automaton."""

    def __init__(self) -> None:
        self._words: dict[str, int] = {}
        self._word_sets: dict[frozenset[str], int] = {}
        self._edges: list[list[tuple[int, int]]] = [[]]  # by node; every edge leads to a node of a higher number
        self._accepts: dict[int, set[int]] = {}
        self._ends: dict[tuple[frozenset[int], int], int] = {}
        self._pieces: dict[Node, int] = {}
        self._joined: list[Joined] = []
        self._phrases: list[tuple[int, Node]] = []
        self._sets = 0

    def add_set(self, variants: Iterable[Variant]) -> int:
        """Add the phrases of one set; gives the set's number."""
        owner = self._sets
        self._sets += 1
        for variant in variants:
            if not variant.gaps:
                self._phrases.append((owner, variant.pieces[0]))
            else:
                pieces = tuple(self._pieces.setdefault(piece, len(self._pieces)) for piece in variant.pieces)
                self._joined.append(Joined(owner, pieces, variant.gaps))
        return owner

    def word(self, text: str) -> int:
        """The number of a word, from 1; a new one where it has none yet."""
        return self._words.setdefault(text, len(self._words) + 1)

    def build(self) -> Automaton:
        """The automaton of all sets added so far."""
        for owner, tree in self._phrases:
            self._accept(tree, owner)
        for tree, number in self._pieces.items():
            self._accept(tree, self._sets + number)
        joined: list[list[int]] = [[] for _ in self._pieces]
        common = [_commonness(tree) for tree in self._pieces]
        for phrase in self._joined:
            pieces = [self._sets + piece for piece in phrase.pieces]
            joined[min(phrase.pieces, key=common.__getitem__)] += (phrase.owner, len(pieces), *pieces, *phrase.gaps)
        edges, accepts = self._slim()
        sets_of: list[list[int]] = [[] for _ in range(len(self._words) + 1)]
        for words, number in self._word_sets.items():
            for word in words:
                sets_of[self._words[word]].append(number)
        begins: dict[int, list[int]] = {}
        for number, node in edges[0]:
            begins.setdefault(number, []).append(node)
        first: list[list[int]] = []
        joint: dict[tuple[int, ...], int] = {}
        for row in sets_of:
            nodes = tuple(sorted({node for number in row for node in begins.get(number, ())}))
            if len(nodes) > 1 and nodes not in joint:
                joint[nodes] = len(edges)
                edges.append(tuple(sorted({edge for node in nodes for edge in edges[node]})))
                accepts.append(tuple(sorted({output for node in nodes for output in accepts[node]})))
            first.append([joint[nodes]] if len(nodes) > 1 else list(nodes))
        edges[0] = ()  # the start is asked for every word: it answers by word, with one node
        tables = Tables(
            Rows.of(first),
            Rows.of(sets_of),
            Rows.of([number for number, _ in row] for row in edges),
            Rows.of([target for _, target in row] for row in edges),
            Rows.of(accepts),
            Rows.of(joined),
        )
        return Automaton(list(self._words), self._sets, tables)

    def _accept(self, tree: Node, output: int) -> None:
        for node in self._chain(tree, frozenset({0})):
            self._accepts.setdefault(node, set()).add(output)

    def _chain(self, tree: Node, begins: frozenset[int]) -> frozenset[int]:
        """Add edges for a tree from each begin node; gives the nodes where it ends."""
        if isinstance(tree, Words):
            return frozenset({self._step(begins, tree.words)})
        if isinstance(tree, Series):
            for part in tree.parts:
                begins = self._chain(part, begins)
            return begins
        assert isinstance(tree, Choice)
        ends = begins if tree.optional else frozenset()
        return ends.union(*(self._chain(branch, begins) for branch in tree.branches))

    def _step(self, begins: frozenset[int], words: frozenset[str]) -> int:
        """The node to which words lead from all of these nodes and no other; phrases that begin alike share it."""
        for word in sorted(words):  # the same table on every machine
            self.word(word)
        number = self._word_sets.setdefault(words, len(self._word_sets))
        if (begins, number) not in self._ends:
            self._edges.append([])
            self._ends[begins, number] = end = len(self._edges) - 1
            for begin in begins:
                self._edges[begin].append((number, end))
        return self._ends[begins, number]

    def _slim(self) -> tuple[list[_Edges], list[tuple[int, ...]]]:
        """What leads on from each node, and what it accepts, with one node for all that go on alike; 0 is the start."""
        same: dict[tuple[tuple[int, ...], _Edges], int] = {}
        merged: dict[int, int] = {}
        for node in range(len(self._edges) - 1, -1, -1):  # each after all that it leads to
            outputs = tuple(sorted(self._accepts.get(node, ())))
            edges = tuple(sorted({(number, merged[target]) for number, target in self._edges[node]}))
            merged[node] = same.setdefault((outputs, edges), len(same))
        last = len(same) - 1  # the start came last
        turned = list(same)[::-1]
        return (
            [tuple((number, last - target) for number, target in edges) for _, edges in turned],
            [outputs for outputs, _ in turned],
        )


def _commonness(tree: Node) -> int:
    """How often a piece is met, roughly: by the frequent words that its rarest place allows."""
    if isinstance(tree, Words):
        return 10 * len(tree.words & _FREQUENT) + 1
    if isinstance(tree, Series):
        needed = (part for part in tree.parts if not (isinstance(part, Choice) and part.optional))
        return min(map(_commonness, needed), default=_ALWAYS)
    return max(_commonness(branch) for branch in tree.branches) if isinstance(tree, Choice) else 0
