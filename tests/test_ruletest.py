from __future__ import annotations

from pathlib import Path
from textwrap import indent

import pytest
from click.testing import CliRunner, Result

from calmlint.cli import main

RULE = """\
name: no-cheers
code: HOU001
kind: phrase
severity: warning
message: '"{match}" is too light.'
why: A customer who waits does not want to toast.
instead: Kind regards
phrases:
  - cheers
"""
EXAMPLES = """\
examples:
  - flags: Thanks and >>cheers<<, Jo here.
  - passes: Kind regards from all of us.
"""


@pytest.fixture(autouse=True)
def folder(few_rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    del few_rules
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*args: str) -> Result:
    return CliRunner().invoke(main, args, catch_exceptions=False)


def check(text: str, name: str = "no-cheers") -> Result:
    path = Path("mine", "custom", f"{name}.yaml")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return run("test", "mine")


def failures(text: str) -> list[str]:
    """The failures of a rule file, without its path."""
    result = check(text)
    lines = result.stdout.splitlines()
    assert result.exit_code == (1 if lines[:-1] else 0)
    assert lines[-1].endswith(f", {len(lines) - 1} failure{'s' * (len(lines) != 2)}")
    return [line.removeprefix("mine/custom/no-cheers.yaml:") for line in lines[:-1]]


def test_rules_that_do_what_they_say_pass() -> None:
    result = check(RULE + EXAMPLES)
    assert (result.stdout, result.stderr, result.exit_code) == ("1 rule, 2 examples, 0 failures\n", "", 0)


def examples(*lines: str) -> str:
    return RULE + "examples:\n" + indent("\n".join(lines), "  ") + "\n"


@pytest.mark.parametrize(
    ("lines", "failure"),
    [
        pytest.param(
            ["- flags: Thanks >>and cheers<<, Jo here.", "- passes: Kind regards."],
            '11:12: no-cheers flags "cheers", not "and cheers"',
            id="another span",
        ),
        pytest.param(
            ["- flags: Many >>cheers<< and cheers.", "- passes: Kind regards."],
            '11:12: no-cheers flags "cheers", "cheers", not "cheers"',
            id="a second span that is not marked",
        ),
        pytest.param(
            ["- flags: Many >>cheers<<.", "- passes: Three cheers for you."],
            '12:13: no-cheers flags "cheers", which should pass',
            id="what should pass is flagged",
        ),
        pytest.param(
            ["- flags: Many >>cheers<<.", "- flags: Many >>thanks<<.", "- passes: Kind regards."],
            '12:12: no-cheers does not flag "thanks"',
            id="what should be flagged is not",
        ),
    ],
)
def test_an_example_that_fails_is_told_with_its_place(lines: list[str], failure: str) -> None:
    assert failures(examples(*lines)) == [failure]


def test_an_example_without_a_marked_span_may_be_flagged_anywhere() -> None:
    assert failures(examples("- flags: Many cheers.", "- passes: Kind regards.")) == []


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        pytest.param("Bottoms up.", "1 rule, 3 examples, 0 failures, 1 known miss\n", id="missed"),
        pytest.param("Many cheers.", "1 rule, 3 examples, 0 failures\n", id="found after all"),
    ],
)
def test_a_known_miss_may_go_either_way_and_is_counted(text: str, summary: str) -> None:
    result = check(examples("- flags: Many >>cheers<<.", "- passes: Regards.", f"- known-miss: {text}"))
    assert (result.stdout, result.exit_code) == (summary, 0)


def test_examples_have_their_context() -> None:
    text = RULE + "severities: {request: off}\n" + EXAMPLES
    with_context = text + "  - passes: Many cheers.\n    situation: request\n"
    assert failures(with_context) == []
    (failure,) = failures(text + "  - passes: Many cheers.\n    situation: upset\n")
    assert failure == '14:13: no-cheers flags "cheers", which should pass'


def test_a_phrase_that_no_example_fires_fails_at_its_place() -> None:
    text = RULE + "  - bottoms (up|down)\n  - 'ta ta'\n" + EXAMPLES
    assert failures(text) == [
        '10:5: no example fires "bottoms (up|down)"; add one that flags, or delete the phrase',
        '11:6: no example fires "ta ta"; add one that flags, or delete the phrase',
    ]


EXCEPTION = """\
unless:
  - phrase: three cheers
    because: that is praise
    example: {}
"""


def test_an_exception_that_silences_its_example_passes() -> None:
    assert failures(RULE + EXCEPTION.format("Three cheers for Ann!") + EXAMPLES) == []


