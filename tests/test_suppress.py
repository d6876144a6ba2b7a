"""Comments that silence findings, and those that only look like it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmlint.finding import Finding, Severity, Situation
from calmlint.source import Position, Source, Span
from calmlint.suppress import directives

if TYPE_CHECKING:
    from calmlint.suppress import Directives

KNOWN = ("calm-down", "EMP005", "all-caps", "TON002")
CODES = {"calm-down": "EMP005", "all-caps": "TON002"}

INSTRUCTION_WORDS = "disable, disable-line, disable-next-line, disable-file, enable, situation, channel"


def finding(line: int, column: int = 1, rule: str = "calm-down") -> Finding:
    place = Position(line, column)
    return Finding(
        rule, CODES[rule], Severity.ERROR, "m", "i", "r.md", place, place, Span(0, 0), "", Situation("unknown")
    )


def read(text: str, file_format: str = "markdown") -> Directives:
    return directives(Source("r.md", text), file_format)


def silenced(text: str, file_format: str = "markdown", rule: str = "calm-down") -> dict[int, str]:
    """The lines on which a finding at the last column would be silenced, each with its reason."""
    lines = range(1, text.count("\n") + 2)
    marked = read(text, file_format).apply([finding(line, 999, rule) for line in lines])
    return {one.start.line: one.suppressed for one in marked if one.suppressed is not None}


def complaints(text: str, findings: list[Finding], file_format: str = "markdown") -> list[tuple[int, int, str]]:
    told = read(text, file_format).unused(findings, KNOWN)
    assert all((one.rule, one.code, one.severity) == ("unused-suppression", "CFG001", Severity.WARNING) for one in told)
    return [(*one.start, one.message) for one in told]


def test_next_line() -> None:
    text = "a\n<!-- calmlint: disable-next-line=calm-down -- the motor -->\nb\nc\n"
    assert silenced(text) == {3: "the motor"}
    assert silenced(text, rule="all-caps") == {}


def test_next_line_passes_over_blank_lines_and_comments() -> None:
    text = "<!-- calmlint: disable-next-line=calm-down -->\n\n<!-- calmlint: disable-next-line=all-caps -->\n\nHello\nb"
    assert silenced(text) == {5: "no reason given"}
    assert silenced(text, rule="all-caps") == {5: "no reason given"}


def test_same_line() -> None:
    assert silenced("a\nb <!-- calmlint: disable-line=EMP005 -- x -->\nc") == {2: "x"}
    assert silenced("a\nb <!-- calmlint: disable=EMP005 -- x -->\nc") == {2: "x"}
    assert silenced("a\n<!-- calmlint: disable=EMP005 --> b\nc") == {2: "no reason given"}


def test_block() -> None:
    text = "a\n  <!-- calmlint: disable=calm-down -- quoted -->  \nb\n\nc\n<!-- calmlint: enable=calm-down -->\nd\n"
    assert silenced(text) == {2: "quoted", 3: "quoted", 4: "quoted", 5: "quoted"}
    assert silenced(text.replace("enable=calm-down", "enable=all")) == silenced(text)
    assert silenced(text.replace("enable=calm-down", "enable")) == silenced(text)
    assert silenced(text.replace("enable=calm-down", "enable=EMP005")) == silenced(text)
    assert silenced(text.replace("enable=calm-down", "enable=all-caps")).keys() == {2, 3, 4, 5, 6, 7, 8}


def test_a_block_begins_and_ends_at_its_comments() -> None:
    text = "<!-- calmlint: disable=all -->\nb <!-- calmlint: enable --> c"
    marked = read(text).apply([finding(1, 1), finding(1, 31), finding(2, 1), finding(2, 27), finding(2, 28)])
    assert [one.suppressed is not None for one in marked] == [False, True, True, True, False]


def test_one_rule_of_a_block_of_all_is_taken_back() -> None:
    text = "<!-- calmlint: disable=all -->\na\n<!-- calmlint: enable=calm-down -->\nb"
    assert silenced(text).keys() == {1, 2}
    assert silenced(text, rule="all-caps").keys() == {1, 2, 3, 4}


def test_file() -> None:
    assert silenced("a\n\nb <!-- calmlint: disable-file=all-caps, EMP005 -- ours -->\nc") == dict.fromkeys(
        range(1, 5), "ours"
    )


def test_several_names_and_lines() -> None:
    text = "<!--\ncalmlint:\n  disable-next-line = calm-down ,\n    all-caps\n  -- both\n  are names\n-->\nb\n"
    assert silenced(text) == silenced(text, rule="all-caps") == {8: "both are names"}


def test_the_nearest_reason_is_given() -> None:
    text = (
        "<!-- calmlint: disable-file=all -- file -->\n<!-- calmlint: disable=all -- block -->\n"
        "<!-- calmlint: disable-next-line=all -- line -->\na\nb\n"
    )
    assert silenced(text) == {1: "file", 2: "block", 3: "block", 4: "line", 5: "block", 6: "block"}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("```\n{}\n```\nb", id="fenced code"),
        pytest.param("~~~ html\n\n{}\n\n~~~\nb", id="fenced with tildes"),
        pytest.param("````\n```\n{}\n```\n````\nb", id="a fence in a fence"),
        pytest.param("- a\n  ```\n  {}\n  ```\nb", id="a fence in a list"),
        pytest.param("Write `{}` above\nb", id="inline code"),
        pytest.param("Write ``{}`` above\nb", id="inline code with two"),
        pytest.param("a\n\n    {}\nb", id="indented code"),
        pytest.param("> {}\nb", id="what somebody else wrote"),
        pytest.param("```\n{}\nb", id="a fence that never ends"),
        pytest.param("<!-- calmlint: disable-file=all\nb", id="a comment that never ends"),
        pytest.param("# calmlint: disable-file=all\nb", id="a heading"),
        pytest.param("<!-- see calmlint: disable-file=all -->\nb", id="a comment about it"),
    ],
)
def test_documentation_about_a_directive_is_none(text: str) -> None:
    text = text.replace("{}", "<!-- calmlint: disable-file=all -->")
    assert silenced(text) == {}
    assert complaints(text, []) == []


def test_code_elsewhere_does_no_harm() -> None:
    text = "A ` alone.\n\n```\ncode\n```\n\n- item\n\n    <!-- calmlint: disable-line=all -->\n"
    assert silenced(text).keys() == {9}


@pytest.mark.parametrize("file_format", ["plain", "mail", "records", "mbox", "csv"])
def test_where_a_comment_would_be_sent_it_does_nothing(file_format: str) -> None:
    text = "<!-- calmlint: disable-file=all -->\n# calmlint: disable-file=all\n"
    assert silenced(text, file_format) == {}
    assert complaints(text, [], file_format) == []


def test_html() -> None:
    comment = "<!-- calmlint: disable-next-line=calm-down -- x -->"
    text = f"<p>a</p>\n{comment}\n<p>b</p>\n<p>c</p>"
    assert silenced(text, "html") == {3: "x"}
    assert silenced(f"<script>\n{comment}\n</script>\nb", "html") == {}
    assert silenced(f"<p title='{comment}'>a</p>\nb", "html") == {}
    assert silenced(f"<pre>{comment.replace('<', '&lt;')}</pre>\nb", "html") == {}
    assert silenced(f"<style>x</style>\n{comment}\nb", "html") == {3: "x"}


def test_yaml() -> None:
    text = (
        "macros:\n"
        "  # calmlint: disable=calm-down -- tested\n"
        "  - text: |  # calmlint: situation=problem\n"
        "      Hi\n"
        "      # calmlint: enable\n"
        "  - text: 'x # calmlint: enable'\n"
        "  # calmlint: enable\n"
        "  - text: y # calmlint: disable=calm-down\n"
        "  - text: z\n"
    )
    assert silenced(text, "yaml") == {**dict.fromkeys(range(2, 7), "tested"), 8: "no reason given"}
    assert read(text, "yaml").situation == "problem"
    assert complaints(text, [finding(4), finding(8)], "yaml") == []


def test_malformed_yaml_does_no_harm() -> None:
    assert silenced("# calmlint: disable-file=all\na: 'b\n", "yaml").keys() == {1, 2, 3}
    assert silenced("a: @\n# calmlint: disable-file=all\n", "yaml") == {}


def test_situation_and_channel() -> None:
    told = read("<!-- calmlint: situation=problem channel=chat -- a macro -->\nHi\n<!-- calmlint: situation=upset -->")
    assert (told.situation, told.channel) == ("problem", "chat")
    assert complaints("<!-- calmlint: situation=problem channel=chat -->", []) == []
    assert (read("Hi").situation, read("Hi").channel) == (None, None)


def test_unused_comments_are_told() -> None:
    text = (
        "a\n"
        "  <!-- calmlint: disable-next-line=calm-down,all-caps -->\n"
        "b\n"
        "c <!-- calmlint: disable-line=all -->\n"
        "<!-- calmlint: disable=TON002 -->\n"
        "<!-- calmlint: disable-file=all -->\n"
    )
    silent = "This comment silences nothing: there is no finding of"
    assert complaints(text, [finding(3)]) == [
        (2, 3, f"{silent} all-caps on its line."),
        (4, 3, f"{silent} any rule on its line."),
        (5, 1, f"{silent} TON002 in its block."),
    ]
    assert complaints(text, [])[-1] == (6, 1, f"{silent} any rule in this file.")
    told = read(text).unused([finding(3)], KNOWN)[0]
    assert told.excerpt == "<!-- calmlint: disable-next-line=calm-down,all-caps -->"
    assert (told.end, told.instead) == (Position(2, 58), "Delete the comment.")


def test_a_comment_for_a_rule_that_did_not_run_is_not_called_unused() -> None:
    told = read("<!-- calmlint: disable-file=all-caps,calm-down -->")
    assert [one.message.split()[-4] for one in told.unused([], KNOWN, ["calm-down"])] == ["calm-down"]
    assert told.unused([], KNOWN, []) == []


def test_a_finding_that_is_marked_already_still_counts() -> None:
    told = read("<!-- calmlint: disable-file=calm-down -->")
    assert told.unused(told.apply([finding(1)]), KNOWN) == []


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("disable-line=calm-dwon", 'There is no rule "calm-dwon" to silence; did you mean "calm-down"?'),
        ("disable-nextline=all", 'There is no instruction "disable-nextline"; did you mean "disable-next-line"?'),
        ("disable", '"disable" names no rule; write disable=NAME or disable=all'),
        ("disable-file= -- why", '"disable-file" names no rule; write disable-file=NAME or disable-file=all'),
        ("situation=problme", 'There is no situation "problme"; did you mean "problem"?'),
        ("channel=mail", 'There is no channel "mail"; did you mean "email"?'),
        ("enable=calm-down", "This comment ends no block: none is open."),
        ("-- nothing", f"The comment gives no instruction; known are {INSTRUCTION_WORDS}"),
    ],
)
def test_mistakes_are_told(comment: str, message: str) -> None:
    assert complaints(f"Hi\n <!-- calmlint: {comment} -->\n", []) == [(2, 2, message)]


INSTRUCTIONS = st.sampled_from(
    [
        "disable=all",
        "disable=calm-down",
        "disable=EMP005 -- why",
        "enable",
        "enable=calm-down",
        "disable-line=all",
        "disable-next-line=all-caps",
        "disable-file=TON002",
        "nonsense",
    ]
)
PARTS = st.one_of(
    INSTRUCTIONS.map("<!-- calmlint: {} -->".format),
    INSTRUCTIONS.map("# calmlint: {}\n".format),
    st.sampled_from(
        ["\n", "\n\n", "text ", "```\n", "`", "<!--", "-->", "> ", "    ", "- ", "key: |\n  ", "'", "<a b='"]
    ),
)
FINDINGS = st.lists(st.builds(finding, st.integers(1, 12), st.integers(1, 60), st.sampled_from([*CODES])))


@given(st.lists(PARTS, max_size=14).map("".join), st.sampled_from(["markdown", "html", "yaml", "plain"]), FINDINGS)
def test_findings_are_marked_and_never_lost(text: str, file_format: str, findings: list[Finding]) -> None:
    told = read(text, file_format)
    marked = told.apply(findings)
    assert [(one.rule, one.start) for one in marked] == [(one.rule, one.start) for one in findings]
    assert told.apply(marked) == marked
    for one in told.unused(findings, KNOWN):
        assert text[slice(*one.span)] == one.excerpt
        assert "calmlint:" in one.excerpt
    if any(one.suppressed for one in marked):
        assert any(given.names for given in told.given)


def test_many_comments_take_no_longer_each() -> None:
    text = "<!-- calmlint: disable=all -->\na\n\n<!-- calmlint: enable -->\n" * 3000
    told = read(text)
    marked = told.apply([finding(line) for line in range(2, 12000, 4)])
    assert sum(one.suppressed is not None for one in marked) == 3000
    assert told.unused(marked, KNOWN) == []


def test_stacked_comments_are_read_once() -> None:
    text = "<!-- calmlint: disable-next-line=all -->\n" * 20_000 + "a"
    assert {given.line for given in read(text).given} == {20_001}
