"""The phrase language and its automaton: what matches, where, and that it is what a slow, obvious matcher finds."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmlint.conversation import Turn
from calmlint.phrase.automaton import Automaton
from calmlint.phrase.build import Builder
from calmlint.phrase.language import Language, PhraseError
from calmlint.phrase.tokens import BREAK, START, Tokeniser, Tokens, fold
from calmlint.segment import segment

LANGUAGE = Language(
    classes={"we": ["we", "i", "our (team|side)"], "our": ["our", "my"], "fault": ["fault", "doing"]},
    spellings={"do not": ["dont"], "you are": ["youre"], "apologise": ["appologise"]},
    inflections={"send": ["sends", "sent", "sending"]},
)


def compiled(*phrases: str) -> Automaton:
    builder = Builder()
    for word in (START, BREAK, ".", ",", "?", "!"):
        builder.word(word)
    for phrase in phrases:
        builder.add_set(LANGUAGE.variants_of(phrase))
    return Automaton.load(builder.build().dump())


def found(text: str, *phrases: str) -> list[tuple[int, str]]:
    """Each match as the number of its phrase and the text it covers."""
    automaton = compiled(*phrases)
    tokens = Tokeniser(LANGUAGE.spelling, automaton.vocabulary).tokenise(segment(Turn("agent", text)))
    matches = []
    for owner, places in sorted(automaton.scan(tokens).items()):
        for place in places:
            spans = [
                (tokens.starts[n], tokens.ends[n])
                for n in range(place.start, place.end)
                if tokens.starts[n] < tokens.ends[n]
            ]
            matches.append((owner, text[spans[0][0] : spans[-1][1]]))
    return matches


@pytest.mark.parametrize(
    ("phrase", "text", "covered"),
    [
        pytest.param(
            "not our fault", "It is NOT\nour Fault.", "NOT\nour Fault", id="case and line breaks do not count"
        ),
        pytest.param(
            "is not our fault", "That isn’t our fault.", "isn’t our fault", id="a curly contraction is spelt out"
        ),
        pytest.param("it is not our fault", "It's not our fault.", "It's not our fault", id="is also reads as 's"),
        pytest.param("do not shout", "Dont shout.", "Dont shout", id="a contraction without its apostrophe"),
        pytest.param("can not help", "We cannot help.", None, id="cannot is a spelling the language must be given"),
        pytest.param(
            "not our fault", "It is **not** our _fault_.", "not** our _fault", id="emphasis marks do not count"
        ),
        pytest.param("pay grade", "That's above my pay-grade.", "pay-grade", id="a hyphen joins two words"),
        pytest.param("apologise", "I apologize.", "apologize", id="-ize is -ise"),
        pytest.param("apologise", "I appologise.", "appologise", id="a listed misspelling"),
        pytest.param("not our fault", "This is not, our fault.", None, id="a comma parts words unless it is named"),
        pytest.param("sorry [,] but", "Sorry, but no.", "Sorry, but", id="a named comma"),
        pytest.param("not [really] our fault", "Not really our fault.", "Not really our fault", id="an optional word"),
        pytest.param("our (fault|own doing)", "our own doing", "our own doing", id="a choice of several words"),
        pytest.param("<our> <fault>", "my doing", "my doing", id="word classes"),
        pytest.param("<we> ~2 refuse", "Our team will never refuse.", "Our team will never refuse", id="a gap"),
        pytest.param("<we> ~2 refuse", "We will never ever refuse.", None, id="a gap that is too wide"),
        pytest.param(
            "we ~2 ([do] [not]|never) refuse", "We sadly do refuse.", "We sadly do refuse", id="an empty branch"
        ),
        pytest.param("we ~3 refuse", "We will. They refuse.", None, id="a gap never crosses the end of a sentence"),
        pytest.param("we refuse", "Yes, we\n\nrefuse.", None, id="a blank line ends every phrase"),
        pytest.param("send+ it", "Sending it now.", "Sending it", id="every form of an irregular verb"),
        pytest.param("ship+ it", "We shipped it.", "shipped it", id="a doubled consonant"),
        pytest.param("reply+ to", "She replied to you.", "replied to", id="a y that turns into an i"),
        pytest.param("^ relax", "OK. Relax now.", "Relax", id="the start of a sentence"),
        pytest.param("^ relax", "You can relax now.", None, id="not the start of a sentence"),
        pytest.param("relax $", "Just relax.", "relax.", id="the end of a sentence"),
        pytest.param("wait # days", "wait 3.5 days", "wait 3.5 days", id="a number"),
        pytest.param("no . policy", "No. Policy.", "No. Policy", id="a named full stop lets a sentence end"),
        pytest.param("write to <mail>", "Write to a.b@c.example, please.", "Write to a.b@c.example", id="an address"),
        pytest.param(
            "see <link> now", "See https://x.example/a?b=c now", "See https://x.example/a?b=c now", id="a link"
        ),
        pytest.param("hi <field>", "Hi {{ first name }},", "Hi {{ first name }}", id="a template field"),
        pytest.param('"[" note', "[note", "[note", id="a quoted mark is literal"),
    ],
)
def test_a_phrase_covers_exactly_its_words(phrase: str, text: str, covered: str | None) -> None:
    assert [text for _, text in found(text, phrase)] == ([] if covered is None else [covered])


def test_matches_of_different_phrases_may_overlap() -> None:
    assert found("not our fault at all", "not our fault", "our fault at all", "fault") == [
        (0, "not our fault"),
        (1, "our fault at all"),
        (2, "fault"),
    ]


def test_the_longest_match_from_a_place_stands() -> None:
    assert found("not our fault at all", "not our fault [at all]") == [(0, "not our fault at all")]


@pytest.mark.parametrize(
    ("phrase", "column", "message"),
    [
        ("(a|b", 1, "not closed"),
        ("a b)", 4, "closes nothing"),
        ("a <wee>", 3, "did you mean <we>?"),
        ("~2 a", 1, "must begin and end with a word"),
        ("a ~2", 1, "must begin and end with a word"),
        ("a ~99 b", 3, "1 to 20"),
        ("[a]", 1, "not optional"),
        ("", 1, "empty phrase"),
        ("a | b", 3, "belongs inside"),
        ("a ()", 3, "empty group"),
        ("a < b", 3, "cannot stand here"),
    ],
)
def test_a_phrase_that_cannot_be_read_is_told_with_its_column(phrase: str, column: int, message: str) -> None:
    with pytest.raises(PhraseError, match=None) as caught:
        LANGUAGE.variants_of(phrase)
    assert message in str(caught.value)
    assert caught.value.column == column


@pytest.mark.parametrize("data", [b"", b"calm", b"not a table at all, but long enough to be one"])
def test_bytes_that_are_no_table_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="table"):
        Automaton.load(data)


def test_the_same_phrases_give_the_same_table() -> None:
    assert compiled("<we> (a|b|c|d) [e|f]").dump() == compiled("<we> (a|b|c|d) [e|f]").dump()


# --- a slow, obvious matcher ----------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Part:
    """A phrase as a tree: kind (word, all, any, maybe, gap), and its word, parts or width."""

    kind: str
    word: str = ""
    parts: tuple[Part, ...] = ()
    width: int = 0

    def __str__(self) -> str:
        inner = [str(part) for part in self.parts]
        return {
            "word": self.word,
            "all": " ".join(inner),
            "any": f"({'|'.join(inner)})",
            "maybe": f"[{'|'.join(inner)}]",
            "gap": f"~{self.width}",
        }[self.kind]


def ends(part: Part, words: list[str], sentences: list[int], at: int) -> set[int]:
    """Where a part can end when it begins at a word: tries everything, one step at a time."""
    if part.kind == "word":
        return {at + 1} if at < len(words) and words[at] == part.word else set()
    if part.kind == "gap":
        beyond = range(at, at + part.width + 1)
        return {end for end in beyond if end < len(words) and sentences[end] == sentences[at - 1]}
    if part.kind == "all":
        reached = {at}
        for inner in part.parts:
            reached = {end for start in reached for end in ends(inner, words, sentences, start)}
        return reached
    reached = {end for inner in part.parts for end in ends(inner, words, sentences, at)}
    return reached | {at} if part.kind == "maybe" else reached


WORDS = st.sampled_from("abcd").map(lambda letter: Part("word", word=letter * 2))


def groups(inner: st.SearchStrategy[Part]) -> st.SearchStrategy[Part]:
    some = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.one_of(*(some.map(lambda parts, kind=kind: Part(kind, parts=parts)) for kind in ("all", "any", "maybe")))  # type: ignore[misc]


PLAIN = st.recursive(WORDS, groups, max_leaves=5)


@st.composite
def phrases(draw: st.DrawFn) -> Part:
    """A phrase that begins and ends with a word, with up to two gaps beside words."""
    parts: list[Part] = [draw(WORDS)]
    for _ in range(draw(st.integers(0, 2))):
        parts += draw(st.lists(PLAIN, max_size=1))
        parts += [Part("gap", width=draw(st.integers(1, 3))), draw(WORDS)]
    parts += draw(st.lists(PLAIN, max_size=2))
    return Part("all", parts=tuple(parts))


TEXTS = st.lists(st.lists(st.sampled_from(["aa", "bb", "cc", "dd", "ee"]), min_size=1, max_size=9), max_size=4)


@given(st.lists(phrases(), min_size=1, max_size=5), TEXTS)
def test_the_automaton_finds_what_the_obvious_matcher_finds(wanted: list[Part], text: list[list[str]]) -> None:
    automaton = compiled(*map(str, wanted))
    names = {number: word for word, number in automaton.vocabulary.items()}
    tokens = Tokeniser(LANGUAGE.spelling, automaton.vocabulary).tokenise(
        segment(Turn("agent", ". ".join(" ".join(words) for words in text) + "."))
    )
    words = [names.get(number, "") for number in tokens.ids]
    expected: dict[int, list[tuple[int, int]]] = {}
    for number, phrase in enumerate(wanted):
        for start in range(len(words)):
            if reached := ends(phrase, words, tokens.sentences, start):
                expected.setdefault(number, []).append((start, max(reached)))
    actual = {owner: [tuple(match) for match in matches] for owner, matches in automaton.scan(tokens).items()}
    assert actual == expected


@given(st.text())
def test_folding_keeps_every_place(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(st.text(alphabet=st.sampled_from("aİ’'-.,!?#@:/{}<>\n *_“”9é😀")))
def test_words_stand_where_they_say(text: str) -> None:
    tokens: Tokens = Tokeniser(LANGUAGE.spelling, {}).tokenise(segment(Turn("agent", text)))
    previous = 0
    for start, end in zip(tokens.starts, tokens.ends, strict=True):
        assert 0 <= start <= end <= len(text)
        assert start >= previous
        previous = start
        assert start == end or not text[start:end].isspace()
