"""HTML: what a browser shows, and each character at its place in the document."""

from __future__ import annotations

import html

import hypothesis
import pytest
from hypothesis import strategies as st

from calmlint.loaders.html import seen
from calmlint.reply import SegmentKind
from calmlint.source import Span
from tests.loading import check_map, errors, marked, one, place, raw, source_of

CODE, QUOTE, SIGNATURE = SegmentKind.CODE, SegmentKind.QUOTE, SegmentKind.SIGNATURE


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ("<p>Hi  Bob,\n there</p>\n\n<p>sorry</p>", "Hi Bob, there\n\nsorry"),
        ("a<br>b<br/>\nc", "a\nb\nc"),
        ("<div>a</div><div><br></div><div>b</div>", "a\n\nb"),
        ("<div>a<br></div><div>b</div>", "a\nb"),
        ("a <b> b</b>  <i>c</i>", "a b c"),
        ("calm<b>down</b>", "calmdown"),
        ("<ul><li>one</li><li><p>two</p></li></ul>end", "- one\n\n- two\n\nend"),
        ("<ul>\n <li>one\n <ul><li>deep</ul>\n <li>two</ul>", "- one\n- deep\n- two"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("it&#39;s &amp; &lt;b&gt; &eacute;&#x1F600;", "it's & <b> é😀"),
        ("a&nbsp;b\xa0c &nbsp; d", "a b c   d"),
        ("AT&T &foo; &copy=1 a &  b &", "AT&T &foo; ©=1 a & b &"),
        ("a < b <3 c", "a < b <3 c"),
        ("Dear <<first name>>, <<x", "Dear <<first name>>, <"),
        ("a<!-- no --> b<!---->c<!-->d", "a bcd"),
        ("<!doctype html><html><head><title>no</title><style>no</style></head><body>yes</body></html>", "yes"),
        ("a<script>if (a < b) '</p>'</script>b<template><p>no</p></template>c", "abc"),
        ("<![if !mso]>a<![endif]><?xml no?></>b", "ab"),
        ('<div style="display: none;">no <div>no</div></div>yes', "yes"),
        ('<p style="mso-hide:all">no<p>yes<span hidden>no</span>', "yes"),
        ('<a href="http://no.example/a>b">yes</a>', "yes"),
        ("<pre>a\n  b</pre>c", "a\n  b\n\nc"),
        ("<p>a</p><!-- never closed <p>no</p>", "a"),
        ("<p>a</p><p class='never closed", "a"),
        ("</div></p>a</b>", "a"),
        ("", ""),
    ],
)
def test_the_text_a_reader_sees(document: str, text: str) -> None:
    conversation = one("x.html", document)
    assert conversation.draft.text == text
    check_map(conversation)


def test_words_stand_at_their_place() -> None:
    document = "<html>\n<p>Hi&nbsp;😀 <b>Bob</b>,</p>\n<p>it&rsquo;s <i>not</i>\n  our fault</p>\n"
    conversation = one("x.html", document)
    assert conversation.draft.text == "Hi 😀 Bob,\n\nit’s not our fault"
    assert place(conversation, "Bob") == (2, 17)
    assert place(conversation, "our fault") == (4, 3)
    assert raw(conversation, "it’s not our fault") == "it&rsquo;s <i>not</i>\n  our fault"
    assert raw(conversation, "’") == "&rsquo;"
    assert raw(conversation, "Bob") == "Bob"


def test_what_is_verbatim_may_be_edited_and_what_is_not_may_not() -> None:
    text, offsets, *_ = seen("calm&nbsp;down <b>now</b> please")
    for words, verbatim in {"calm": True, "calm down": False, "now": True, "down now": False, "please": True}.items():
        start = text.index(words)
        assert offsets.is_verbatim(Span(start, start + len(words))) is verbatim, words


