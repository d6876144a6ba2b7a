"""Mail: encodings, charsets and parts, each word at its place in the file."""

from __future__ import annotations

import base64
import email.policy
import mailbox
import quopri
from email.message import EmailMessage
from typing import TYPE_CHECKING

import hypothesis
import pytest
from hypothesis import strategies as st

from calmlint.conversation import Conversation
from calmlint.loaders import load, transfer
from calmlint.reply import SegmentKind
from calmlint.source import InputError, Position, Span
from tests.loading import check_map, errors, map_of, marked, one, place, raw, raw_span, source_of

if TYPE_CHECKING:
    from pathlib import Path

NO_TEXT = "x.eml:1:1: no text to lint in this message, only headers or attachments; put the reply in its body"
BROKEN = (
    "x.eml:1:1: the parts of this message cannot be found (broken MIME boundary); save it from the mail program again"
)


def part(kind: str, body: str, *headers: str) -> str:
    return "\n".join([f"Content-Type: {kind}", *headers, "", body])


def multipart(kind: str, *parts: str, boundary: str = "b") -> str:
    inside = "".join(f"--{boundary}\n{one}\n" for one in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\n{inside}--{boundary}--\n'


def test_a_plain_message() -> None:
    data = (
        "From: Ann <ann@shop.example>\nTo: Bob Lee <bob@example.com>\nDate: Mon, 5 Jan 2026 10:00:00 +0100\n"
        "Message-ID: <1@shop.example>\nSubject: Your order\n\nHi Bob,\n\ncalm down.\n"
    )
    conversation = one("x.eml", data)
    assert conversation.draft.text == "Your order\n\nHi Bob,\n\ncalm down.\n"
    assert marked(conversation) == [("Your order", SegmentKind.SUBJECT)]
    assert (conversation.channel, conversation.customer_name) == ("email", "Bob Lee")
    assert (conversation.id, conversation.name) == (None, None)
    assert conversation.draft.at == "2026-01-05T10:00:00+01:00"
    assert place(conversation, "order") == (5, 15)
    assert place(conversation, "calm down") == (9, 1)


@pytest.mark.parametrize(
    ("header", "subject"),
    [
        ("Subject: Re: Your order", ""),
        ("SUBJECT: RE: Your order", ""),
        ("Subject: AW: x", ""),
        ("Subject: SV: x", ""),
        ("Subject: Fwd: x", ""),
        ("Subject: Re[2]: x", ""),
        ("Subject: [shop] Re: x", ""),
        ("Subject: =?utf-8?Q?Re=3A_x?=", ""),
        ("Subject:", ""),
        ("Subject: Refund: done", "Refund: done"),
        ("Subject: calm\n  down", "calm down"),
        ("Subject: =?utf-8?B?Y2FsbSBkb3duIPCfmIA=?=", "calm down 😀"),
        ("Subject: =?ISO-8859-1?Q?caf=E9_down?= now", "café down now"),
        ("Subject: =?utf-8?q?calm?=\n =?utf-8?q?_down?=", "calm down"),
        ("Subject: =?x-none?Q?caf=C3=A9?=", "café"),
        ("Subject: café", "café"),
    ],
)
def test_the_subject_is_the_agents_unless_it_answers(header: str, subject: str) -> None:
    conversation = one("x.eml", f"{header}\n\nHi\n")
    assert conversation.draft.text == (f"{subject}\n\nHi\n" if subject else "Hi\n")


def test_words_of_an_encoded_subject_have_their_place() -> None:
    conversation = one("x.eml", "Subject: Hi =?utf-8?Q?caf=C3=A9_calm?=\n =?utf-8?B?IGRvd24=?= now\n\nHello\n")
    assert conversation.draft.text.startswith("Hi café calm down now\n\n")
    assert place(conversation, "é") == (1, 26)
    assert place(conversation, "calm") == (1, 33)
    assert place(conversation, "down") == (2, 12)
    assert place(conversation, "now") == (2, 23)


@pytest.mark.parametrize(
    ("to", "name"),
    [
        ("To: bob@example.com", None),
        ("To: Bob <bob@example.com>, Eve <eve@example.com>", None),
        ('To: "Lee, Bob" <bob@example.com>', "Lee, Bob"),
        ("To: =?iso-8859-1?Q?J=FCrgen?= <j@example.com>", "Jürgen"),
        ('To: "bob@example.com" <bob@example.com>', None),
        ("Cc: Bob <bob@example.com>", None),
    ],
)
def test_the_only_recipient_is_the_customer(to: str, name: str | None) -> None:
    assert one("x.eml", f"{to}\n\nHi\n").customer_name == name


@pytest.mark.parametrize("date", ["", "Date: yesterday\n", "Date: Mon, 99 Foo 2026 99:99:99 +9999\n"])
def test_a_missing_or_broken_date_is_none(date: str) -> None:
    assert one("x.eml", f"From: a@x.example\n{date}\nHi\n").draft.at is None


@pytest.mark.parametrize(
    ("charset", "body", "text"),
    [
        ("; charset=utf-8", "café".encode(), "café"),
        ("; charset=iso-8859-1", b"caf\xe9", "café"),
        ("; charset=iso-8859-1", b"don\x92t", "don’t"),
        ("; charset=windows-1252", b"don\x92t", "don’t"),
        ("; charset=koi8-r", "привет".encode("koi8-r"), "привет"),
        ("; charset=shift_jis", "ソー calm".encode("shift_jis"), "ソー calm"),
        ("; charset=iso-2022-jp", "日本 calm".encode("iso-2022-jp"), "日本 calm"),
        ("; charset=utf-7", b"caf+AOk- calm", "café calm"),
        ("", "café".encode(), "café"),
        ("", b"caf\xe9", "café"),
        ("; charset=x-unknown", "café".encode(), "café"),
        ("; charset=x-unknown", b"caf\xe9", "café"),
        ("; charset=us-ascii", "café".encode(), "café"),
        ("; charset=utf-8", b"caf\xe9", "café"),
        ("; charset=hex", b"6162", "6162"),
        ("; charset=punycode", b"a-b", "a-b"),
        ('; charset="\x01"', b"ab", "ab"),
        ("; charset=utf-8", b"\xef\xbb\xbfab", "ab"),
    ],
)
@pytest.mark.parametrize("encoding", ["8bit", "quoted-printable", "base64"])
def test_charsets_declared_rightly_wrongly_or_not_at_all(charset: str, body: bytes, text: str, encoding: str) -> None:
    if encoding == "quoted-printable":
        body = quopri.encodestring(body)
    elif encoding == "base64":
        body = base64.encodebytes(body)
    data = f"Content-Type: text/plain{charset}\nContent-Transfer-Encoding: {encoding}\n\n".encode() + body
    conversation = one("x.eml", data)
    assert conversation.draft.text.strip() == text
    check_map(conversation)


def test_a_byte_order_mark_before_the_headers_is_no_text() -> None:
    conversation = one("x.eml", b"\xef\xbb\xbfSubject: Hello\n\ncalm\n")
    assert conversation.draft.text == "Hello\n\ncalm\n"
    assert place(conversation, "Hello") == (1, 10)
    assert one("x.eml", "Subject: Hello\n\ncafé\n".encode("utf-16")).draft.text == "Hello\n\ncafé\n"


def test_bytes_that_are_not_utf8_keep_their_columns() -> None:
    conversation = one("x.eml", b"Content-Type: text/plain; charset=iso-8859-1\n\n\xe9\xe9\xc3\xa9 calm\n")
    assert conversation.draft.text == "ééÃ© calm\n"
    assert place(conversation, "calm") == (3, 5)


def test_quoted_printable_has_its_places() -> None:
    body = "Hi =F0=9F=98=80 Bob=\n, please ca=\nlm down=2E\n caf=C3=A9 = =zz\n"
    conversation = one("x.eml", f"Content-Transfer-Encoding: quoted-printable\n\n{body}")
    assert conversation.draft.text == "Hi 😀 Bob, please calm down.\n café = =zz\n"
    assert place(conversation, "😀") == (3, 4)
    assert place(conversation, "please") == (4, 3)
    assert raw(conversation, "calm down.") == "ca=\nlm down=2E"
    assert place(conversation, "café") == (6, 2)
    assert raw(conversation, "é") == "=C3=A9"


def test_base64_has_its_places_to_the_group() -> None:
    words = "Hi Bob, é please calm down."
    encoded = base64.b64encode(words.encode()).decode()
    conversation = one("x.eml", f"Content-Transfer-Encoding: BASE64\n\n{encoded[:20]}\n{encoded[20:]}\n")
    assert conversation.draft.text == words
    span = raw_span(conversation.draft, "calm")
    there = source_of(conversation).text[span.start : span.end]
    assert "calm" in base64.b64decode(there).decode()
    assert len(there.strip()) <= 8
    assert place(conversation, "calm").line == 4


@pytest.mark.parametrize(
    ("parameters", "body", "text"),
    [
        ("format=flowed", "please \ncalm down.\n", "please calm down.\n"),
        ("format=flowed; delsp=yes", "plea \nse calm.\n", "please calm.\n"),
        ("format=Flowed", "a\nb\n", "a\nb\n"),
        ("format=flowed", "a \n\nb\n", "a \n\nb\n"),
        ("format=flowed", " From here\n >x\n", "From here\n>x\n"),
        ("format=flowed", "> one \n> two\nmine\n", "> one two\nmine\n"),
        ("format=flowed", "> one \n>> two\n", "> one \n>> two\n"),
        ("format=flowed", "one \n-- \nAnn \nx\n", "one \n-- \nAnn x\n"),
        ("format=flowed", "one \r\ntwo", "one two"),
        ("charset=utf-8", "one \ntwo\n", "one \ntwo\n"),
    ],
)
def test_flowed_paragraphs_are_one_line(parameters: str, body: str, text: str) -> None:
    conversation = one("x.eml", f"Content-Type: text/plain; {parameters}\n\n{body}")
    assert conversation.draft.text == text
    check_map(conversation)


def test_flowed_words_keep_their_place() -> None:
    conversation = one("x.eml", "Content-Type: text/plain; format=flowed; delsp=yes\n\nHi,\n please ca \nlm down\n")
    assert conversation.draft.text == "Hi,\nplease calm down\n"
    assert place(conversation, "please") == (4, 2)
    assert raw(conversation, "calm") == "ca \nlm"


def test_html_in_quoted_printable_has_its_places() -> None:
    body = '<p style=3D"x">Hi&nbsp;=F0=9F=98=80 <b>B=\nob</b>,</p>=20\n<p>it&rsquo;s n=\not our caf=C3=A9</p>\n'
    conversation = one("x.eml", part("text/html; charset=utf-8", body, "Content-Transfer-Encoding: quoted-printable"))
    assert conversation.draft.text == "Hi 😀 Bob,\n\nit’s not our café"
    assert raw(conversation, "😀") == "=F0=9F=98=80"
    assert raw(conversation, "Bob") == "B=\nob"
    assert place(conversation, "our") == (7, 4)
    assert raw(conversation, "not our café") == "n=\not our caf=C3=A9"


def test_html_in_base64_has_its_places() -> None:
    body = base64.encodebytes("<p>Hi <b>Bé</b>,</p><p>not &eacute; our fault</p>".encode()).decode()
    conversation = one("x.eml", part("text/html", body, "Content-Transfer-Encoding: base64"))
    assert conversation.draft.text == "Hi Bé,\n\nnot é our fault"
    assert b"our" in base64.b64decode(raw(conversation, "our"))


PLAIN, HTML, BLANK = part("text/plain", "plain"), part("text/html", "<p>html"), part("text/plain", " \n")
FILE = part("text/plain", "file", "Content-Disposition: attachment; filename=a.txt")
INNER = multipart("alternative", PLAIN, HTML, boundary="bb")


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (multipart("alternative", PLAIN, HTML), "plain"),
        (multipart("alternative", HTML, PLAIN), "plain"),
        (multipart("alternative", BLANK, HTML), "html"),
        (multipart("alternative", HTML), "html"),
        (multipart("mixed", BLANK, HTML), "html"),
        (multipart("mixed", PLAIN, HTML), "plain"),
        (multipart("mixed", PLAIN, FILE), "plain"),
        (multipart("mixed", INNER, FILE), "plain"),
        (multipart("mixed", HTML, part("image/png", "x"), part("text/html", "more")), "html\n\nmore"),
        (multipart("mixed", INNER, part("text/plain", "footer")), "plain\n\nfooter"),
        (multipart("related", INNER, HTML), "plain"),
        (multipart("mixed", PLAIN, part("message/rfc822", "Subject: y\n\nforwarded")), "plain"),
        (multipart("mixed", PLAIN, part("text/calendar", "x")), "plain"),
        (multipart("mixed", "\nno headers"), "no headers"),
        ('Content-Type: multipart/mixed; boundary="b"\n\npreamble\n--b\n\ncut off', "cut off"),
        (multipart("mixed", 'Content-Type: multipart/x; boundary="c"\n\nnothing', PLAIN), "plain"),
        ("Content-Type: nonsense\n\nplain", "plain"),
        ("no headers at all\n", "no headers at all\n"),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_the_part_that_is_read(message: str, text: str, line_end: str) -> None:
    conversation = one("x.eml", message.replace("\n", line_end))
    assert conversation.draft.text.replace("\r\n", "\n").replace("\r", "\n") == text
    check_map(conversation)


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ("", NO_TEXT),
        ("Subject: x\n\n \n", NO_TEXT),
        (FILE, NO_TEXT),
        (multipart("mixed", FILE), NO_TEXT),
        (part("image/png", "x"), NO_TEXT),
        (part("message/rfc822", "Subject: x\n\nhi"), NO_TEXT),
        (multipart("alternative", BLANK, part("text/html", "<p></p>")), NO_TEXT),
        ("Content-Type: multipart/mixed\n\nhi", BROKEN),
        ("Content-Type: multipart/mixed; boundary=b\n\n--c\n\nhi", BROKEN),
        (multipart("mixed", "Content-Type: multipart/x; boundary=c\n\nhi"), BROKEN),
        ("\x00\x01\x02", "x.eml:1:1: no mail message; exclude it, or save the message as .eml again"),
    ],
)
def test_a_message_without_text_is_one_error(message: str, error: str) -> None:
    assert errors("x.eml", message) == [error]


