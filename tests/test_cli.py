from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import jsonschema
import pytest
from click.testing import CliRunner, Result

from calmlint import __version__, schemas
from calmlint.check import Options
from calmlint.cli import check, main
from calmlint.conversation import SITUATIONS
from calmlint.engine import Linter
from calmlint.finding import Edit, Fix, Report, Severity
from calmlint.reporters import REPORTERS
from calmlint.rule import load_rules
from calmlint.source import Span
from tests.conftest import HOUSE

RULES = f"rules = ['{HOUSE}']\n"  # settings without it know the shipped rules alone
REPLY = "Hi Ann,\n\nPlease calm down and read our policy.\n"
FOUND = 'reply.txt:3:8: error told-to-calm (HSE001) "calm down" tells the customer how to feel.\n'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which each test runs: a reply, and settings that name a rule whose wording never changes."""
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    Path("reply.txt").write_text(REPLY, encoding="utf-8")
    settings()
    return tmp_path


def settings(text: str = "", path: str = "calmlint.toml") -> None:
    """Write a file of settings that name the rules of the house."""
    Path(path).parent.mkdir(exist_ok=True)
    Path(path).write_text(RULES + text, encoding="utf-8")


def run(*args: str, stdin: str | bytes = "") -> Result:
    return CliRunner().invoke(main, args, input=stdin, catch_exceptions=False)


def lint(*args: str, stdin: str | bytes = "") -> Result:
    return run("check", "--select", "told-to-calm", "--output-format", "concise", *args, stdin=stdin)


def refusal(*args: str, stdin: str | bytes = "") -> str:
    """The one line on which a run is refused."""
    result = run(*args, stdin=stdin)
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    return line


@pytest.mark.parametrize(("fail_on", "code"), [("error", 1), ("warning", 1), ("info", 1), ("never", 0)])
def test_an_error_fails_whatever_is_asked_for_but_never(fail_on: str, code: int) -> None:
    result = lint("--fail-on", fail_on, "reply.txt")
    assert (result.stdout, result.stderr, result.exit_code) == (FOUND, "", code)


@pytest.mark.parametrize(("fail_on", "code"), [("error", 0), ("warning", 1)])
def test_a_finding_below_the_limit_does_not_fail(fail_on: str, code: int) -> None:
    settings(f'fail-on = "{fail_on}"\n[severity]\ntold-to-calm = "warning"\n')
    assert lint("reply.txt").exit_code == code


def test_a_calm_reply_exits_with_0_and_says_so() -> None:
    Path("reply.txt").write_text("It is refunded.\n", encoding="utf-8")
    result = run("--select", "told-to-calm", "reply.txt")
    assert (result.stdout, result.exit_code) == ("all calm: 1 reply in 1 file\n", 0)


def test_paths_alone_are_checked() -> None:
    assert run("reply.txt", "--select=told-to-calm", "--output-format=concise").stdout == FOUND
    assert run("--select", "told-to-calm", "--output-format=concise", "reply.txt").stdout == FOUND


def test_a_file_named_like_a_command_is_linted_by_its_path() -> None:
    Path("rules").write_text("Calm down.\n", encoding="utf-8")
    result = lint("./rules")
    assert result.stdout.startswith("./rules:1:1: error told-to-calm")


def test_text_is_the_default_format() -> None:
    result = run("reply.txt", "--select", "told-to-calm")
    assert result.stdout.splitlines()[:3] == [
        FOUND.rstrip("\n"),
        "    Please calm down and read our policy.",
        "           ^^^^^^^^^",
    ]
    assert result.stdout.splitlines()[-1] == "1 error in 1 file (fails on warning)"


def test_quiet_leaves_the_summary_out() -> None:
    Path("reply.txt").write_text("It is refunded.\n", encoding="utf-8")
    assert run("--quiet", "--select", "told-to-calm", "reply.txt").stdout == ""


def test_statistics_is_a_table_of_rules() -> None:
    result = run("--statistics", "--select", "told-to-calm", "reply.txt")
    assert result.stdout == "1  HSE001  told-to-calm\n1 error in 1 file (fails on warning)\n"


def test_json_keeps_to_its_schema() -> None:
    result = run("--output-format", "json", "--select", "ALL", "reply.txt")
    report = json.loads(result.stdout)
    schema = schemas.report()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(report, schema)
    (finding,) = [finding for finding in report["findings"] if finding["rule"] == "told-to-calm"]
    places = [finding[key] for key in ("line", "column", "end_line", "end_column", "span", "excerpt")]
    assert places == [3, 8, 3, 17, [16, 25], "calm down"]


@pytest.mark.parametrize(
    "change",
    [{"version": 2}, {"findings": [{}]}, {"summary": {"files": -1}}, {"replies": None}],
    ids=["version", "finding", "summary", "replies"],
)
def test_the_schema_refuses_what_is_no_report(change: dict[str, Any]) -> None:
    report = json.loads(run("--output-format", "json", "--select", "told-to-calm", "reply.txt").stdout)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(report | change, schemas.report())


def test_the_schema_allows_more_keys() -> None:
    report = json.loads(run("--output-format", "json", "--select", "told-to-calm", "reply.txt").stdout)
    report["new"] = report["findings"][0]["new"] = report["summary"]["new"] = 1
    jsonschema.validate(report, schemas.report())


def test_standard_input_is_a_dash_or_what_it_is_said_to_be() -> None:
    assert lint("-", stdin=REPLY).stdout == FOUND.replace("reply.txt", "-")
    named = lint("--stdin-filename", "macros/x.md", "-", stdin="> Please calm down.\n\nPlease *calm* down.\n")
    assert named.stdout.startswith("macros/x.md:3:9: error told-to-calm (HSE001) ")
    assert named.stdout.count("\n") == 1


def test_settings_of_standard_input_are_those_of_its_name() -> None:
    Path("macros").mkdir()
    settings('ignore = ["told-to-calm"]\n', "macros/calmlint.toml")
    result = run("--output-format=concise", "--stdin-filename", "macros/x.txt", "-", stdin="Please calm down.")
    assert "told-to-calm" not in result.stdout
    assert "told-to-calm" in run("--output-format=concise", "-", stdin="Please calm down.").stdout


def test_settings_are_the_nearest_ones_unless_told_otherwise() -> None:
    settings('[severity]\ntold-to-calm = "info"\n')
    settings('[severity]\ntold-to-calm = "warning"\n', "other.toml")
    assert ": info told-to-calm" in lint("reply.txt").stdout
    assert ": warning told-to-calm" in lint("--config", "other.toml", "reply.txt").stdout
    isolated = refusal("--isolated", "--select", "told-to-calm", "reply.txt")  # a rule that only the settings name
    assert isolated.startswith('command line: --select: there is no rule, code or category "told-to-calm"')


def test_what_cannot_be_read_is_told_the_rest_is_linted_and_2_wins() -> None:
    Path("bad.txt").write_bytes(b"Please \xff calm down")
    Path("bad.jsonl").write_text('{"turns": [\n', encoding="utf-8")
    result = lint("missing.txt", "bad.txt", "bad.jsonl", "reply.txt")
    assert (result.stdout, result.exit_code) == (FOUND, 2)
    lines = result.stderr.splitlines()
    assert [line.split(":")[0] for line in lines] == ["missing.txt", "bad.txt", "bad.jsonl"]
    assert lines[1] == "bad.txt:1:8: not UTF-8 text; save the file as UTF-8"


def test_a_summary_tells_that_not_all_was_read() -> None:
    result = run("--select", "told-to-calm", "missing.txt", "reply.txt")
    assert result.stdout.splitlines()[-1] == "1 error in 1 file (fails on warning); not all could be read"


def test_broken_settings_keep_their_files_from_being_linted_not_others() -> None:
    Path("broken").mkdir()
    settings("ignore = [\n", "broken/calmlint.toml")
    for name in ("a.txt", "b.txt"):
        Path("broken", name).write_text(REPLY, encoding="utf-8")
    result = lint("broken", "reply.txt")
    assert (result.stdout, result.exit_code) == (FOUND, 2)
    assert [line.split(":")[0] for line in result.stderr.splitlines()] == ["broken/calmlint.toml"]


REFUSED = [
    pytest.param(["check"], "nothing to lint; name files or folders, or - for standard input", id="no paths"),
    pytest.param(["rulez"], '"rulez" is neither a file nor a command; did you mean "rule"?', id="a misspelt command"),
    pytest.param(
        ["--output-format", "jsn", "reply.txt"], '--output-format: "jsn" is unknown; did you mean "json"?', id="format"
    ),
    pytest.param(
        ["--statistics", "--output-format", "json", "reply.txt"],
        "--statistics is a format of its own; leave out --output-format json",
        id="two formats",
    ),
    pytest.param(
        ["--isolated", "--config", "x.toml", "reply.txt"],
        "--isolated takes no settings from files, --config names one; leave one of them out",
        id="isolated and config",
    ),
    pytest.param(
        ["--stdin-filename", "x.md", "reply.txt"],
        "--stdin-filename says what standard input is called, but - is not among the paths",
        id="a name for standard input that is not read",
    ),
    pytest.param(
        ["-", "reply.txt"],
        "standard input (-) is linted alone; leave out the other paths",
        id="standard input and files",
    ),
    pytest.param(
        ["--customer", "-", "-"],
        "standard input (-) cannot be both the reply and the --customer message",
        id="standard input twice",
    ),
    pytest.param(
        ["--customer", "c.txt", "reply.txt", "c.txt"],
        "--customer is the message that one reply answers, but 2 files are given",
        id="a customer for several replies",
    ),
    pytest.param(
        ["--customer", "c.txt", "chats.jsonl"],
        "--customer is for a plain reply; chats.jsonl says itself what its customers wrote",
        id="a customer for records",
    ),
    pytest.param(
        ["--customer", "chats.jsonl", "reply.txt"],
        "--customer chats.jsonl: holds whole conversations; lint it as it is, or name a file with one message",
        id="a customer that is an archive",
    ),
    pytest.param(
        ["--output-file", "reply.txt", "reply.txt"],
        "--output-file reply.txt would overwrite reply.txt, which is to be read; name another file",
        id="output over input",
    ),
    pytest.param(
        ["--customer", "c.txt", "--output-file", "./c.txt", "reply.txt"],
        "--output-file ./c.txt would overwrite c.txt, which is to be read; name another file",
        id="output over the customer's message",
    ),
    pytest.param(
        ["rule", "told-to-clam"], 'there is no rule "told-to-clam"; did you mean "told-to-calm"?', id="an unknown rule"
    ),
    pytest.param(["test", "nowhere"], "nowhere: no such folder; name the folder that holds your rules", id="no folder"),
    pytest.param(
        ["config", "--show", "nowhere"], "nowhere: no such file or folder; check the name", id="settings of nothing"
    ),
]


@pytest.mark.parametrize(("args", "line"), REFUSED)
def test_what_makes_no_sense_is_refused_in_one_line(args: list[str], line: str) -> None:
    Path("c.txt").write_text("Where is it?\n", encoding="utf-8")
    Path("chats.jsonl").write_text('{"turns": [{"role": "agent", "text": "Hello."}]}\n', encoding="utf-8")
    assert refusal(*args) == f"calmlint: {line}"
    assert Path("reply.txt").read_text(encoding="utf-8") == REPLY


@pytest.mark.parametrize(
    ("args", "start"),
    [
        (["--selct", "x", "reply.txt"], "calmlint: No such option '--selct'."),
        (["--fail-on", "eror", "reply.txt"], "calmlint: Invalid value for '--fail-on': 'eror' is not one of "),
        (
            ["--select", "told-to-clam", "reply.txt"],
            'command line: --select: there is no rule, code or category "told-to-clam"',
        ),
        (["--profile", "chatt", "reply.txt"], 'command line: profile: there is no "chatt"; did you mean "chat"?'),
        (["--config", "nowhere.toml", "reply.txt"], "nowhere.toml: "),
        (["missing.txt"], "missing.txt: no such file"),
    ],
    ids=["option", "severity", "rule", "profile", "config", "path"],
)
def test_a_misspelt_word_is_one_line_with_the_nearest_known_one(args: list[str], start: str) -> None:
    assert refusal(*args).startswith(start)


def test_the_customers_message_is_read() -> None:
    Path("customer.txt").write_text("You charged me twice! I am furious, this is the third time.\n", encoding="utf-8")
    result = run("--output-format", "json", "--customer", "customer.txt", "reply.txt")
    assert json.loads(result.stdout)["replies"][0]["situation"]["state"] != "unknown"


def test_the_situation_is_as_stated() -> None:
    result = run("--output-format", "json", "--situation", "notice", "reply.txt")
    assert json.loads(result.stdout)["replies"][0]["situation"]["state"] == "notice"


def test_the_report_goes_to_a_file() -> None:
    result = lint("--output-file", "report.txt", "reply.txt")
    assert (result.stdout, result.exit_code) == ("", 1)
    assert Path("report.txt").read_text(encoding="utf-8") == FOUND
    assert sorted(path.name for path in Path().iterdir()) == ["calmlint.toml", "reply.txt", "report.txt"]


def test_the_last_report_in_a_folder_is_not_linted() -> None:
    for _ in range(2):
        result = lint("--output-file", "report.txt", ".")
        assert (result.stderr, result.exit_code) == ("", 1)
    assert Path("report.txt").read_text(encoding="utf-8") == FOUND


def test_settings_leave_out_a_folder_that_has_its_own() -> None:
    Path("old").mkdir()
    Path("old/a.txt").write_text(REPLY, encoding="utf-8")
    settings('fail-on = "never"\n', "old/calmlint.toml")
    settings('exclude = ["old/"]\n')
    assert lint(".").stdout == FOUND


def test_a_report_that_cannot_be_written_is_one_line() -> None:
    result = lint("--output-file", "nowhere/report.txt", "reply.txt")
    assert result.exit_code == 2
    assert result.stderr == "calmlint: nowhere/report.txt: cannot be written: No such file or directory\n"


@pytest.fixture
def fixes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each finding of told-to-calm has a safe fix, and one that starts with a capital an unsafe one."""
    plain = Linter.lint_bytes

    def with_fixes(linter: Linter, path: str, data: bytes) -> Report:
        report = plain(linter, path, data)
        text = data.decode()
        for index, finding in enumerate(report.findings):
            start = text.index(finding.excerpt)
            fix = Fix(
                "Breathe", (Edit(Span(start, start + len(finding.excerpt)), "breathe"),), finding.excerpt.islower()
            )
            report.findings[index] = finding._replace(fix=fix)
        return report

    monkeypatch.setattr(Linter, "lint_bytes", with_fixes)


