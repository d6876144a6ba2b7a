from __future__ import annotations

import importlib
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmlint.finding import Edit, Finding, Fix, LintedReply, Report, Severity, Situation, Skipped
from calmlint.reporters import PLAIN, REPORTERS, Look
from calmlint.source import Position, Span
from calmlint.terminal import excerpt, one_line, width

SPAN = Span(7, 16)
LINE = "Please calm down and read our policy."


def finding(line: str = LINE, span: Span = SPAN, *, row: int = 3, **changes: object) -> Finding:
    plain = Finding(
        rule="calm-down",
        code="EMP005",
        severity=Severity.ERROR,
        message='"calm down" tells the customer how to feel.',
        instead="I can hear how upsetting this is.",
        path="reply.txt",
        start=Position(row, span.start + 1),
        end=Position(row, span.end + 1),
        span=Span(41, 50),
        excerpt=line[span.start : span.end],
        situation=Situation("upset", ("third time",)),
        line_text=line,
    )
    return plain._replace(**changes)  # type: ignore[arg-type]  # the tests name fields of Finding


def report(*findings: Finding, files: int = 1) -> Report:
    replies = [LintedReply(path="reply.txt", line=1, situation=Situation("upset", ("third time",)))]
    return Report(findings=list(findings), replies=replies, files=files)


def written(name: str, what: Report, look: Look = PLAIN) -> str:
    out = io.StringIO()
    importlib.import_module(REPORTERS[name]).write(what, out, look)
    return out.getvalue()


def test_text_shows_the_line_with_a_caret_beneath_the_span_and_what_to_write_instead() -> None:
    assert written("text", report(finding())) == (
        'reply.txt:3:8: error calm-down (EMP005) "calm down" tells the customer how to feel.\n'
        "    Please calm down and read our policy.\n"
        "           ^^^^^^^^^\n"
        "    instead: I can hear how upsetting this is.\n"
        "\n"
        "1 error in 1 file (fails on warning)\n"
    )


def test_text_names_the_situation_and_its_cues_where_they_are_why_the_rule_speaks() -> None:
    missing = finding(
        "Hi Ann,",
        Span(7, 7),
        rule="missing-apology",
        code="APO001",
        message="The customer waits.",
        demanded=True,
        situation=Situation("problem", ("never arrived", "three weeks")),
    )
    assert written("text", report(missing), Look(quiet=True)) == (
        "reply.txt:3:8: error missing-apology (APO001) The customer waits.\n"
        "    Hi Ann,\n"
        "           ^\n"
        "    instead: I can hear how upsetting this is.\n"
        '    because: problem: "never arrived", "three weeks"\n'
    )


def test_text_does_not_say_the_situation_twice() -> None:
    message = 'The customer waits (problem: "never arrived"), and the reply holds no apology.'
    situation = Situation("problem", ("never arrived",))
    missing = finding("Hi Ann,", Span(7, 7), demanded=True, situation=situation, message=message)
    assert "because:" not in written("text", report(missing))


def test_text_names_a_situation_without_cues() -> None:
    missing = finding("Hi Ann,", Span(7, 7), demanded=True, situation=Situation("unknown"))
    assert written("text", report(missing), Look(quiet=True)).splitlines()[-1] == "    because: unknown"


def test_text_of_a_reply_without_a_file_shows_the_excerpt() -> None:
    assert written("text", report(finding(line_text="", instead="")), Look(quiet=True)).splitlines()[1:] == [
        "    calm down",
        "    ^^^^^^^^^",
    ]


def test_a_place_on_an_empty_line_has_no_caret() -> None:
    shown = written("text", report(finding("", Span(0, 0), instead="")), Look(quiet=True))
    assert shown.splitlines() == ['reply.txt:3:1: error calm-down (EMP005) "calm down" tells the customer how to feel.']


def test_a_span_over_several_lines_is_underlined_to_the_end_of_its_first() -> None:
    spread = finding("Please calm", Span(7, 11), end=Position(4, 5), excerpt="calm\ndown", instead="")
    assert written("text", report(spread), Look(quiet=True)).splitlines()[1:] == [
        "    Please calm",
        "           ^^^^",
    ]


