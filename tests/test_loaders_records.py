"""Conversation records: each text at its place in the JSON, each mistake told with its place."""

from __future__ import annotations

import json

import hypothesis
import pytest
from hypothesis import strategies as st

from calmlint.conversation import Conversation
from calmlint.loaders import load
from calmlint.loaders.html import seen
from calmlint.loaders.json_places import places, string
from calmlint.source import InputError, Span
from tests.loading import check_map, errors, map_of, one, place, raw, source_of

NO_RECORD = "1:1: no conversation record, nor a list of them: {}; exclude other JSON files"
NO_ROLE = "is neither customer nor agent; use one of these"
NO_TEXT = "is not text; write it in quotation marks"
SHAPE = 'a record is {"turns": [{"role": "agent", "text": "..."}]}'
AGENT = '{"role": "agent", "text": "Hi"}'


def test_a_record_is_a_conversation() -> None:
    record = {
        "id": "t-1",
        "channel": "chat",
        "customer_name": "Bob",
        "situation": "upset",
        "tags": ["ignored"],
        "turns": [
            {"role": "customer", "text": "It broke", "at": "2026-01-05T10:00:00Z", "attachments": [1]},
            {"role": "agent", "text": "Calm down"},
        ],
    }
    conversation = one("x.json", json.dumps(record, indent=1))
    assert (conversation.id, conversation.channel, conversation.customer_name) == ("t-1", "chat", "Bob")
    assert (conversation.situation, conversation.name) == ("upset", None)
    assert [(turn.role, turn.text, turn.at) for turn in conversation.turns] == [
        ("customer", "It broke", "2026-01-05T10:00:00Z"),
        ("agent", "Calm down", None),
    ]
    assert place(conversation, "down") == (20, 18)


def test_escapes_keep_their_places() -> None:
    conversation = one("x.json", r'{"turns": [{"role": "agent", "text": "Hi\n\ud83d\ude00 \"Bob\" \u00e9\/ calm"}]}')
    assert conversation.draft.text == 'Hi\n😀 "Bob" é/ calm'
    assert raw(conversation, "😀") == r"\ud83d\ude00"
    assert raw(conversation, '"Bob"') == r"\"Bob\""
    assert raw(conversation, "é/") == r"\u00e9\/"
    assert place(conversation, "calm") == (1, 73)


def test_half_a_surrogate_pair_is_a_replacement_character() -> None:
    conversation = one("x.json", r'{"turns": [{"role": "agent", "text": "a\ud83d b\ude00 \ud83d\u0041"}]}')
    assert conversation.draft.text == "a\ufffd b\ufffd \ufffdA"


def test_an_empty_text_has_a_place() -> None:
    conversation = one("x.json", '{"turns": [\n{"role": "agent", "text": ""}]}')
    assert source_of(conversation).position(map_of(conversation.draft).to_raw(Span(0, 0)).start) == (2, 28)


def test_a_list_of_records_is_named_by_number() -> None:
    loaded = list(load("x.json", f'[{{"turns": [{AGENT}]}},\n {{"id": 7, "turns": [{AGENT}]}}]'.encode()))
    assert [(c.id, c.name) for c in loaded if isinstance(c, Conversation)] == [(None, "[0]"), ("7", "[1]")]
    assert isinstance(loaded[1], Conversation)
    assert place(loaded[1], "Hi") == (2, 49)


def test_the_last_of_two_equal_keys_counts() -> None:
    document = '{"turns": [{"role": "agent", "text": "a", "text": "b"}], "turns": [{"role": "agent", "text": "c"}]}'
    conversation = one("x.json", document)
    assert conversation.draft.text == "c"
    assert place(conversation, "c") == (1, document.index('"c"') + 2)


def test_a_quote_in_a_lone_reply_is_the_customers_turn() -> None:
    conversation = one("x.json", r'{"turns": [{"role": "agent", "text": "Sorry.\n\n> It broke"}]}')
    customer, _ = conversation.turns
    assert (customer.role, customer.text) == ("customer", "It broke")
    assert place(conversation, "broke", customer) == (1, 54)