@pytest.mark.usefixtures("fixes")
def test_fix_writes_the_file_and_reports_what_is_left() -> None:
    Path("b.txt").write_bytes(b"Calm down.\r\n")
    result = lint("--fix", "reply.txt", "b.txt")
    assert Path("reply.txt").read_text(encoding="utf-8") == REPLY.replace("calm down", "breathe")
    assert Path("b.txt").read_bytes() == b"Calm down.\r\n"
    assert result.stdout == 'b.txt:1:1: error told-to-calm (HSE001) "Calm down" tells the customer how to feel.\n'
    assert (result.stderr, result.exit_code) == ("fixed 1 finding in 1 file\n", 1)


@pytest.mark.usefixtures("fixes")
def test_unsafe_fixes_are_carried_out_when_asked_for() -> None:
    Path("b.txt").write_bytes(b"Calm down.\r\n")
    result = lint("--unsafe-fixes", "reply.txt", "b.txt")
    assert Path("b.txt").read_bytes() == b"breathe.\r\n"
    assert (result.stdout, result.stderr, result.exit_code) == ("", "fixed 2 findings in 2 files\n", 0)


@pytest.mark.usefixtures("fixes")
def test_diff_shows_the_fixes_and_writes_nothing() -> None:
    result = lint("--diff", "reply.txt")
    assert result.stdout == (
        "--- reply.txt\n+++ reply.txt\n@@ -1,3 +1,3 @@\n Hi Ann,\n \n"
        "-Please calm down and read our policy.\n+Please breathe and read our policy.\n"
    )
    assert (result.stderr, result.exit_code) == ("would fix 1 finding in 1 file\n", 1)
    assert Path("reply.txt").read_text(encoding="utf-8") == REPLY


