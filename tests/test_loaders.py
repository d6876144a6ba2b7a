"""Which loader reads a file, and that no bytes make one fail."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import hypothesis
import pytest
from hypothesis import strategies as st

from calmlint.conversation import Conversation
from calmlint.loaders import LOADERS, SIZE_LIMIT, extension, load
from calmlint.source import InputError
from tests.conftest import ROOT
from tests.loading import check_map, errors, one

if TYPE_CHECKING:
    from pathlib import Path

MAIL = (
    b"From: Ann <ann@shop.example>\r\nTo: Bob <bob@example.com>\r\nSubject: =?utf-8?B?WW91ciBvcmRlcg==?=\r\n"
    b'Content-Type: multipart/alternative; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\r\n"
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    b"Hi Bob, =F0=9F=98=80=20\r\nwe=\r\n are sorry.\r\n> Where is it?\r\n"
    b"--b\r\nContent-Type: text/html; charset=iso-8859-1\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    b"PHA+SGkgQm9iLDwvcD48YmxvY2txdW90ZT5XaGVyZT88L2Jsb2NrcXVvdGU+\r\n--b--\r\n"
)
SEEDS = {
    ".txt": b"Hi Bob,\n\nsorry.\n\n> Where is it?\n",
    ".md": b"---\nsituation: upset\n---\nHi `Bob`, [see](http://x.example) <!-- c -->\n\n> Where?\n\n```\ncode\n```\n",
    ".html": b"<p>Hi <b>Bob</b>, it&#39;s&nbsp;<pre>x\n</pre><!-- c --><blockquote class=q>Where?</blockquote>"
    b"<script>x</script><li>a",
    ".eml": MAIL,
    ".mbox": b"From ann@shop.example Mon Jan  5 10:00:00 2026\r\n" + MAIL + b"\r\n>From here\r\n",
    ".json": b'[{"id": 1, "turns": [{"role": "agent", "text": "Hi \\ud83d\\ude00 \\n Bob"}]}]',
    ".jsonl": b'{"turns": [{"role": "customer", "text": "?"}, {"role": "agent", "text": "Hi"}]}\n{"turns": []}\n',
}


def check(path: str, data: bytes) -> None:
    """Whatever the bytes are, they give conversations with sound maps, or errors of one line with their place."""
    for loaded in load(path, data):
        if isinstance(loaded, InputError):
            message = str(loaded)
            assert message.isprintable(), message
            line, column, _ = message.removeprefix(f"{path}:").split(":", 2)
            assert int(line) >= 1
            assert int(column) >= 1
        else:
            check_map(loaded)


@pytest.mark.parametrize(
    ("path", "ending"),
    [("a.TXT", ".txt"), ("a.b/c", ""), ("a.b\\c", ""), (".eml", ""), ("x.tar.html", ".html"), ("-", "")],
)
def test_the_extension_of_a_path(path: str, ending: str) -> None:
    assert extension(path) == ending


def test_a_file_of_any_other_extension_is_plain_text() -> None:
    assert one("reply", "<p>Hi</p>").draft.text == "<p>Hi</p>"
    assert one("reply.liquid", "Hi").draft.text == "Hi"


def test_a_text_file_loads_neither_html_nor_json_nor_email() -> None:
    program = (
        "import sys; before = set(sys.modules)\n"
        "from calmlint.loaders import load\n"
        "list(load('a.txt', b'Hi\\n> there'))\n"
        "print(sorted((set(sys.modules) - before) & {'html', 'json', 'email', 'calmlint.loaders.html'}))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("ending", [".txt", ".md", ".html", ".eml", ".json", ""])
def test_a_file_too_large_for_a_reply_is_one_error(ending: str) -> None:
    path = f"big{ending}"
    assert errors(path, b"a" * (SIZE_LIMIT + 1)) == [
        f"{path}:1:1: 16 MiB is more than a reply holds (limit 16 MiB); exclude it or split it"
    ]


def test_an_archive_may_be_larger_than_the_limit_but_no_record_of_it() -> None:
    good = b'{"turns": [{"role": "agent", "text": "Hi"}]}\n'
    loaded = list(load("a.jsonl", good + b" " * (SIZE_LIMIT - 10) + b'"01234567890"\n' + good))
    assert [type(one) for one in loaded] == [Conversation, InputError, Conversation]
    assert str(loaded[1]).startswith("a.jsonl:2:1: a record larger than 16 MiB; ")


@hypothesis.given(st.binary(max_size=300), st.sampled_from(sorted(LOADERS)))
def test_any_bytes_give_conversations_or_errors(data: bytes, ending: str) -> None:
    check(f"x{ending}", data)


@hypothesis.given(st.data(), st.sampled_from(sorted(SEEDS)))
def test_damaged_files_give_conversations_or_errors(data: st.DataObject, ending: str) -> None:
    seed = SEEDS[ending]
    start = data.draw(st.integers(0, len(seed)))
    end = data.draw(st.integers(start, min(len(seed), start + 30)))
    put = data.draw(st.one_of(st.binary(max_size=8), st.sampled_from([b"", b"\r\n", b"--b", b"<", b"=", b'"', b"`"])))
    cut = data.draw(st.integers(0, len(seed)))
    check(f"x{ending}", (seed[:start] + put + seed[end:])[: cut if data.draw(st.booleans()) else None])


@pytest.mark.parametrize("ending", sorted(SEEDS))
def test_files_cut_off_anywhere_give_conversations_or_errors(ending: str) -> None:
    for end in range(len(SEEDS[ending])):
        check(f"x{ending}", SEEDS[ending][:end])


@pytest.mark.parametrize(
    ("ending", "unit"),
    [
        (ending, unit)
        for ending, units in {
            ".txt": ["> ", ">\n", "On a, b\n"],
            ".md": ["`", "` ``", "[", "](", "](a", "> ", "<!--", "http://", "\n    a", "- ", '](a "'],
            ".html": ["<", "<a ", "<!--", "<!-- >", "</", "&#", "<a b='", "<div>", "<p></x>", "<script>", "<<a", "&a"],
            ".eml": ["a: b\n", "\n--", "=?u?q?", " ", "\n>", ";", "=", "Content-Type: "],
            ".mbox": ["\n\nFrom a@b\n", ">From ", "From "],
            ".json": ["[", '"', "\\", '{"":', "0", "-", "[0,"],
            ".jsonl": ["{\n", "\r", "[", "[]\n"],
        }.items()
        for unit in units
    ],
)
def test_long_runs_of_one_mark_come_to_an_end(ending: str, unit: str) -> None:
    # A loader that reads on to the end from each mark would take minutes over the 30 kB of each of these.
    check(f"x{ending}", (unit * (30_000 // len(unit))).encode())
    head = "Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n"
    if ending == ".html":
        check("x.eml", (head + unit * (30_000 // len(unit))).encode())


def test_every_message_of_the_corpora_loads_as_any_kind_of_file(shared: Path) -> None:
    read = 0
    for file in sorted((shared / "mail").rglob("*")):
        if not file.is_file():
            continue
        data = file.read_bytes()
        for ending in LOADERS:
            check(f"{file.name}{ending}", data)
        read += 1
    assert read > 200


def test_the_records_of_the_benchmarks_load(shared: Path) -> None:
    for file in sorted((shared / "bench").glob("c*.jsonl")):
        loaded = list(load(file.name, file.read_bytes()))
        cases = [json.loads(line) for line in file.read_text().splitlines()]
        for conversation, case in zip(loaded, cases, strict=True):
            assert isinstance(conversation, Conversation)
            assert conversation.id == case["id"]
            assert conversation.draft.text == case["turns"][-1]["text"]