def test_each_line_of_json_lines_is_a_record_at_its_place() -> None:
    text = f'\ufeff{{"turns": [{AGENT}]}}\r\n\r\n  {{"id": "é😀", "turns": [{AGENT}]}}\n{{"turns": [{AGENT}]}}'
    loaded = list(load("x.jsonl", text.encode()))
    body = text.removeprefix("\ufeff")
    assert [source_of(c).first_line for c in loaded if isinstance(c, Conversation)] == [1, 3, 4]
    for conversation in loaded:
        assert isinstance(conversation, Conversation)
        source = source_of(conversation)
        assert body.startswith(source.text, source.start)
        span = map_of(conversation.draft).to_raw(Span(0, 2))
        assert body[source.start + span.start : source.start + span.end] == "Hi"
    assert isinstance(loaded[1], Conversation)
    assert place(loaded[1], "Hi") == (3, 53)


def test_json_lines_go_on_after_a_bad_line() -> None:
    data = f'{{"turns": [{AGENT}]}}\n{{"turns": [}}\n"x"\n{{"\xff": 1}}\n{{"turns": [{AGENT}]}}\n'.encode("latin-1")
    loaded = list(load("x.jsonl", data))
    assert [str(one) for one in loaded if isinstance(one, InputError)] == [
        "x.jsonl:2:12: not JSON: expecting value; correct it or exclude the file",
        f"x.jsonl:3:1: record: not an object; {SHAPE}",
        "x.jsonl:4:3: not UTF-8 text; save the file as UTF-8",
    ]
    assert isinstance(loaded[0], Conversation)
    assert isinstance(loaded[-1], Conversation)


def test_utf16_is_read_as_a_document_and_not_as_lines() -> None:
    data = f'{{"turns": [{AGENT}]}}'.encode("utf-16")
    assert one("x.json", data).draft.text == "Hi"
    assert errors("x.jsonl", data) == [
        "x.jsonl:1:1: JSON Lines are UTF-8, this file is UTF-16 or UTF-32; save it as UTF-8"
    ]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ('{"turns": [\n{"role": "bot", "text": ""}]}', f"2:10: turns[0].role: 'bot' {NO_ROLE}"),
        ('{"turns": [{"role": ["agent"]}]}', f'1:21: turns[0].role: ["agent"] {NO_ROLE}'),
        ('{"turns": [{"text": "x"}]}', "1:12: turns[0].role: missing; use customer or agent"),
        ('{"turns": [{"role": "agent"}]}', "1:12: turns[0].text: missing; give what was written"),
        ('{"turns": [{"role": "agent", "text": 3}]}', "1:38: turns[0].text: not text; give what was written"),
        ('{"turns": ["Hi"]}', f"1:12: turns[0]: not an object; {SHAPE}"),
        ('{"turns": "Hi"}', f"1:11: turns: not a list; {SHAPE}"),
        (
            '{"turns": []}',
            "1:11: turns: no turn of an agent, so there is no reply to lint; give it a turn with role agent",
        ),
        ('{"channel": "fax", "turns": [A]}', "1:13: channel: 'fax' is none of email, chat, social, review"),
        (
            '{"turns": [A],\n "situation": "angry"}',
            "2:15: situation: 'angry' is none of upset, problem, request, good-news, notice, unknown",
        ),
        ('{"id": [1], "turns": [A]}', f"1:8: id: [1] {NO_TEXT}"),
        ('{"customer_name": {}, "turns": [A]}', f"1:19: customer_name: {{}} {NO_TEXT}"),
        ('{"turns": [{"role": "agent", "text": "", "at": 5}]}', f"1:48: turns[0].at: 5 {NO_TEXT}"),
        ('{"name": "calm", "version": 3}', NO_RECORD.format(SHAPE)),
        ("[1, 2]", NO_RECORD.format(SHAPE)),
        ('"turns"', NO_RECORD.format(SHAPE)),
        ('{"turns": [\n}', "2:1: not JSON: expecting value; correct it or exclude the file"),
        ("", "1:1: not JSON: expecting value; correct it or exclude the file"),
        ("[" * 100_000, "1:1: JSON nested too deeply to be a conversation record; exclude it"),
        ("9" * 5000, "1:1: JSON with a number too long to read; exclude it or write the number as text"),
        ('{"turns": [{"role": "\\n\\u0007", "text": ""}]}', f"1:21: turns[0].role: '\\n\\x07' {NO_ROLE}"),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_their_place(document: str, message: str) -> None:
    assert errors("x.json", document.replace("A", AGENT)) == [f"x.json:{message}"]


