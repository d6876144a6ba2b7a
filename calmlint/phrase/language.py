"""Reading phrases: text with marks -> alternatives of gap-free pieces with gaps between them.

it (is|was) not [really] <our> (fault|doing)     alternatives, optional words, a word class
<we> ~3 not ~2 responsible                       ~n stands for up to n words or marks
refund+                                          every form of a verb
^ relax $                                        the start and the end of a sentence
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from calmlint.nearest import nearest
from calmlint.phrase.tokens import BREAK, NUMBER, SENTENCE_MARKS, SPECIAL, START, Spelling, Word, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_LEXEME = re.compile(
    r'(?P<space>\s+)|(?P<quoted>"[^"]*")|<(?P<name>[a-z][\w-]*)>|~(?P<gap>\d+)|(?P<mark>[()\[\]|^$])|(?P<word>[^\s()\[\]|"<>~^$]+)'
)
_READINGS = {"is": ("is", "'s"), "has": ("has", "'s"), "would": ("would", "'d"), "had": ("had", "'d")}
_VOWELS = frozenset("aeiou")
_DOUBLES = re.compile(r"[^aeiou][aeiou][^aeiouwxy]$")  # ship, shipped
_MAX_GAP = 20
_MAX_VARIANTS = 64


class PhraseError(ValueError):
    """A phrase that cannot be read; `column` counts from 1 within the phrase."""

    def __init__(self, message: str, column: int = 1) -> None:
        super().__init__(message)
        self.column = column


@dataclasses.dataclass(frozen=True)
class Words:
    """One place in a phrase: any of these words."""

    words: frozenset[str]


@dataclasses.dataclass(frozen=True)
class Series:
    """Parts one after the other."""

    parts: tuple[Node, ...]


@dataclasses.dataclass(frozen=True)
class Choice:
    """Any one of several branches; `optional` says that none is allowed too."""

    branches: tuple[Node, ...]
    optional: bool = False


@dataclasses.dataclass(frozen=True)
class Gap:
    """Up to `limit` words or marks."""

    limit: int


Node = Words | Series | Choice | Gap


@dataclasses.dataclass(frozen=True)
class Variant:
    """A phrase without choices about its gaps: pieces, and between each two how many words may stand."""

    pieces: tuple[Node, ...]
    gaps: tuple[int, ...]


class Language:
    """The words and classes that phrases of one language may use."""

    def __init__(
        self,
        classes: Mapping[str, Sequence[str]] | None = None,
        spellings: Mapping[str, Sequence[str]] | None = None,
        inflections: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        plain = Spelling({})
        self.variants = {
            fold(wrong): tuple(word.text for chunk in fold(right).split() for word in _literal(plain, chunk))
            for right, wrongs in (spellings or {}).items()
            for wrong in wrongs
        }
        self.spelling = Spelling(self.variants)
        self._inflections = dict(inflections or {})
        self._sources = dict(classes or {})
        self._classes: dict[str, Node] = {}
        self._open: list[str] = []

    def parse(self, phrase: str) -> Node:
        """A phrase as a tree. Raises PhraseError, with the column, for what the language does not know."""
        reader = _Reader(self, phrase)
        return reader.read()

    def variants_of(self, phrase: str) -> list[Variant]:
        """The gap-free pieces and gaps of a phrase, one variant for each way to choose among its gaps."""
        tree = self.parse(phrase)
        variants = [_variant(flat) for flat in _unfold(tree)]
        for variant in variants:
            if any(_nullable(piece) for piece in variant.pieces):
                message = "a phrase, and each part of it beside a gap, needs at least one word that is not optional"
                raise PhraseError(message)
        return variants

    def class_of(self, name: str, column: int) -> Node:
        """The tree of a word class."""
        if name in {special.strip("<>") for special in SPECIAL.values()}:
            return Words(frozenset({f"<{name}>"}))
        if name in self._open:
            message = f"the word class <{name}> uses itself"
            raise PhraseError(message, column)
        if name not in self._classes:
            if name not in self._sources:
                message = f"unknown word class <{name}>{_hint(name, self._sources)}"
                raise PhraseError(message, column)
            self._open.append(name)
            branches = [self.parse(str(entry)) for entry in self._sources[name]]
            self._open.pop()
            tree = _choice(branches)
            if _has_gap(tree):
                message = f"the word class <{name}> has a gap; gaps belong in phrases"
                raise PhraseError(message, column)
            self._classes[name] = tree
        return self._classes[name]

    def forms(self, verb: str) -> frozenset[str]:
        """Every form of a verb: refund -> refund, refunds, refunded, refunding."""
        if verb in self._inflections:
            return frozenset({verb, *self._inflections[verb]})
        return frozenset(_regular_forms(verb))

    def literal(self, chunk: str) -> list[str]:
        """The words of a stretch of phrase without marks or white space."""
        return [word.text for word in _literal(self.spelling, fold(chunk))]


class _Reader:
    """One pass over a phrase."""

    def __init__(self, language: Language, phrase: str) -> None:
        self._language = language
        self._lexemes: list[tuple[str, str, int]] = []
        at = 0
        while at < len(phrase):
            match = _LEXEME.match(phrase, at)
            if not match:
                message = f"{phrase[at]!r} cannot stand here; put it in quotation marks to match it literally"
                raise PhraseError(message, at + 1)
            if match.lastgroup != "space":
                kind = match.lastgroup or ""
                self._lexemes.append((kind, match.group(kind), at + 1))
            at = match.end()
        self._at = 0

    def read(self) -> Node:
        tree = self._sequence(closing="")
        if self._at < len(self._lexemes):
            _, text, column = self._lexemes[self._at]
            message = f"{text!r} closes nothing" if text in ")]" else f"{text!r} belongs inside ( ) or [ ]"
            raise PhraseError(message, column)
        return tree

    def _sequence(self, closing: str) -> Node:
        parts: list[Node] = []
        while self._at < len(self._lexemes):
            kind, text, column = self._lexemes[self._at]
            if kind == "mark" and text in ("|", ")", "]"):
                break
            self._at += 1
            if kind == "mark" and text in "([":
                parts.append(self._group(")" if text == "(" else "]", column))
            elif kind == "mark":
                parts.append(Words(frozenset({START} if text == "^" else SENTENCE_MARKS | {START, BREAK})))
            elif kind == "name":
                parts.append(self._language.class_of(text, column))
            elif kind == "gap":
                if not 0 < int(text) <= _MAX_GAP:
                    message = f"a gap spans 1 to {_MAX_GAP} words, not {text}"
                    raise PhraseError(message, column)
                parts.append(Gap(int(text)))
            else:
                parts += self._words(kind, text, column)
        if not parts and not closing:
            message = "an empty phrase matches nothing; delete it"
            raise PhraseError(message)
        return parts[0] if len(parts) == 1 else Series(tuple(parts))

    def _group(self, closing: str, opened: int) -> Node:
        branches = [self._sequence(closing)]
        while self._at < len(self._lexemes) and self._lexemes[self._at][1] == "|":
            self._at += 1
            branches.append(self._sequence(closing))
        if self._at >= len(self._lexemes) or self._lexemes[self._at][1] != closing:
            message = f"the group opened here is not closed with {closing!r}"
            raise PhraseError(message, opened)
        self._at += 1
        filled = [branch for branch in branches if branch != Series(())]
        if not filled:
            message = "an empty group matches nothing; delete it"
            raise PhraseError(message, opened)
        return _choice(filled, optional=closing == "]" or len(filled) < len(branches))

    def _words(self, kind: str, text: str, column: int) -> list[Node]:
        if kind == "word" and text.endswith("+") and text != "+":
            return [Words(self._language.forms(fold(text[:-1])))]
        words = [word for chunk in text.strip('"').split() for word in self._language.literal(chunk)]
        if not words:
            message = f"{text!r} holds no word or mark that a reply could match"
            raise PhraseError(message, column)
        nodes: list[Node] = []
        for word in words:
            nodes.append(Words(frozenset(_READINGS.get(word, (word,)))))
            if word in SENTENCE_MARKS:  # the next word may begin a sentence
                nodes.append(Choice((Words(frozenset({START})),), optional=True))
        return nodes


def _literal(spelling: Spelling, chunk: str) -> list[Word]:
    """Words of a phrase's chunk; `'s`, `'d` and `#` stand for themselves."""
    if chunk in ("'s", "'d", NUMBER):
        return [Word(chunk, 0, len(chunk))]
    return spelling.split(chunk)