def test_quoted_mail_is_the_customers_turn() -> None:
    body = "Hi Bob,=20\nsorry.\n\nOn Mon, 5 Jan 2026 at 10:00, Bob wrote:\n> It=E2=80=99s\n> broken =F0=9F=98=80 now\n"
    conversation = one("x.eml", f"Subject: Re: x\nContent-Transfer-Encoding: quoted-printable\n\n{body}")
    customer, draft = conversation.turns
    assert customer.text == "It’s\nbroken 😀 now"
    assert draft.text.startswith("Hi Bob, \nsorry.")
    assert place(conversation, "now", customer) == (9, 23)


def test_each_message_of_a_mailbox_is_a_conversation(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "a.mbox")
    for number, body in enumerate(["first\n\nFrom here at 10:00 on\n", "caf\u00e9 second 😀\n", "third\n"]):
        message = EmailMessage()
        message["Message-ID"] = f"<{number}@x.example>"
        message.set_content(body, cte="8bit")
        box.add(message)
    box.close()
    data = (tmp_path / "a.mbox").read_bytes()
    text = data.decode()
    loaded = list(load("a.mbox", data))
    assert len(loaded) == 3
    for number, (conversation, word) in enumerate(zip(loaded, ["here at", "second", "third"], strict=True)):
        assert isinstance(conversation, Conversation)
        assert (conversation.id, conversation.name) == (f"{number}@x.example", f"message {number + 1}")
        source = source_of(conversation)
        span = raw_span(conversation.draft, word)
        assert text[source.start + span.start : source.start + span.end] == word
        line = text[: source.start + span.start].count("\n") + 1
        assert place(conversation, word).line == line
        check_map(conversation)


