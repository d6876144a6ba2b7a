"""Every finding stands where it says: the source text at its position, decoded, is its excerpt, in every format."""

from __future__ import annotations

import base64
import email.message
import email.policy
import html
import json
import quopri
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmlint.config import Config, Selection
from calmlint.engine import Linter
from calmlint.source import Position, Source, decode

if TYPE_CHECKING:
    from pathlib import Path

    from calmlint.finding import Finding

FAULTS = ("Please calm down.", "This is not our fault.", "PLEASE READ THE RULES NOW!!", "Hi {{first_name}},")
LINTER = Linter(Config(command_line=Selection(select=("ALL",))))
_TAG = re.compile(r"<[^>]*>")

# Ordinary letters, marks that formats escape, characters beyond the basic plane, and line ends.
LETTERS = st.text(alphabet='abc é“”&<>"\\\n=😀\t.', max_size=40)
REPLIES = st.lists(st.one_of(LETTERS, st.sampled_from(FAULTS)), min_size=1, max_size=8).map("\n\n".join)


def at(source: Source, finding: Finding) -> str:
    """The text of the source from a finding's start to its end."""
    return source.text[offset(source, finding.start) : offset(source, finding.end)]


def offset(source: Source, place: Position) -> int:
    """An offset from a line and a column, counted the long way."""
    ends = [0, *(end.end() for end in re.finditer(r"\r\n|\n|\r", source.text))]
    return ends[place.line - 1] + place.column - 1


def flat(text: str) -> str:
    """Text without the white space in which formats differ."""
    return " ".join(text.split())


def findings(path: str, data: bytes) -> list[Finding]:
    report = LINTER.lint_bytes(path, data)
    assert not report.errors
    return report.findings


@given(REPLIES)
def test_in_plain_text_the_span_is_the_place(text: str) -> None:
    source = decode("reply.txt", text.encode())
    for finding in findings("reply.txt", text.encode()):
        assert at(source, finding) == finding.excerpt == text[slice(*finding.span)]


@given(REPLIES)
def test_in_markdown_the_span_is_the_place(text: str) -> None:
    source = decode("reply.md", text.encode())
    for finding in findings("reply.md", text.encode()):
        assert at(source, finding) == finding.excerpt


@given(REPLIES, st.booleans())
def test_in_a_json_string_escapes_are_counted(text: str, ascii_only: bool) -> None:  # noqa: FBT001 - drawn
    record = {"id": "1", "turns": [{"role": "agent", "text": text}]}
    data = json.dumps(record, ensure_ascii=ascii_only).encode()
    source = decode("replies.jsonl", data)
    for finding in findings("replies.jsonl", data):
        assert json.loads(f'"{at(source, finding)}"') == finding.excerpt == text[slice(*finding.span)]


@given(REPLIES)
def test_in_html_entities_and_tags_are_counted(text: str) -> None:
    paragraphs = [f"<p>{html.escape(part)}</p>" for part in text.split("\n\n")]
    data = "\n".join(paragraphs).encode()
    source = decode("reply.html", data)
    for finding in findings("reply.html", data):
        assert flat(html.unescape(_TAG.sub(" ", at(source, finding)))) == flat(finding.excerpt)


@given(REPLIES, st.sampled_from(["8bit", "quoted-printable"]))
def test_in_a_mail_the_encoding_is_counted(text: str, encoding: str) -> None:
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["Subject"] = "Your order"
    message.set_content("Well.\n" + text.replace("\r", ""), cte=encoding)
    data = message.as_bytes()
    source = decode("reply.eml", data)
    for finding in findings("reply.eml", data):
        found = at(source, finding)
        decoded = quopri.decodestring(found.encode()).decode() if encoding == "quoted-printable" else found
        assert flat(decoded) == flat(finding.excerpt)


@given(REPLIES)
def test_in_base64_the_place_covers_the_excerpt(text: str) -> None:
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["Subject"] = "Your order"
    message.set_content("Well.\n" + text.replace("\r", ""), cte="base64")
    data = message.as_bytes()
    source = decode("reply.eml", data)
    body = source.text.index("\r\n\r\n") + 4
    for finding in findings("reply.eml", data):
        if not finding.excerpt:
            continue
        first = offset(source, finding.start)
        before = "".join(source.text[body:first].split())
        covered = "".join(at(source, finding).split())
        aligned = covered + "=" * (-len(covered) % 4)
        assert len(before) % 4 == 0
        assert flat(finding.excerpt) in flat(base64.b64decode(aligned).decode(errors="replace"))


@given(st.binary(max_size=300), st.sampled_from(["txt", "md", "html", "eml", "mbox", "json", "jsonl"]))
def test_any_bytes_give_findings_or_errors_of_one_line(data: bytes, extension: str) -> None:
    report = LINTER.lint_bytes(f"x.{extension}", data)
    assert all("\n" not in error for error in report.errors)


@pytest.mark.parametrize("extension", ["txt", "md", "html", "eml", "mbox", "json", "jsonl"])
def test_a_file_cut_off_anywhere_does_no_harm(extension: str) -> None:
    texts = {
        "txt": "Hi,\n\n> old\n\nPlease calm down!!\n\nBest,\nAnn\n",
        "md": "---\nsituation: problem\n---\n\n`calm` > *calm down*\n\n<!-- calmlint: disable=calm-down -->\n",
        "html": "<p>Hi &amp; <b>calm down</b></p><blockquote>old</blockquote><!-- x -->",
        "eml": "Subject: =?utf-8?q?caf=C3=A9?=\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
        "--b\nContent-Transfer-Encoding: quoted-printable\n\ncalm =\ndown=21\n--b--\n",
        "mbox": "From a\nSubject: x\n\ncalm down\n\nFrom b\nSubject: y\n\ncalm down\n",
        "json": '{"id": "\\u0041", "turns": [{"role": "agent", "text": "calm \\ud83d\\ude00 down"}]}',
        "jsonl": '{"turns": [{"role": "agent", "text": "calm down"}]}\n{"turns": [{"role": "agent", "text": "no"}]}\n',
    }
    data = texts[extension].encode()
    for size in range(len(data)):
        report = LINTER.lint_bytes(f"x.{extension}", data[:size])
        assert all("\n" not in error for error in report.errors)


def test_real_mail_is_linted_with_true_places(shared: Path) -> None:
    seen = 0
    for path in sorted((shared / "mail").rglob("*")):
        if not path.is_file():
            continue
        data = path.read_bytes()
        for extension in ("eml", "txt"):
            report = LINTER.lint_bytes(f"x.{extension}", data)
            seen += len(report.replies)
            for finding in report.findings:
                text = data.decode(errors="surrogateescape")
                source = Source("x", text.removeprefix("\ufeff"))
                found = at(source, finding)
                if extension == "txt":
                    assert found == finding.excerpt
                elif finding.excerpt:
                    assert found
    assert seen > 100