def test_a_message_with_a_line_end_or_an_escape_stays_on_one_harmless_line() -> None:
    odd = finding(message='"calm\r\n  down" \x1b[31m\u202e.', instead="")
    for name in ("text", "concise"):
        line = written(name, report(odd), Look(quiet=True)).splitlines()[0]
        assert line == r'reply.txt:3:8: error calm-down (EMP005) "calm down" \x1b[31m\u202e.'


@pytest.mark.parametrize(
    ("line", "span", "shown"),
    [
        pytest.param("\tcalm\tdown", Span(1, 10), ("    calm    down", 4, 12), id="a tab takes four columns"),
        pytest.param("好calm", Span(1, 5), ("好calm", 2, 4), id="a wide character takes two columns"),
        pytest.param("e\u0301 calm", Span(3, 7), ("e\u0301 calm", 2, 4), id="a combining mark takes none"),
        pytest.param("a\x1bcalm", Span(2, 6), (r"a\x1bcalm", 5, 4), id="a control character is escaped"),
        pytest.param("a\udcffb", Span(1, 2), (r"a\udcffb", 1, 6), id="a lone surrogate is escaped"),
        pytest.param("calm", Span(4, 4), ("calm", 4, 1), id="a place at the end has one caret"),
        pytest.param("calm", Span(9, 12), ("calm", 4, 1), id="a span past the end stays at the end"),
        pytest.param("x" * 60, Span(30, 32), ("..." + "x" * 20 + "...", 15, 2), id="both sides are clipped"),
        pytest.param("x" * 30, Span(0, 30), ("x" * 20 + "...", 0, 20), id="a span too wide is clipped"),
        pytest.param("x" * 30, Span(30, 30), ("..." + "x" * 20, 23, 1), id="the end keeps what stands before it"),
        pytest.param("x" * 30, Span(0, 2), ("x" * 20 + "...", 0, 2), id="the start keeps what follows it"),
    ],
)
def test_excerpt(line: str, span: Span, shown: tuple[str, int, int]) -> None:
    assert tuple(excerpt(line, span, 20)) == shown


@given(st.text(alphabet=st.sampled_from("ab\t好e\u0301\x1b\ud800😀 "), max_size=80), st.data())
def test_an_excerpt_underlines_the_span_and_never_grows_past_its_limit(line: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(line)))
    end = data.draw(st.integers(start, len(line)))
    shown = excerpt(line, Span(start, end), 20)
    assert width(shown.text) <= 20 + 2 * len("...")
    assert 0 <= shown.column <= width(shown.text)
    assert shown.text.isprintable() or set(shown.text) <= set("ab好e\u0301😀 ")
    whole = excerpt(line, Span(start, end), 10_000)
    assert whole.column == width(excerpt(line[:start], Span(0, 0), 10_000).text)
    marked = width(excerpt(line[start:end], Span(0, 0), 10_000).text)
    assert whole.width == max(marked, 1)


@given(st.text())
def test_one_line_has_no_line_end_and_no_escape(text: str) -> None:
    shown = one_line(text)
    assert len(shown.splitlines()) <= 1
    assert "\x1b" not in shown
    shown.encode("utf-8")


def test_colors_are_written_only_when_asked_for() -> None:
    plain = written("text", report(finding()))
    painted = written("text", report(finding()), Look(color=True))
    assert "\x1b" not in plain
    assert "\x1b[1;31merror\x1b[0m" in painted
    assert "\x1b[1;31m^^^^^^^^^\x1b[0m" in painted


@pytest.mark.parametrize(
    ("what", "fail_on", "line"),
    [
        pytest.param(
            [finding(), finding(), finding(severity=Severity.WARNING)],
            Severity.WARNING,
            "2 errors, 1 warning in 2 files (fails on warning)",
            id="counts by severity",
        ),
        pytest.param([finding(severity=Severity.INFO)], None, "1 info in 2 files (never fails)", id="never fails"),
        pytest.param(
            [finding(), finding(suppressed="a quote")],
            Severity.ERROR,
            "1 error in 2 files, 1 suppressed (fails on error)",
            id="suppressed ones are counted",
        ),
        pytest.param([], Severity.WARNING, "all calm: 1 reply in 2 files", id="nothing found"),
        pytest.param(
            [finding(suppressed="a quote")],
            Severity.WARNING,
            "all calm: 1 reply in 2 files, 1 suppressed",
            id="nothing but suppressed ones",
        ),
    ],
)
def test_the_summary_line(what: list[Finding], fail_on: Severity | None, line: str) -> None:
    assert written("text", report(*what, files=2), Look(fail_on=fail_on)).splitlines()[-1] == line