def _choice(branches: Iterable[Node], *, optional: bool = False) -> Node:
    """A choice, with all its single words put together."""
    words: set[str] = set()
    rest: list[Node] = []
    for branch in branches:
        if isinstance(branch, Words):
            words |= branch.words
        elif isinstance(branch, Choice) and not branch.optional:
            for inner in branch.branches:
                if isinstance(inner, Words):
                    words |= inner.words
                else:
                    rest.append(inner)
        else:
            rest.append(branch)
    merged: list[Node] = [*([Words(frozenset(words))] if words else []), *rest]
    if len(merged) == 1 and not optional:
        return merged[0]
    return Choice(tuple(merged), optional)


def _has_gap(node: Node) -> bool:
    if isinstance(node, Gap):
        return True
    if isinstance(node, Words):
        return False
    return any(_has_gap(part) for part in (node.parts if isinstance(node, Series) else node.branches))


def _nullable(node: Node) -> bool:
    """Whether a gap-free node can match no word at all."""
    if isinstance(node, Series):
        return all(_nullable(part) for part in node.parts)
    if isinstance(node, Choice):
        return node.optional or any(_nullable(branch) for branch in node.branches)
    return False


def _unfold(node: Node) -> list[list[Node]]:
    """A node as lists of gap-free nodes and gaps, one list for each choice that involves a gap."""
    if isinstance(node, Gap) or not _has_gap(node):
        return [[node]]
    if isinstance(node, Choice):
        flat = [option for branch in node.branches for option in _unfold(branch)]
        return [*flat, []] if node.optional else flat
    assert isinstance(node, Series)
    options: list[list[Node]] = [[]]
    for part in node.parts:
        options = [head + tail for head in options for tail in _unfold(part)]
        if len(options) > _MAX_VARIANTS:
            message = "too many choices that hold gaps; write several phrases"
            raise PhraseError(message)
    return options