def test_an_exception_that_silences_nothing_fails() -> None:
    assert failures(RULE + EXCEPTION.format("Thank you, Ann.") + EXAMPLES) == [
        "11:5: this exception silences nothing: without it no-cheers does not flag its example either"
    ]


def test_an_exception_whose_example_is_flagged_all_the_same_fails() -> None:
    assert failures(RULE + EXCEPTION.format("Cheers for Ann!") + EXAMPLES) == [
        "11:5: no-cheers flags the example of this exception: Cheers for Ann!"
    ]


def test_own_rules_may_use_the_words_of_the_shipped_ones() -> None:
    text = RULE.replace("- cheers", "- <we> [all] say cheers") + EXAMPLES.replace(">>cheers<<", ">>we all say cheers<<")
    assert failures(text) == []


@pytest.mark.parametrize(
    ("text", "error"),
    [
        pytest.param(RULE.replace("phrases", "phrase") + EXAMPLES, "8:1: unknown key 'phrase'", id="an unknown key"),
        pytest.param(RULE.replace("- cheers", "- cheers (") + EXAMPLES, "9:12: ", id="a phrase that cannot be read"),
        pytest.param(RULE + "  - [\n", "11:1: not valid YAML", id="no YAML"),
    ],
)
def test_a_broken_file_exits_with_2_and_names_the_place(text: str, error: str) -> None:
    result = check(text)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"mine/custom/no-cheers.yaml:{error}")


def test_a_folder_without_rules_is_an_error() -> None:
    Path("mine").mkdir()
    result = run("test", "mine")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "calmlint: mine: holds no rules; `calmlint new-rule NAME --dir mine` writes one\n"


def test_a_new_rule_passes_and_can_be_explained_and_run() -> None:
    created = run("new-rule", "no-cheers", "--dir", "mine", "--category", "sign-off")
    assert (created.stdout, created.exit_code) == ("mine/sign-off/no-cheers.yaml\n", 0)
    assert run("test", "mine").stdout == "1 rule, 2 examples, 0 failures\n"
    Path("calmlint.toml").write_text('rules = ["mine"]\n', encoding="utf-8")
    assert "no-cheers (SIG900)" in run("rule", "no-cheers").stdout
    Path("reply.txt").write_text("Here are the words of no cheers.\n", encoding="utf-8")
    assert run("--output-format=concise", "--select", "SIG", "reply.txt").stdout.startswith(
        "reply.txt:1:14: warning no-cheers (SIG900) "
    )


def test_new_rules_get_free_codes() -> None:
    for name in ("one", "two"):
        run("new-rule", name, "--dir", "mine")
    run("new-rule", "three", "--dir", "mine", "--code", "HOU007")
    codes = [
        Path(f"mine/custom/{name}.yaml").read_text(encoding="utf-8").splitlines()[2] for name in ("one", "two", "three")
    ]
    assert codes == ["code: CUS900", "code: CUS901", "code: HOU007"]


@pytest.mark.parametrize(
    ("args", "line"),
    [
        pytest.param(["old"], '"old" is taken by mine/custom/old.yaml; choose another', id="its name is taken"),
        pytest.param(
            ["new", "--code", "CUS900"], '"CUS900" is taken by mine/custom/old.yaml; choose another', id="code"
        ),
        pytest.param(
            ["No_Cheers"],
            '"No_Cheers" cannot name a rule; use small letters, digits and single hyphens, such as "no-cheers"',
            id="a bad name",
        ),
        pytest.param(
            ["new", "--category", "../up"],
            '"../up" cannot name a category; use small letters, digits and single hyphens',
            id="a bad category",
        ),
        pytest.param(
            ["new", "--code", "x1"],
            '"x1" is no code; use three capitals and three digits, such as "CUS900"',
            id="a bad code",
        ),
    ],
)
def test_a_new_rule_overwrites_nothing_and_has_a_proper_name(args: list[str], line: str) -> None:
    run("new-rule", "old", "--dir", "mine")
    before = Path("mine/custom/old.yaml").read_bytes()
    result = run("new-rule", *args, "--dir", "mine")
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"calmlint: {line}\n")
    assert [path.name for path in Path("mine").rglob("*.yaml")] == ["old.yaml"]
    assert Path("mine/custom/old.yaml").read_bytes() == before


def test_a_file_that_is_no_rule_yet_is_not_overwritten() -> None:
    result = run("new-rule", "told-to-calm", "--dir", "mine")
    assert result.exit_code == 2
    assert result.stderr.endswith("told-to-calm.yaml; choose another\n")