def test_the_summary_never_calls_a_run_calm_that_could_not_read_its_input() -> None:
    unread = Report(errors=["a.txt: no such file", "b.txt: no such file"])
    assert written("text", unread) == "no findings in 0 files; not all could be read\n"


def test_text_names_the_rules_that_could_not_run() -> None:
    skipped = Report(skipped=[Skipped("grammar", "needs calmlint[grammar]")], files=1)
    assert written("text", skipped).splitlines()[0] == "skipped: grammar: needs calmlint[grammar]"


def test_concise_is_one_line_a_finding_and_leaves_suppressed_ones_out() -> None:
    assert written("concise", report(finding(), finding(suppressed="a quote"), finding(row=9))) == (
        'reply.txt:3:8: error calm-down (EMP005) "calm down" tells the customer how to feel.\n'
        'reply.txt:9:8: error calm-down (EMP005) "calm down" tells the customer how to feel.\n'
    )


def test_statistics_counts_the_rules_most_frequent_first() -> None:
    many = [finding(), *[finding(rule="all-caps", code="PRO001")] * 10]
    assert written("statistics", report(*many)) == (
        "10  PRO001  all-caps\n 1  EMP005  calm-down\n11 errors in 1 file (fails on warning)\n"
    )


def test_json_is_version_1_to_the_letter() -> None:
    fixed = finding(
        conversation="c1",
        fix=Fix("Write it in small letters", (Edit(Span(7, 11), "calm"),), safe=True),
        suppressed="a quote",
    )
    what = report(fixed)
    what.skipped.append(Skipped("grammar", "needs calmlint[grammar]"))
    parsed = json.loads(written("json", what))
    assert parsed.pop("tool")["name"] == "calmlint"
    assert parsed == {
        "version": 1,
        "findings": [
            {
                "rule": "calm-down",
                "code": "EMP005",
                "severity": "error",
                "message": '"calm down" tells the customer how to feel.',
                "instead": "I can hear how upsetting this is.",
                "path": "reply.txt",
                "conversation": "c1",
                "line": 3,
                "column": 8,
                "end_line": 3,
                "end_column": 17,
                "span": [41, 50],
                "excerpt": "calm down",
                "situation": {"state": "upset", "cues": ["third time"]},
                "fix": {
                    "title": "Write it in small letters",
                    "safe": True,
                    "edits": [{"start": 7, "end": 11, "text": "calm"}],
                },
                "suppressed": "a quote",
            }
        ],
        "replies": [
            {
                "path": "reply.txt",
                "conversation": None,
                "name": None,
                "line": 1,
                "situation": {"state": "upset", "cues": ["third time"]},
            }
        ],
        "skipped": [{"rule": "grammar", "reason": "needs calmlint[grammar]"}],
        "summary": {"files": 1, "conversations": 1, "error": 0, "warning": 0, "info": 0},
    }


def test_json_keeps_letters_as_they_are_and_escapes_lone_surrogates() -> None:
    text = written("json", report(finding(excerpt="schön 😀 \udcff")))
    assert "schön 😀 " in text
    text.encode("utf-8")
    assert json.loads(text)["findings"][0]["excerpt"] == "schön 😀 \udcff"


@given(st.lists(st.text(st.characters(exclude_categories=()), max_size=20), max_size=4))
def test_json_gives_back_every_excerpt(excerpts: list[str]) -> None:
    parsed = json.loads(written("json", report(*(finding(excerpt=text) for text in excerpts))))
    given_back = [row["excerpt"] for row in parsed["findings"]]
    # A high and a low surrogate side by side are one character in JSON.
    assert given_back == [text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass") for text in excerpts]
