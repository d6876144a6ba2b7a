from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmlint.finding import Edit, Finding, Fix, Severity, Situation
from calmlint.fix import difference, mend, replace_file
from calmlint.source import InputError, Position, Span


def finding(*edits: tuple[int, int, str], safe: bool = True, suppressed: str | None = None) -> Finding:
    return Finding(
        rule="all-caps",
        code="PRO001",
        severity=Severity.WARNING,
        message="",
        instead="",
        path="reply.txt",
        start=Position(1, 1),
        end=Position(1, 1),
        span=Span(0, 0),
        excerpt="",
        situation=Situation("unknown"),
        fix=Fix("Small letters", tuple(Edit(Span(start, end), text) for start, end, text in edits), safe=safe),
        suppressed=suppressed,
    )


@pytest.mark.parametrize(
    ("data", "findings", "mended", "count"),
    [
        pytest.param(b"NOT now!!", [finding((0, 3, "not")), finding((8, 9, ""))], b"not now!", 2, id="two places"),
        pytest.param(b"NOT", [finding((0, 3, "not"), safe=False)], b"NOT", 0, id="unsafe ones are left"),
        pytest.param(b"NOT", [finding((0, 3, "not"), suppressed="x")], b"NOT", 0, id="suppressed ones are left"),
        pytest.param(b"abcd", [finding((1, 3, "X")), finding((0, 2, "Y"))], b"Ycd", 1, id="the first of two wins"),
        pytest.param(b"ab", [finding((1, 1, "X")), finding((1, 1, "Y"))], b"aXb", 1, id="one insertion at a place"),
        pytest.param(b"abcd", [finding((0, 2, "X")), finding((2, 4, "Y"))], b"XY", 2, id="neighbours both apply"),
        pytest.param(
            b"abcdef",
            [finding((0, 1, "X"), (4, 5, "X")), finding((4, 6, "Y")), finding((2, 3, "Z"))],
            b"XbZdXf",
            2,
            id="a fix applies whole or not at all",
        ),
        pytest.param(b"abcd", [finding((0, 2, "X"), (1, 3, "Y"))], b"abcd", 0, id="edits that overlap themselves"),
        pytest.param(
            b"\xef\xbb\xbf\xc3\xa9 A\r\n", [finding((2, 3, "a\n"))], b"\xef\xbb\xbf\xc3\xa9 a\r\n\r\n", 1, id="bom"
        ),
        pytest.param("é A".encode("utf-16"), [finding((2, 3, "a"))], "é a".encode("utf-16"), 1, id="utf-16"),
        pytest.param(b"\xff A", [finding((2, 3, "a"))], b"\xff a", 1, id="bytes that are no text stay"),
    ],
)
def test_mend(data: bytes, findings: list[Finding], mended: bytes, count: int) -> None:
    assert mend("reply.txt", data, findings) == (mended, count)


def test_unsafe_fixes_apply_when_asked_for() -> None:
    assert mend("reply.txt", b"NOT", [finding((0, 3, "not"), safe=False)], unsafe=True) == (b"not", 1)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff"), max_size=30), st.data())
def test_edits_apart_give_what_they_give_one_by_one(text: str, data: st.DataObject) -> None:
    places = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8, unique=True)))
    spans = list(zip(places[::2], places[1::2], strict=False))
    findings = [finding((start, end, "<>")) for start, end in spans]
    expected = text
    for start, end in reversed(spans):
        expected = expected[:start] + "<>" + expected[end:]
    shuffled = data.draw(st.permutations(findings))
    assert mend("reply.txt", text.encode(), shuffled) == (expected.encode(), len(spans))


def test_a_file_is_replaced_with_its_mode_and_through_its_link(tmp_path: Path) -> None:
    file, link = tmp_path / "reply.txt", tmp_path / "link.txt"
    file.write_text("old")
    file.chmod(0o640)
    link.symlink_to(file)
    replace_file(str(link), b"new")
    assert (file.read_text(), file.stat().st_mode & 0o777, link.is_symlink()) == ("new", 0o640, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.txt", "reply.txt"]


def test_a_new_file_has_the_mode_that_files_have(tmp_path: Path) -> None:
    (tmp_path / "other").touch()
    replace_file(str(tmp_path / "new"), b"new")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_a_device_is_written_to_not_replaced() -> None:
    replace_file(os.devnull, b"new")
    assert not Path(os.devnull).is_file()


@pytest.mark.parametrize("place", ["", "missing/reply.txt"])
def test_a_place_that_cannot_be_written_is_one_clear_line(tmp_path: Path, place: str) -> None:
    with pytest.raises(InputError, match=r"cannot be written: (Is a directory|No such file or directory)$"):
        replace_file(str(tmp_path / place), b"new")


def test_a_difference_is_a_unified_diff() -> None:
    assert difference("reply.txt", b"Hi\nNOT now", b"Hi\nnot now") == (
        "--- reply.txt\n+++ reply.txt\n@@ -1,2 +1,2 @@\n Hi\n"
        "-NOT now\n\\ No newline at end of file\n+not now\n\\ No newline at end of file\n"
    )
    assert difference("reply.txt", b"same", b"same") == ""
