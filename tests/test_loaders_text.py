"""Plain text and Markdown: the text is the file, so that every place in it is its own."""

from __future__ import annotations

import hypothesis
import pytest
from hypothesis import strategies as st

from calmlint.reply import SegmentKind
from calmlint.source import Position
from tests.loading import check_map, errors, marked, one, place, source_of

CODE, LINK, QUOTE = SegmentKind.CODE, SegmentKind.LINK, SegmentKind.QUOTE


def test_plain_text_is_the_reply_as_it_is() -> None:
    conversation = one("reply.txt", "Hi Bob,\r\n\r\nplease calm down.\r\n")
    assert conversation.draft.text == "Hi Bob,\r\n\r\nplease calm down.\r\n"
    assert place(conversation, "calm down") == (3, 8)
    assert conversation.turns == (conversation.draft,)


def test_a_byte_order_mark_is_no_column() -> None:
    assert place(one("reply.txt", b"\xef\xbb\xbfcalm down"), "calm") == (1, 1)
    assert place(one("reply.txt", "Hi,\ncalm down".encode("utf-16")), "calm") == (2, 1)


def test_quoted_text_is_the_customers_turn_at_its_own_place() -> None:
    text = (
        "Hi Bob,\n\nsorry.\n\nOn Mon, 5 Jan 2026 at 10:00, Bob <bob@example.com> wrote:\n> It broke\n> twice 😀 now.\n"
    )
    conversation = one("reply.txt", text)
    customer, draft = conversation.turns
    assert (customer.role, customer.text) == ("customer", "It broke\ntwice 😀 now.")
    assert draft.text == text
    assert place(conversation, "broke", customer) == (6, 6)
    assert place(conversation, "now", customer) == (7, 11)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"Hi\nB\xffb", "a.txt:2:2: not UTF-8 text; save the file as UTF-8"),
        (b"Hi\nBo\0b", "a.txt:2:3: holds NUL bytes, so it is no text file; exclude it"),
    ],
    ids=["undecodable", "binary"],
)
def test_bytes_that_are_no_text_are_one_error(data: bytes, message: str) -> None:
    assert errors("a.txt", data) == [message]


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("Run `calm down` now.", [("`calm down`", CODE)]),
        ("Run `` a`b `` now.", [("`` a`b ``", CODE)]),
        ("One ` and ``two`` and ` three.", [("` and ``two`` and `", CODE)]),
        ("One ` alone.", []),
        ('See [our page](https://x.example/a_(b) "T").', [('(https://x.example/a_(b) "T")', LINK)]),
        ("![alt](x.png)", [("(x.png)", LINK)]),
        ("See https://x.example/calm, or www.y.example.", [("https://x.example/calm", LINK), ("www.y.example", LINK)]),
        ("See (https://x.example/b_(c)).", [("https://x.example/b_(c)", LINK)]),
        ("Mail <mailto:a@x.example>.", [("<mailto:a@x.example>", LINK)]),
        ("[1]: https://x.example", [("https://x.example", LINK)]),
        ("`https://x.example` and [`a`](b)", [("`https://x.example`", CODE), ("`a`", CODE), ("(b)", LINK)]),
        ("Hi <!-- calmlint: disable=x --> Bob", [("<!-- calmlint: disable=x -->", CODE)]),
        ("a\n<!-- one\n\ntwo -->\nb", [("<!-- one\n\ntwo -->", CODE)]),
        ("a\n\n```sh\n> x\n```\nb", [("```sh\n> x\n```\n", CODE)]),
        ("~~~\n```\n~~~\nb", [("~~~\n```\n~~~\n", CODE)]),
        ("a\n\n```\nnever closed", [("```\nnever closed", CODE)]),
        ("a\n\n    code\n\n    more\nb", [("    code\n\n    more\n", CODE)]),
        ("a\n    goes on", []),
        ("- a\n\n    still the item", []),
        ("> one\n> two\nmine", [("> one\n> two\n", QUOTE)]),
        ("> one\n\n> two\n", [("> one\n", QUOTE), ("> two\n", QUOTE)]),
        ("    code\n> one\n    code", [("    code\n", CODE), ("> one\n", QUOTE), ("    code", CODE)]),
    ],
)
def test_markdown_marks(text: str, marks: list[tuple[str, SegmentKind]]) -> None:
    conversation = one("reply.md", text)
    assert conversation.draft.text == text
    assert marked(conversation) == marks


def test_front_matter_states_what_is_known() -> None:
    text = "---\ntitle: x\nsituation: good-news # sent\nchannel: 'email'\ncustomer_name: Ann O'Hara\n---\nHi Ann\n"
    conversation = one("reply.md", text)
    assert (conversation.situation, conversation.channel) == ("good-news", "email")
    assert conversation.customer_name == "Ann O'Hara"
    assert marked(conversation) == [(text[: text.index("Hi")], CODE)]
    assert place(conversation, "Hi Ann") == (7, 1)


@pytest.mark.parametrize(
    "text", ["---\nsituation: upset\n\nHi", "---\nchannel: tv\nHi", "Hi\n---\nsituation: upset\n---\n", "----\nHi"]
)
def test_a_rule_across_the_page_is_no_front_matter(text: str) -> None:
    conversation = one("reply.md", text)
    assert conversation.situation is None
    assert marked(conversation) == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "situation: angry",
            "r.md:2:12: situation: 'angry' is none of upset, problem, request, good-news, notice, unknown",
        ),
        ("channel:  fax", "r.md:2:11: channel: 'fax' is none of email, chat, social, review"),
    ],
)
def test_front_matter_states_only_what_there_is(line: str, message: str) -> None:
    assert errors("r.md", f"---\n{line}\n---\nHi") == [message]


def test_a_markdown_quote_is_the_customers_turn() -> None:
    conversation = one("r.md", "> It *broke*\n\nSorry.\n")
    customer, _ = conversation.turns
    assert customer.text == "It *broke*"
    assert place(conversation, "broke", customer) == Position(1, 7)


@hypothesis.given(st.text("ab`~[]()<>!- \n\t>*1.#:/h", max_size=80))
def test_markdown_marks_stand_in_order_and_in_the_text(text: str) -> None:
    conversation = one("r.md", text)
    check_map(conversation)
    end = 0
    for span, _ in conversation.draft.marks:
        assert end <= span.start < span.end <= len(text)
        end = span.end
    assert source_of(conversation).text == text