def _variant(flat: Sequence[Node]) -> Variant:
    pieces: list[list[Node]] = [[]]
    gaps: list[int] = []
    for node in flat:
        if not isinstance(node, Gap):
            pieces[-1].append(node)
        elif not pieces[-1] and gaps:  # two gaps in a row are one
            gaps[-1] += node.limit
        else:
            gaps.append(node.limit)
            pieces.append([])
    if not pieces[0] or not pieces[-1]:
        message = "a phrase must begin and end with a word, not with a gap"
        raise PhraseError(message)
    return Variant(tuple(part[0] if len(part) == 1 else Series(tuple(part)) for part in pieces), tuple(gaps))


def _regular_forms(verb: str) -> set[str]:
    forms = {verb}
    if verb.endswith(("s", "x", "z", "ch", "sh", "o")):
        forms.add(verb + "es")
    elif verb.endswith("y") and verb[-2:-1] not in _VOWELS:
        forms.add(verb[:-1] + "ies")
    else:
        forms.add(verb + "s")
    if verb.endswith("e"):
        return forms | {verb + "d", (verb[:-1] if not verb.endswith(("ee", "oe", "ye")) else verb) + "ing"}
    if verb.endswith("y") and verb[-2:-1] not in _VOWELS:
        return forms | {verb[:-1] + "ied", verb + "ing"}
    if _DOUBLES.search(verb):
        forms |= {verb + verb[-1] + "ed", verb + verb[-1] + "ing"}
    return forms | {verb + "ed", verb + "ing"}


def _hint(name: str, known: Iterable[str]) -> str:
    close = nearest(name, known)
    return f"; did you mean <{close}>?" if close else ""