@pytest.mark.usefixtures("fixes")
def test_fixed_standard_input_is_written_to_standard_output() -> None:
    result = lint("--fix", "--quiet", "-", stdin=b"Please calm down.\r\n")
    assert (result.stdout_bytes, result.stderr, result.exit_code) == (b"Please breathe.\r\n", "", 0)


def test_a_file_that_changes_meanwhile_is_left_alone_and_the_rest_is_fixed(
    fixes: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    del fixes
    Path("b.txt").write_text("Please calm down.\n", encoding="utf-8")
    fixing = Linter.lint_bytes

    def while_someone_writes(linter: Linter, path: str, data: bytes) -> Report:
        if path == "reply.txt":
            Path(path).write_text("New.\n", encoding="utf-8")
        return fixing(linter, path, data)

    monkeypatch.setattr(Linter, "lint_bytes", while_someone_writes)
    result = lint("--fix", "reply.txt", "b.txt")
    assert Path("reply.txt").read_text(encoding="utf-8") == "New.\n"
    assert Path("b.txt").read_text(encoding="utf-8") == "Please breathe.\n"
    assert (result.stdout, result.exit_code) == (FOUND, 2)
    assert result.stderr.splitlines() == [
        "reply.txt: was changed by someone else meanwhile, so its fixes are left out; run calmlint again",
        "fixed 1 finding in 1 file",
    ]


def test_show_settings_says_where_each_comes_from() -> None:
    settings('brands = ["TOYBOX"]\n')
    lines = run("config", "--show", "reply.txt").stdout.splitlines()
    assert 'brands = ["TOYBOX"]   # from calmlint.toml:2' in lines
    assert 'fail-on = "warning"   # default' in lines


def test_show_settings_tells_of_mistakes() -> None:
    settings('ignore = ["told-to-clam"]\n')
    line = refusal("config", "--show", "reply.txt")
    assert line.startswith('calmlint.toml:2:11: ignore: there is no rule, code or category "told-to-clam"; did you')


def test_clean_removes_the_cache_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALMLINT_CACHE", "cache")
    Path("cache").mkdir()
    for name in ("rules-0.bin", "letter.txt"):
        Path("cache", name).touch()
    assert run("clean").stdout == "removed 1 file from cache\n"
    assert [path.name for path in Path("cache").iterdir()] == ["letter.txt"]


def test_version() -> None:
    assert run("--version").stdout == f"calmlint {__version__}\n"


def test_the_options_of_the_command_are_those_of_the_run() -> None:
    assert {option.name for option in check.params} == set(Options._fields)


def test_help_names_every_choice() -> None:
    shown = "".join(run("check", "--help").stdout.split())  # a line may end after any hyphen
    for word in (*REPORTERS, *SITUATIONS, *load_rules().profiles, *(severity.label for severity in Severity), "never"):
        assert word in shown, word


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_and_option_has_help(name: str) -> None:
    command = main.commands[name]
    assert command.help
    assert all(option.help for option in command.params if isinstance(option, click.Option))
    assert run(name, "--help").exit_code == 0


@pytest.mark.parametrize("before", [0, 90, 140, 200, 400, 10_000])
def test_the_caret_stands_under_its_words_in_lines_of_any_length(
    before: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reply.txt").write_text("word " * (before // 5) + "calm down and more words after it", encoding="utf-8")
    report = CliRunner().invoke(main, ["--isolated", "--select", "calm-down", "reply.txt"]).stdout.splitlines()
    start = report[2].index("^")
    assert report[1][start : report[2].rindex("^") + 1] == "calm down"