def test_an_escaped_from_line_is_read_without_its_mark() -> None:
    data = "From a@x.example\nSubject: x\n\nHi\n\n>From here\n>>From there\n> quote\n\n"
    conversation = one("a.mbox", data)
    assert conversation.draft.text == "x\n\nHi\n\nFrom here\n>From there\n> quote\n\n"
    assert place(conversation, "From here") == Position(6, 2)


def test_a_mailbox_goes_on_after_a_message_without_text() -> None:
    data = "From a@x.example\nSubject: x\n\nFrom - Mon Jan  5 10:00:00 2026\n\nHi\n\nFrom the start, at noon.\n"
    loaded = list(load("a.mbox", data.encode()))
    assert isinstance(loaded[0], InputError)
    assert str(loaded[0]).startswith("a.mbox:2:1: no text to lint")
    assert isinstance(loaded[1], Conversation)
    assert loaded[1].draft.text == "Hi\n\nFrom the start, at noon.\n"
    assert len(loaded) == 2


def test_what_is_no_mailbox_is_one_error() -> None:
    message = "a.mbox:1:1: no mailbox: its first line is no 'From ' line; give a single message the ending .eml"
    assert errors("a.mbox", "Subject: x\n\nHi\n") == [message]
    assert errors("a.mbox", "") == [message]


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff"), max_size=60)


