"""Which part of a reply each stretch is, and where its sentences end."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmlint.conversation import Turn
from calmlint.quotation import quoted_words
from calmlint.reply import Mark, OffsetMap, Reply, SegmentKind
from calmlint.segment import segment
from calmlint.source import Source, Span

if TYPE_CHECKING:
    from pathlib import Path

SUBJECT, GREETING, BODY, LIST = SegmentKind.SUBJECT, SegmentKind.GREETING, SegmentKind.BODY, SegmentKind.LIST
QUOTE, CODE, SIGNATURE = SegmentKind.QUOTE, SegmentKind.CODE, SegmentKind.SIGNATURE
LINK, PLACEHOLDER = SegmentKind.LINK, SegmentKind.PLACEHOLDER
UNSPOKEN = (QUOTE, CODE)


def parts(text: str, marks: tuple[Mark, ...] = ()) -> list[tuple[str, str]]:
    """Each segment as its kind and the line:column where it starts and ends."""
    reply = segment(Turn("agent", text, marks=marks))
    source = Source("reply.txt", text)
    places = []
    for part in reply.segments:
        (line, column), (end_line, end_column) = source.position(part.span.start), source.position(part.span.end)
        places.append((str(part.kind), f"{line}:{column}-{end_line}:{end_column}"))
    return places


def spoken(text: str, kind: SegmentKind = BODY) -> list[str]:
    """The sentences of all segments of a kind."""
    reply = segment(Turn("agent", text))
    spans = [sentence for part in reply.segments if part.kind == kind for sentence in part.sentences]
    return [text[span.start : span.end] for span in spans]


def text_of(text: str, kind: SegmentKind) -> str | None:
    """The text of the first segment of a kind."""
    part = segment(Turn("agent", text)).first(kind)
    return text[part.span.start : part.span.end] if part else None


def inline(text: str, kind: SegmentKind, marks: tuple[Mark, ...] = ()) -> list[str]:
    """The inline stretches of a kind."""
    reply = segment(Turn("agent", text, marks=marks))
    return [text[mark.span.start : mark.span.end] for mark in reply.inline if mark.kind == kind]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Your refund is on its way.", [("body", "1:1-1:27")], id="one-line"),
        pytest.param(
            "Hi Tom, thanks for waiting.\nIt ships today.\n\nKind regards,\nSam\nAcme Support\n",
            [("greeting", "1:1-1:8"), ("body", "1:9-2:16"), ("signature", "4:1-6:13")],
            id="greeting-shares-its-line",
        ),
        pytest.param(
            "Please try this:\n\n1. Open the lid.\n2. Press the red button, the one that you will find under\n"
            "the lid.\n\n- one\n* two\n\nThen tell me.",
            [("body", "1:1-1:17"), ("list", "3:1-3:17"), ("list", "4:1-5:9"), ("list", "7:1-7:6"), ("list", "8:1-8:6"),
             ("body", "10:1-10:14")],
            id="one-segment-a-list-item",
        ),
        pytest.param(
            "> When will it come?\n\nTomorrow.\n\n> And where to?\n> > Home?\nTo your home.",
            [("quote", "1:1-1:21"), ("body", "3:1-3:10"), ("quote", "5:1-6:10"), ("body", "7:1-7:14")],
            id="answers-between-quoted-lines-are-the-agents",
        ),
        pytest.param(
            "It is fixed.\n\nSam\n\nOn Tue, 3 May 2022 at 10:00, Jane Doe\n<jane@example.com> wrote:\n\n> It broke.\n",
            [("body", "1:1-1:13"), ("signature", "3:1-3:4"), ("quote", "5:1-8:12")],
            id="attribution-wrapped-over-two-lines",
        ),
        pytest.param(
            "It is fixed.\n\nAm 03.05.2022 um 10:00 schrieb Jane Doe <jane@example.com>:\n> Kaputt.",
            [("body", "1:1-1:13"), ("quote", "3:1-4:10")],
            id="german-attribution",
        ),
        pytest.param(
            "It is fixed.\n\nLe mar. 3 mai 2022 à 10:00, Jane Doe <jane@example.com> a\nécrit :\n> Cassé.",
            [("body", "1:1-1:13"), ("quote", "3:1-5:9")],
            id="french-attribution",
        ),
        pytest.param(
            "Done.\n\nFrom: Jane <jane@example.com>\nSent: Monday\nTo: Help\nSubject: Broken\n\nHello,\n\nit broke.",
            [("body", "1:1-1:6"), ("quote", "3:1-10:10")],
            id="all-that-follows-an-outlook-header-is-quoted",
        ),
        pytest.param(
            "Fertig.\n\n________________________________\nVon: Jane <jane@example.com>\nGesendet: Montag\nAn: Hilfe\n"
            "Betreff: Kaputt\n\nEs ist kaputt.",
            [("body", "1:1-1:8"), ("quote", "3:1-9:15")],
            id="german-outlook-header-under-a-rule",
        ),
        pytest.param(
            "Done.\n\n-----Original Message-----\nIt broke.\n\nPlease help.",
            [("body", "1:1-1:6"), ("quote", "3:1-6:13")],
            id="original-message",
        ),
        pytest.param(
            "Your trip:\nFrom: Berlin\nTo: Paris\nDate: 3 May\n\nHave fun!",
            [("body", "1:1-4:12"), ("body", "6:1-6:10")],
            id="an-itinerary-is-no-mail-header",
        ),
        pytest.param(
            'On Tuesday you wrote: "it broke".\nWe mended it.',
            [("body", "1:1-2:14")],
            id="you-wrote-is-no-attribution",
        ),
        pytest.param(
            "Run this:\n```\nreset --all\n\nreboot\n```\nand wait.",
            [("body", "1:1-1:10"), ("code", "2:1-6:4"), ("body", "7:1-7:10")],
            id="fenced-code",
        ),
        pytest.param(
            'We saw this:\n\nTraceback (most recent call last):\n  File "x.py", line 3, in f\n    f()\n'
            "ValueError: bad\n\nIt is mended.",
            [("body", "1:1-1:13"), ("code", "3:1-6:16"), ("body", "8:1-8:14")],
            id="stack-trace",
        ),
        pytest.param(
            "It is mended.\n\nSam\n\nThis e-mail is confidential and meant for the addressee only.\n\nAcme Ltd.",
            [("body", "1:1-1:14"), ("signature", "3:1-7:10")],
            id="legal-footer",
        ),
        pytest.param(
            "Yes.\n\n-- \nSam Doe\nAcme\n",
            [("body", "1:1-1:5"), ("signature", "3:1-5:5")],
            id="signature-delimiter",
        ),
        pytest.param(
            "Yes.\n\n--\nYou can read more of it below, as we promised.\nWe have written it down for you.\n"
            "Please read it with care.\nIt is long.",
            [("body", "1:1-1:5"), ("body", "3:1-7:12")],
            id="two-dashes-above-text-are-a-divider",
        ),
        pytest.param(
            "It ships today.\n\nBest,\nSam\n\nPS: I'm sorry about the box.",
            [("body", "1:1-1:16"), ("signature", "3:1-4:4"), ("body", "6:1-6:29")],
            id="a-postscript-is-the-agents-words",
        ),
        pytest.param(
            "@jane_doe Hi there! It ships today. ^JL",
            [("greeting", "1:1-1:20"), ("body", "1:21-1:36"), ("signature", "1:37-1:40")],
            id="social-post",
        ),
        pytest.param(
            "It ships today. Thanks, Sam",
            [("body", "1:1-1:16"), ("signature", "1:17-1:28")],
            id="sign-off-at-the-end-of-a-chat-line",
        ),
        pytest.param(
            "Thanks for your patience, it ships today.\n\nThanks for your order,\nSam",
            [("body", "1:1-1:42"), ("body", "3:1-3:23"), ("signature", "4:1-4:4")],
            id="thanks-for-something-is-no-sign-off",
        ),
        pytest.param("We mended it.\nSTOP SHOUTING", [("body", "1:1-2:14")], id="shouting-is-no-name"),
        pytest.param("Hi Tom,\r\n\r\nDone.\r\n", [("greeting", "1:1-1:8"), ("body", "3:1-3:6")], id="crlf"),
        pytest.param(" \n\t\n", [], id="blank"),
    ],
)  # fmt: skip
def test_each_part_has_its_place(text: str, expected: list[tuple[str, str]]) -> None:
    assert parts(text) == expected


@pytest.mark.parametrize(
    ("text", "greeting"),
    [
        ("Good morning Mrs. van der Berg! How are you?", "Good morning Mrs. van der Berg!"),
        ("Hello Hameed. Try this.", "Hello Hameed."),
        ('Hi {{ name | default: "there" }}, it ships.', 'Hi {{ name | default: "there" }},'),
        ("Dear [CUSTOMER NAME]\n\nIt ships.", "Dear [CUSTOMER NAME]"),
        ("Dear Valued Guest:\n\nThank you.", "Dear Valued Guest:"),
        ("Hi we are sorry.", "Hi"),
        ("hi tom, it ships", "hi tom,"),
        ("Hi, Chris! It ships.", "Hi, Chris!"),
        ("Hey Jean-Luc and Anna 👋\nIt ships.", "Hey Jean-Luc and Anna 👋"),
        ("Hello! Dear Tom, it ships.", "Hello! Dear Tom,"),
        ("Attn: Ms Lind\nNordkonf AB\n\nBonjour Madame Lind,\n\nIt ships.", "Bonjour Madame Lind,"),
        ("Sehr geehrte Damen und Herren,\n\nEs ist da.", "Sehr geehrte Damen und Herren,"),
        ("Simone,\n\nIt ships.", "Simone,"),
        ("@jane @joe It ships.", "@jane @joe"),
        ("Dear me, that is bad.", None),
        ("Good news, Tom! It ships.", None),
        ("Unfortunately,\nit is late.", None),
        ("High prices are not our aim.", None),
        ("Hidden fees are not our style.", None),
    ],
)
def test_the_greeting_ends_where_the_message_begins(text: str, greeting: str | None) -> None:
    assert text_of(text, GREETING) == greeting


@pytest.mark.parametrize(
    ("ending", "signature"),
    [
        ("With admiration,\nMarlene Botha", "With admiration,\nMarlene Botha"),
        ("Cheers Sam", "Cheers Sam"),
        ("Many thanks", "Many thanks"),
        ("Thanks & Regards\nRajesh Mehta\nGeneral Manager", "Thanks & Regards\nRajesh Mehta\nGeneral Manager"),
        ("Love from all of us,\nMarguerite", "Love from all of us,\nMarguerite"),
        ("Thx\nIT desk, Halvorsen", "Thx\nIT desk, Halvorsen"),
        ("Thanks again and kind regards,\nSam", "Thanks again and kind regards,\nSam"),
        ("Cheers 🎉\nSam", "Cheers 🎉\nSam"),
        ("— Front desk", "— Front desk"),
        ("Freya at Saltwater Roasters", "Freya at Saltwater Roasters"),
        ("-Sam", "-Sam"),
        ("~ Ro", "~ Ro"),
        ("Team Acme", "Team Acme"),
        ("Mit freundlichen Grüßen\nJan Groß", "Mit freundlichen Grüßen\nJan Groß"),
        ("Bien à vous,\nLucien", "Bien à vous,\nLucien"),
        (
            "Regards,\nSam\n+44 20 7946 0000\nhttps://example.com",
            "Regards,\nSam\n+44 20 7946 0000\nhttps://example.com",
        ),
        ("Best,\n{{ agent.name }}\n{{ company }}", "Best,\n{{ agent.name }}\n{{ company }}"),
        ("Sent from my iPhone", "Sent from my iPhone"),
        ("Thanks!\nSam\n\nSent from my iPhone", "Thanks!\nSam\n\nSent from my iPhone"),
        ("Best of all, it is free.", None),
        ("Sorry again,\nit was us.", None),
        ("- a saw\n- a hammer", None),
        ("Is it the blue one?", None),
        ("Please Wait", None),
    ],
)
def test_the_signature_begins_at_the_sign_off(ending: str, signature: str | None) -> None:
    assert text_of(f"Hi Tom,\n\nYour parcel ships today.\n\n{ending}\n", SIGNATURE) == signature


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We met Mr. Lee, Dr. Roe and Prof. Poe. They agree.",
         ["We met Mr. Lee, Dr. Roe and Prof. Poe.", "They agree."]),
        ("Send a photo, e.g. of the label, etc. by mail.", ["Send a photo, e.g. of the label, etc. by mail."]),
        ("It is No. 5 of 7. No. We can't.", ["It is No. 5 of 7.", "No.", "We can't."]),
        ("We open at 9 a.m. on Monday. We close at 5 p.m. You can call.",
         ["We open at 9 a.m. on Monday.", "We close at 5 p.m.", "You can call."]),
        ("It costs $4.50, i.e. 3.2 % of it. Fine?", ["It costs $4.50, i.e. 3.2 % of it.", "Fine?"]),
        ("See https://example.com/a?b=c.d. Then call.", ["See https://example.com/a?b=c.d.", "Then call."]),
        ("Start at https://example.com/a We can help.", ["Start at https://example.com/a", "We can help."]),
        ("Write to ann.lee@example.co.uk! We answer.", ["Write to ann.lee@example.co.uk!", "We answer."]),
        ("Well... maybe not. Hmm... We'll see.", ["Well... maybe not.", "Hmm...", "We'll see."]),
        ("sorry about that. i've sent a new one", ["sorry about that.", "i've sent a new one"]),
        ("It ships today! 🎉🎉 Enjoy it.", ["It ships today! 🎉🎉", "Enjoy it."]),
        ("It works 🙂 We checked.", ["It works 🙂", "We checked."]),
        ("You wrote “It broke.” and we mended it.", ["You wrote “It broke.” and we mended it."]),
        ("(It is late.) We know.", ["(It is late.)", "We know."]),
        ("This line was wrapped by hand after seventy columns of text or so, and\nit goes on. Here.",
         ["This line was wrapped by hand after seventy columns of text or so, and\nit goes on.", "Here."]),
        ("This line was wrapped by hand after about seventy columns, so that\nMonday stands in the next.",
         ["This line was wrapped by hand after about seventy columns, so that\nMonday stands in the next."]),
        ("Your order\nBlue shirt\nRed shirt", ["Your order", "Blue shirt", "Red shirt"]),
        ("What we need:\nyour name", ["What we need:", "your name"]),
        ("Why?! That is odd. Really?", ["Why?!", "That is odd.", "Really?"]),
        ("1. Open it. 2. Close it.", ["1. Open it.", "2. Close it."]),
        ("Made by Acme Inc. in the U.K. for J. Doe. The end.",
         ["Made by Acme Inc. in the U.K. for J. Doe.", "The end."]),
    ],
)  # fmt: skip
def test_sentences(text: str, expected: list[str]) -> None:
    kind = LIST if text.startswith("1.") else BODY
    assert [" ".join(sentence.split(" ")) for sentence in spoken(text, kind)] == expected


def test_a_blank_line_ends_a_sentence() -> None:
    assert spoken("It is on its way to\n\nyour home") == ["It is on its way to", "your home"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See https://example.com/a_(b). Or (www.example.com).", ["https://example.com/a_(b)", "www.example.com"]),
        ("Write to ann.lee+x@example.co.uk, please.", ["ann.lee+x@example.co.uk"]),
        ("Ask @ann or me@home.", []),
    ],
)
def test_links(text: str, expected: list[str]) -> None:
    assert inline(text, LINK) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Your {{ order.id }} and {{{raw}}} and {order_id}", ["{{ order.id }}", "{{{raw}}}", "{order_id}"]),
        ("Your [ORDER ID], %TRACKING_NO% and <ORDER_ID>", ["[ORDER ID]", "%TRACKING_NO%", "<ORDER_ID>"]),
        ("Your ((field)), ${a.b}, #{a} and %{a}", ["((field))", "${a.b}", "#{a}", "%{a}"]),
        ("Your {% if x %} and *|FNAME|*", ["{% if x %}", "*|FNAME|*"]),
        ("100% of 50%, [sic], [I](http://x.y), a < b > c, ((as we said before, it ships))", []),
        ("{{ never closed " + "x" * 300 + "}}", []),
    ],
)
def test_placeholders(text: str, expected: list[str]) -> None:
    assert inline(text, PLACEHOLDER) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('You said "it broke" and “it hurt”.', ['"it broke"', "“it hurt”"]),
        ("«Oui», „Nein“ und ‘don’t’", ["«Oui»", "„Nein“", "‘don’t’"]),
        ("Tap 'Settings' now; it's the customers' choice.", ["'Settings'"]),
        ('The 15" screen and "it"', ['"it"']),
        ("'til the boys' toys", []),
        ('A "lone sign\n\nand "another', []),
        ('“He said "no" twice”', ['“He said "no" twice”']),
        ('"' + "x" * 500 + '"', []),
    ],
)
def test_quoted_speech(text: str, expected: list[str]) -> None:
    assert inline(text, QUOTE) == expected


def test_inline_code() -> None:
    assert inline("Type `reset --all` and ` wait", CODE) == ["`reset --all`"]


def test_what_the_file_states_wins() -> None:
    text = "Refund\nThey said it broke\nKind regards and more\nsee here now"
    marks = (Mark(Span(0, 6), SUBJECT), Mark(Span(7, 25), QUOTE), Mark(Span(26, 47), BODY), Mark(Span(52, 56), LINK))
    assert parts(text, marks) == [
        ("subject", "1:1-1:7"),
        ("quote", "2:1-2:19"),
        ("body", "3:1-3:22"),
        ("body", "4:1-4:13"),
    ]
    assert inline(text, LINK, marks) == ["here"]


def test_a_stated_link_wins_over_a_guess_that_it_touches() -> None:
    text = "See https://example.com/a/b today"
    marks = (Mark(Span(4, 25), LINK),)
    assert inline(text, LINK, marks) == ["https://example.com/a"]


def test_an_attribution_belongs_to_the_stated_quote_below_it() -> None:
    text = "Done.\nOn Tuesday, Jane wrote:\nIt broke."
    assert parts(text, (Mark(Span(30, 39), QUOTE),)) == [("body", "1:1-1:6"), ("quote", "2:1-3:10")]


def test_the_customers_words_are_found_in_the_quote() -> None:
    text = "Done.\n\nOn 3 May 2022, Jane <j@example.com> wrote:\n> Hello,\n> it broke.\n>\n> > Old\n> Jane\n"
    turn = quoted_words(text, OffsetMap.identity(len(text), 100))
    assert turn is not None
    assert turn.role == "customer"
    assert turn.text == "Hello,\nit broke.\n\nJane"
    assert turn.offsets is not None
    start = text.index("broke")
    assert turn.offsets.to_raw(Span(10, 15)) == Span(100 + start, 100 + start + 5)


def test_the_customers_words_below_mail_headers() -> None:
    text = (
        "Done.\n\nFrom: Jane <j@example.com>\nSent: Monday\nTo: Help\nSubject: Broken\n\nIt broke.\n\nHelp!\n\n"
        "From: Help <h@example.com>\nSent: Sunday\nTo: Jane\nSubject: Hello\n\nWelcome.\n"
    )
    turn = quoted_words(text)
    assert turn is not None
    assert turn.text == "It broke.\n\nHelp!"


def test_no_customers_words_where_nothing_is_quoted() -> None:
    assert quoted_words("Done.\n\nKind regards,\nSam") is None


def test_only_the_first_level_of_stated_quotes_is_the_customers() -> None:
    text = "Done.\nIt broke.\nWelcome.\nThanks."
    marks = (Mark(Span(6, 32), QUOTE), Mark(Span(16, 24), QUOTE))
    turn = quoted_words(text, None, marks)
    assert turn is not None
    assert turn.text == "It broke.\n\nThanks."


FRAGMENTS = (
    "Hi Tom", "Dear", ",", ".", "!", "...", "\n", "\n\n", "\r\n", " ", "    ", "\u2028", "\u00a0", "> ", ">", "x",
    "etc.",
    "On 3 May 2020, a b <a@b.c> wrote:", " wrote:", "Kind regards", "- ", "1. ", "•", "Tom", "^JL", "@ab", "PS: hi",
    "--",
    "From: a@b.c", "To: c", "Subject: d", "-----Original Message-----", "Sent from my iPhone",
    "This e-mail is confidential",
    "{{x}}", "{{", "<A_B>", "((a))", "%AB%", "http://a.b/c)", "www.", '"', "'", "“", "”", "```", "`", "🙂", ":)",
    "(", ")",
)  # fmt: skip


@st.composite
def turns(draw: st.DrawFn) -> Turn:
    """Turns of odd text, with odd marks."""
    pieces = st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=5))
    text = "".join(draw(st.lists(pieces, max_size=20)))
    places = st.integers(0, len(text))
    spans = st.tuples(places, places).map(lambda ends: Span(min(ends), max(ends)))
    marks = draw(st.lists(st.builds(Mark, spans, st.sampled_from(SegmentKind)), max_size=4))
    return Turn("agent", text, marks=tuple(marks))


def check_cover(text: str, spans: list[Span], within: Span) -> None:
    """Spans in order, apart, trimmed and not blank, that cover all of `within` but white space."""
    at = within.start
    for span in spans:
        assert at <= span.start < span.end <= within.end
        assert text[at : span.start].strip() == ""
        words = text[span.start : span.end]
        assert words == words.strip()
        at = span.end
    assert text[at : within.end].strip() == ""


def check_reply(reply: Reply) -> None:
    text = reply.text
    check_cover(text, [part.span for part in reply.segments], Span(0, len(text)))
    for part in reply.segments:
        if part.kind in UNSPOKEN:
            assert part.sentences == ()
        else:
            check_cover(text, list(part.sentences), part.span)
    for mark in reply.inline:
        assert mark.span.start < mark.span.end
        assert any(part.span.contains(mark.span) for part in reply.segments)


@given(turns())
def test_segments_and_sentences_cover_every_text(turn: Turn) -> None:
    check_reply(segment(turn))


@given(turns())
def test_the_customers_words_stand_where_the_map_says(turn: Turn) -> None:
    words = quoted_words(turn.text, None, turn.marks)
    if words is None:
        return
    assert words.offsets is not None
    assert words.offsets.length == len(words.text)
    for piece in words.offsets.pieces:
        if piece.verbatim:
            clean = words.text[piece.clean.start : piece.clean.end]
            assert clean == turn.text[piece.raw.start : piece.raw.end]


def test_real_mail_is_covered_too(shared: Path) -> None:
    files = [path for path in sorted((shared / "mail").rglob("*")) if path.is_file()]
    assert files
    for path in files:
        text = path.read_bytes().decode("utf-8", "replace")
        check_reply(segment(Turn("agent", text)))
        quoted_words(text)


@pytest.mark.parametrize(
    "unit",
    [">", "> ", ">\n", "<", "{{", "{{x ", "[", "((", "On a, b", "On a, b\n", "\n", " ", '"', ' "a', "'", " 'a", "@",
     "a@",
     "!", "a. ", ":) ", "http://", "http://a.b/)]", "`", "```\n", "From: \n", "Best,\n", "-", "- a\n", "Tom\n\n",
     "“a "],
)  # fmt: skip
def test_no_text_makes_it_slow(unit: str) -> None:
    def seconds(length: int) -> float:
        text = (unit * length)[:length]
        begun = time.process_time()
        segment(Turn("agent", text))
        quoted_words(text)
        return time.process_time() - begun

    ordinary = "Thank you for waiting, Tom. Your parcel ships today, and I'll write to you on Friday.\n\n"
    allowed = 0.05
    begun = time.process_time()
    segment(Turn("agent", (ordinary * 1000)[:20_000]))
    usual = time.process_time() - begun
    assert seconds(20_000) < 30 * usual + allowed