def test_a_bad_record_of_a_list_leaves_the_others() -> None:
    loaded = list(load("x.json", f'[{{"turns": [{AGENT}]}},\n {{"turns": [{{"role": "bot"}}]}}, 3]'.encode()))
    assert isinstance(loaded[0], Conversation)
    assert [str(error) for error in loaded[1:]] == [
        "x.json:2:22: [1].turns[0].role: 'bot' is neither customer nor agent; use one of these",
        f"x.json:2:32: [2]: not an object; {SHAPE}",
    ]


VALUES = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


@hypothesis.given(VALUES, st.booleans(), st.sampled_from([None, 1]))
def test_the_place_of_a_value_holds_that_value(value: object, ascii_only: bool, indent: int | None) -> None:  # noqa: FBT001 - drawn
    document = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    for path, span in places(document).items():
        wanted = value
        for key in path:
            assert isinstance(wanted, list | dict)
            wanted = wanted[key]  # type: ignore[index] # the path fits the value
        assert json.loads(document[span.start : span.end]) == wanted


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=50)


@hypothesis.given(TEXTS, st.booleans())
def test_every_character_of_a_json_string_has_its_place(text: str, ascii_only: bool) -> None:  # noqa: FBT001 - drawn
    document = "  " + json.dumps(text, ensure_ascii=ascii_only)
    shown, offsets = string(document, Span(2, len(document)))
    assert shown == text
    for at, character in enumerate(text):
        span = offsets.to_raw(Span(at, at + 1))
        assert json.loads(f'"{document[span.start : span.end]}"') == character
        assert offsets.is_verbatim(Span(at, at + 1)) == (document[span.start : span.end] == character)


@hypothesis.given(st.lists(TEXTS, min_size=1, max_size=4), st.booleans(), st.sampled_from([None, 2]))
def test_the_texts_of_a_record_come_back(texts: list[str], ascii_only: bool, indent: int | None) -> None:  # noqa: FBT001 - drawn
    turns = [{"role": "customer", "text": text} for text in texts[1:]] + [{"text": texts[0], "role": "agent"}]
    conversation = one("x.json", json.dumps({"turns": turns}, ensure_ascii=ascii_only, indent=indent))
    check_map(conversation)
    assert [turn.text for turn in conversation.turns][-len(turns) :] == [turn["text"] for turn in turns]


@hypothesis.given(st.text("calm down&<>\"'\n😀é", max_size=30))
def test_html_in_a_json_string_is_mapped_through_both(words: str) -> None:
    page = words.replace("&", "&amp;").replace("<", "&lt;").replace("calm", "<b>calm</b>")
    document = json.dumps({"body": page})
    text, inner = string(document, places(document)["body",])
    shown, layout, *_ = seen(text)
    offsets = layout.through(inner)
    assert offsets.length == len(shown)
    for at, character in enumerate(shown):
        if character.isspace():
            continue
        span = offsets.to_raw(Span(at, at + 1))
        there = json.loads(f'"{document[span.start : span.end]}"')
        assert there in {character, {"&": "&amp;", "<": "&lt;"}.get(character)}
        assert offsets.is_verbatim(Span(at, at + 1)) == (document[span.start : span.end] == character)