@hypothesis.given(WORDS, st.sampled_from(["quoted-printable", "base64", "8bit"]))
def test_what_the_email_library_writes_is_read_word_for_word(words: str, encoding: str) -> None:
    hypothesis.assume(words.strip())
    message = EmailMessage(email.policy.default.clone(max_line_length=40))
    message.set_content(words, cte=encoding)
    conversation = one("x.eml", message.as_bytes())
    text = conversation.draft.text
    assert text.strip("\n") == words.strip("\n")
    source = source_of(conversation).text
    for piece in map_of(conversation.draft).pieces:
        shown = text[piece.clean.start : piece.clean.end]
        there = source[piece.raw.start : piece.raw.end]
        if piece.verbatim:
            assert shown == there
        elif encoding == "base64":
            assert base64.b64decode(there).decode() == shown
        else:
            assert quopri.decodestring(there.encode()).decode() == shown


@hypothesis.given(st.binary(max_size=60), st.integers(1, 20))
def test_quoted_printable_and_base64_give_the_bytes(data: bytes, width: int) -> None:
    for encoding, encoded in [
        ("quoted-printable", quopri.encodestring(data).decode()),
        ("base64", base64.b64encode(data).decode()),
    ]:
        at = [encoded[i : i + width] for i in range(0, len(encoded), width)]
        sent = "\n ".join(at) if encoding == "base64" else encoded
        text, offsets = transfer.decoded(sent, Span(0, len(sent)), encoding, "latin-1")
        assert offsets.length == len(text)
        try:
            known = data.decode("cp1252")
        except UnicodeDecodeError:
            known = data.decode("utf-8") if _is_utf8(data) else data.decode("latin-1")
        assert text == known.removeprefix("\ufeff")


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