@pytest.mark.parametrize(
    ("document", "marks"),
    [
        ("a<blockquote>b <blockquote>c</blockquote></blockquote>d", [("b\n\nc", QUOTE)]),
        (
            'a<div class="x gmail_quote">On x, y wrote:<br><blockquote>b</blockquote></div>',
            [("On x, y wrote:\n\nb", QUOTE)],
        ),
        (
            'a<div class="moz-cite-prefix">y wrote:</div><blockquote type=cite>b</blockquote>',
            [("y wrote:", QUOTE), ("b", QUOTE)],
        ),
        ('<div>a<hr><div id="divRplyFwdMsg">From: y</div></div><p>b</p>', [("From: y\n\nb", QUOTE)]),
        ('a<div id="x_appendonsend"></div><hr><p>b</p>', [("b", QUOTE)]),
        ('<blockquote style="margin: 0 0 0 40px; border: none">indented</blockquote>', []),
        ("run <code>x</code> <pre>y</pre>", [("x", CODE), ("y", CODE)]),
        ('a<div class="gmail_signature" data-smartmail="gmail_signature">Ann</div>', [("Ann", SIGNATURE)]),
        (
            'a<div data-smartmail="x">Ann</div><div class=moz-signature>-- <br>B</div>',
            [("Ann", SIGNATURE), ("-- \nB", SIGNATURE)],
        ),
        ("a<blockquote></blockquote>", []),
    ],
)
def test_html_marks(document: str, marks: list[tuple[str, SegmentKind]]) -> None:
    assert marked(one("x.html", document)) == marks


def test_the_quote_is_the_customers_turn_at_its_place() -> None:
    conversation = one("x.html", "<p>Sorry.</p>\n<blockquote><p>It&#39;s <b>broken</b></p></blockquote>")
    customer, _ = conversation.turns
    assert customer.text == "It's broken"
    assert place(conversation, "broken", customer) == (2, 28)


GMAIL = (
    '<div class="gmail_quote"><div class="gmail_attr">On Mon, 5 Jan 2026 at 10:00, Bob &lt;b@x.example&gt; wrote:</div>'
    "{}</div>"
)
OUTLOOK = (
    '<div id="divRplyFwdMsg"><b>From:</b> Bob<br><b>Sent:</b> Monday<br><b>To:</b> Ann<br><b>Subject:</b> x</div>{}'
)


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        (GMAIL.format("<blockquote>It broke<blockquote>We care</blockquote></blockquote>"), "It broke"),
        ("<blockquote>It broke<blockquote>We care</blockquote>twice</blockquote>", "It broke\n\ntwice"),
        (OUTLOOK.format("<p>It broke</p><p>twice</p>"), "It broke\n\ntwice"),
        ('<div id="appendonsend"></div><p>It broke</p>', "It broke"),
        ('<div class="yahoo_quoted">It broke</div>', "It broke"),
    ],
    ids=["gmail", "an answer to an answer", "outlook", "outlook without headers", "yahoo"],
)
def test_the_customers_words_are_the_first_level_without_what_introduces_it(quote: str, words: str) -> None:
    customer, draft = one("x.html", f"<p>Sorry.</p>{quote}").turns
    assert customer.text == words
    assert draft.text.startswith("Sorry.")


def test_an_undecodable_document_is_one_error() -> None:
    assert errors("x.html", b"<p>\n caf\xe9") == ["x.html:2:5: not UTF-8 text; save the file as UTF-8"]


TAGS = [
    "<p>",
    "</p>",
    "<br>",
    "<b>",
    "<li>",
    "<pre>",
    "</pre>",
    "<blockquote>",
    "<!--",
    "-->",
    "&amp;",
    "&#39;",
    "&nbsp;",
]
PIECES = st.sampled_from([*"ab <>&;'\"=/!-\n\xa0é😀", *TAGS, "<div hidden>"])


@hypothesis.given(st.lists(PIECES, max_size=40).map("".join))
def test_every_character_shown_is_one_of_the_document_or_stands_for_one(document: str) -> None:
    conversation = one("x.html", document)
    check_map(conversation)
    draft = conversation.draft
    assert draft.offsets
    source = source_of(conversation).text
    for piece in draft.offsets.pieces:
        shown = draft.text[piece.clean.start : piece.clean.end]
        there = source[piece.raw.start : piece.raw.end]
        if piece.verbatim:
            assert shown == there
        elif shown.strip(" \n-"):
            assert html.unescape(there) == shown
        else:
            assert not there.strip(" \n\xa0") or there.startswith("<br") or html.unescape(there) in {"\xa0", shown}


@hypothesis.given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_escaped_text_comes_back_word_for_word(text: str) -> None:
    shown, offsets, marks, _ = seen(f"<p>{html.escape(text)}</p>")
    assert shown.split() == text.split()
    assert marks == ()
    assert offsets.length == len(shown)
