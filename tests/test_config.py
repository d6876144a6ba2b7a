"""Selection, severities, overrides, and the search for the configuration file."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmlint.config import Config, check_names, describe, find_config, read_config
from calmlint.finding import Severity
from calmlint.source import InputError

if TYPE_CHECKING:
    from pathlib import Path


@dataclasses.dataclass(frozen=True)
class ARule:
    name: str = "calm-down"
    code: str = "EMP005"
    category: str = "empathy"
    severity: Severity = Severity.ERROR
    enabled: bool = True
    preview: bool = False


RULE = ARule()
OFF = ARule(enabled=False)
PREVIEW = ARule(preview=True)


@pytest.mark.parametrize(
    ("rule", "settings", "runs"),
    [
        pytest.param(RULE, {}, True, id="enabled rules run by default"),
        pytest.param(OFF, {}, False, id="others do not"),
        pytest.param(PREVIEW, {}, False, id="previews do not"),
        pytest.param(PREVIEW, {"preview": True}, True, id="unless previews are asked for"),
        pytest.param(RULE, {"select": ["all-caps"]}, False, id="select takes the place of the default"),
        pytest.param(RULE, {"extend_select": ["all-caps"]}, True, id="extend-select does not"),
        pytest.param(OFF, {"extend_select": ["calm-down"]}, True, id="by name"),
        pytest.param(OFF, {"select": ["EMP005"]}, True, id="by code"),
        pytest.param(OFF, {"select": ["EMP"]}, True, id="by prefix"),
        pytest.param(OFF, {"select": ["EMP01"]}, False, id="not by another prefix"),
        pytest.param(OFF, {"select": ["empathy"]}, True, id="by category"),
        pytest.param(OFF, {"select": ["ALL"]}, True, id="ALL is every rule"),
        pytest.param(PREVIEW, {"select": ["ALL"]}, True, id="ALL holds previews"),
        pytest.param(PREVIEW, {"select": ["ALL", "EMP"]}, True, id="also beside a prefix"),
        pytest.param(PREVIEW, {"select": ["EMP"]}, False, id="a prefix does not reach previews"),
        pytest.param(PREVIEW, {"select": ["empathy"]}, False, id="nor does a category"),
        pytest.param(PREVIEW, {"select": ["EMP"], "preview": True}, True, id="a prefix, with preview"),
        pytest.param(PREVIEW, {"select": ["calm-down"]}, True, id="a name reaches previews"),
        pytest.param(RULE, {"ignore": ["EMP"]}, False, id="ignore alone"),
        pytest.param(RULE, {"select": ["EMP"], "ignore": ["EMP"]}, False, id="ignore wins a tie"),
        pytest.param(RULE, {"select": ["calm-down"], "ignore": ["EMP005"]}, False, id="name and code tie"),
        pytest.param(RULE, {"select": ["EMP005"], "ignore": ["EMP"]}, True, id="code over prefix"),
        pytest.param(RULE, {"select": ["EMP0"], "ignore": ["EMP"]}, True, id="longer prefix over shorter"),
        pytest.param(RULE, {"select": ["EMP"], "ignore": ["EMP0"]}, False, id="longer ignored prefix"),
        pytest.param(RULE, {"select": ["EMP"], "ignore": ["empathy"]}, True, id="prefix over category"),
        pytest.param(RULE, {"select": ["ALL"], "ignore": ["empathy"]}, False, id="category over ALL"),
        pytest.param(RULE, {"extend_select": ["empathy"], "ignore": ["ALL"]}, True, id="category over ignored ALL"),
        pytest.param(RULE, {"severity": {"calm-down": "off"}}, False, id="off"),
        pytest.param(RULE, {"severity": {"calm-down": "off"}, "select": ["calm-down"]}, False, id="off beats select"),
        pytest.param(
            RULE, {"severity": {"EMP": "off", "calm-down": Severity.INFO}}, True, id="the more specific severity"
        ),
    ],
)
def test_selection(rule: ARule, settings: dict[str, Any], *, runs: bool) -> None:
    assert Config(**settings).selects(rule) is runs


@pytest.mark.parametrize(
    ("settings", "options", "runs"),
    [
        pytest.param({"select": ["calm-down"]}, {"ignore": ["EMP"]}, False, id="--ignore beats a file's name"),
        pytest.param({"select": ["calm-down"]}, {"select": ["all-caps"]}, False, id="--select replaces select"),
        pytest.param({"extend_select": ["calm-down"]}, {"select": ["all-caps"]}, False, id="and extend-select"),
        pytest.param({"select": ["all-caps"]}, {"extend_select": ["EMP"]}, True, id="--extend-select adds"),
        pytest.param({"ignore": ["calm-down"]}, {"select": ["calm-down"]}, True, id="--select wins a tie"),
        pytest.param({"ignore": ["calm-down"]}, {"select": ["EMP"]}, False, id="a file's finer ignore stays"),
        pytest.param({"ignore": ["EMP"]}, {"extend_select": ["calm-down"]}, True, id="finer --extend-select"),
        pytest.param({"severity": {"calm-down": "off"}}, {"select": ["calm-down"]}, True, id="off comes back"),
        pytest.param({"severity": {"calm-down": "off"}}, {"select": ["EMP"]}, False, id="off stays off in a sweep"),
        pytest.param({}, {"select": ["ALL"], "ignore": ["calm-down"]}, False, id="both options"),
        pytest.param({}, {"select": ["calm-down"], "ignore": ["EMP"]}, True, id="the finer option"),
        pytest.param({"per_file_ignores": {"*.md": ("EMP",)}}, {"select": ["calm-down"]}, False, id="per file"),
    ],
)
def test_the_command_line_wins(settings: dict[str, Any], options: dict[str, Any], *, runs: bool) -> None:
    assert Config(**settings).override(**options).selects(RULE, "a.md") is runs


def test_severity() -> None:
    config = Config(severity={"EMP": Severity.WARNING, "calm-down": Severity.INFO, "OWN": "off"})
    assert config.severity_of(RULE) is Severity.INFO
    assert config.severity_of(ARule(name="other", code="EMP006")) is Severity.WARNING
    assert config.severity_of(ARule(name="other", code="OWN006", category="ownership")) is None
    assert config.severity_of(ARule(name="other", code="TON006", category="tone")) is Severity.ERROR
    assert config.severity_of(ARule(name="other", code="TON006"), Severity.INFO) is Severity.INFO
    back = Config(severity={"calm-down": "off"}).override(select=["EMP005"])
    assert back.severity_of(RULE) is Severity.ERROR


def test_override_lays_options_over_the_file() -> None:
    config = Config(fail_on=Severity.ERROR, channel="chat", profile="chat", ignore=("all-caps",))
    changed = config.override(fail_on="never", channel="email", preview=True, customer="Hi", situation="upset")
    assert (changed.fail_on, changed.channel, changed.profile) == (None, "email", "chat")
    assert (changed.preview, changed.customer, changed.situation) == (True, "Hi", "upset")
    assert changed.ignore == ("all-caps",)
    assert config.override() == config
    twice = config.override(ignore=["a"]).override(ignore=["b"], select=["c"])
    assert twice.command_line == (("c",), (), ("a", "b"))


def test_per_file_ignores_and_exclude_are_relative_to_their_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sub" / "deep").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "sub")
    config = Config(
        per_file_ignores={"sub/*.md": ("calm-down",), "legacy/": ("ALL",)},
        exclude=("/sub/old.md", "drafts/"),
        root=str(tmp_path),
    )
    assert not config.selects(RULE, "a.md")
    assert not config.selects(RULE, str(tmp_path / "sub" / "a.md"))
    assert config.selects(RULE, "deep/a.md")
    assert config.selects(RULE, "../a.md")
    assert not config.selects(RULE, "deep/legacy/a.txt")
    assert config.selects(ARule(name="x", code="TON001", category="tone"), "a.md")
    assert config.excludes("old.md")
    assert not config.excludes("deep/old.md")
    assert config.excludes("deep/drafts/")
    assert config.excludes("deep/drafts/x.txt")


def test_the_nearest_file_configures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a" / "calmlint.toml").write_text("")
    (tmp_path / "a" / "pyproject.toml").write_text("[tool.calmlint]\n")
    (inner / "pyproject.toml").write_text("[tool.ruff]\n")
    assert find_config("a/b/reply.txt") == "a/calmlint.toml"
    assert find_config(inner) == "a/calmlint.toml"
    (inner / "pyproject.toml").write_text("[tool . calmlint]\nignore = []\n")
    assert find_config(inner / "missing.txt") == "a/b/pyproject.toml"
    monkeypatch.chdir(inner)
    assert find_config(".") == "pyproject.toml"
    (inner / "pyproject.toml").write_text('name = "calmlint"\n')
    assert find_config("reply.txt") == str(tmp_path / "a" / "calmlint.toml")


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("[tool.calmlint]", True),
        ('[ tool . "calmlint" ]', True),
        ("['tool'.calmlint.severity]", True),
        ("[tool]\ncalmlint = {}", True),
        ("[tool]\ncalmlint.preview = true", True),
        ("tool.calmlint.preview = true", True),
        ("tool = { calmlint = {} }", True),
        ("[tool.calmlint-extra]", False),
        ("[project.scripts]\ncalmlint = 'x'", False),
        ("# [tool.calmlint]", False),
        ("[other.tool.calmlint]", False),
        ("[tool]\nother = 'calmlint'", False),
    ],
)
def test_a_pyproject_counts_where_it_has_the_table(tmp_path: Path, text: str, *, counts: bool) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    (tmp_path / "sub").mkdir()
    found = find_config(tmp_path / "sub")
    assert found == str(tmp_path / "pyproject.toml") if counts else found is None


def test_a_malformed_pyproject_counts_where_it_configures_calmlint(tmp_path: Path) -> None:
    (tmp_path / "calmlint.toml").write_text("")
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "pyproject.toml").write_text("x = = calmlint\n")
    assert find_config(inner) == str(tmp_path / "calmlint.toml")
    (inner / "pyproject.toml").write_text("x = =\n[tool.calmlint]\n")
    assert find_config(inner) == str(inner / "pyproject.toml")
    with pytest.raises(InputError, match=r"pyproject\.toml:1:5: not TOML"):
        read_config(inner / "pyproject.toml")


NAMES, CODES, CATEGORIES = ["calm-down", "all-caps"], ["EMP005", "TON002"], ["empathy", "tone"]


def test_every_unknown_selector_is_told_with_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "calmlint.toml").write_text(
        'select = ["calm-down", "EMP", "TON0", "ALL", "tone",\n'
        '          "calm-dwon"]\n'
        'ignore = ["EMP006"]\n'
        'profile = "chatt"\n'
        "[severity]\n"
        'EMP005 = "info"\n'
        'all-cap = "off"\n'
        "[per-file-ignores]\n"
        '"*.md" = ["all-caps", "XYZ"]\n'
    )
    config = read_config("calmlint.toml").override(extend_select=["emp005"])
    with pytest.raises(InputError) as error:
        check_names(config, NAMES, CODES, CATEGORIES, ["email", "chat"])
    told = str(error.value).splitlines()
    known = "calm-down, all-caps, EMP005, TON002, EMP, TON, empathy, tone, ALL"
    what = "there is no rule, code or category"
    assert told == [
        f'calmlint.toml:2:11: select: {what} "calm-dwon"; did you mean "calm-down"?',
        f'calmlint.toml:3:11: ignore: {what} "EMP006"; did you mean "EMP005"?',
        f'calmlint.toml:7:1: severity: {what} "all-cap"; did you mean "all-caps"?',
        f'calmlint.toml:9:23: per-file-ignores: {what} "XYZ"; known are {known}',
        f'command line: --extend-select: {what} "emp005"; did you mean "EMP005"?',
        'calmlint.toml:4:1: profile: there is no "chatt"; did you mean "chat"?',
    ]


def test_known_selectors_pass() -> None:
    config = Config(select=("calm-down", "EMP005", "EMP0", "EMP", "tone", "ALL"), profile="email")
    check_names(config.override(ignore=["all-caps"]), NAMES, CODES, CATEGORIES, ["email"])


def test_the_settings_are_described_with_their_origin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "calmlint.toml").write_text(
        '# ours\nignore = ["EMP"]\n\nfail-on = "error"\nchannel = "chat"\n[response-times]\nemail = "30m"\n'
        '[per-file-ignores]\n"*.md" = ["all-caps"]\n'
    )
    config = read_config("calmlint.toml").override(ignore=["tone"], channel="email", select=["ALL"])
    assert describe(config) == [
        'select = ["ALL"]   # command line',
        'ignore = ["EMP", "tone"]   # from calmlint.toml:2 and command line',
        "# extend-select is not set   # default",
        "severity = {}   # default",
        "exclude = []   # default",
        'fail-on = "error"   # from calmlint.toml:4',
        "# profile is not set   # default",
        "rules = []   # default",
        "company = []   # default",
        "brands = []   # default",
        "preview = false   # default",
        "# situation is not set   # default",
        'channel = "email"   # command line',
        "",
        "[per-file-ignores]",
        '"*.md" = ["all-caps"]   # from calmlint.toml:9',
        "",
        "[response-times]",
        'email = "30m"   # from calmlint.toml:7',
    ]


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1).filter(str.strip)


CONFIGS = st.builds(
    Config,
    company=st.lists(TEXT).map(tuple),
    brands=st.lists(TEXT).map(tuple),
    severity=st.dictionaries(TEXT, st.sampled_from([*Severity, "off"])),
    fail_on=st.sampled_from([*Severity, None]),
    response_times=st.dictionaries(st.sampled_from(["email", "chat"]), st.floats(0.01, 1e300)),
    preview=st.booleans(),
)


@given(CONFIGS)
def test_what_is_described_reads_back_the_same(tmp_path_factory: pytest.TempPathFactory, config: Config) -> None:
    file = tmp_path_factory.getbasetemp() / "settings.toml"  # by another name, lest it configure other tests
    file.write_bytes("\n".join(describe(config)).encode())
    assert read_config(file)._replace(root="", origin={}) == config


def test_without_a_file_nothing_heavy_is_imported() -> None:
    program = (
        "import sys, calmlint.config as c; c.Config().selects; c.Config().override(select=['ALL']);"
        "print([m for m in ('tomllib', 'pathspec', 'difflib', 'pathlib', 'json') if m in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-S", "-c", program], capture_output=True, text=True, check=True)
    assert shown.stdout == "[]\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("[tool.calmlint]\n", True, id="a table"),
        pytest.param("[ tool . 'calmlint' ]\n", True, id="a table with spaces and quotes"),
        pytest.param("[tool.calmlint.severity]\n", True, id="a table inside"),
        pytest.param('["tool"]\ncalmlint.profile = "chat"\n', True, id="keys in the table tool"),
        pytest.param('tool = { calmlint = { profile = "chat" } }\n', True, id="an inline table"),
        pytest.param('tool.calmlint.profile = "chat"\n', True, id="dotted keys"),
        pytest.param('[project.scripts]\ncalmlint = "calmlint.cli:main"\n[tool.ruff]\n', False, id="only named"),
        pytest.param('[tool.ruff]\nsrc = ["calmlint"]\n', False, id="named in another table"),
    ],
)
def test_a_pyproject_configures_calmlint_where_it_has_its_table(tmp_path: Path, text: str, *, found: bool) -> None:
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    assert (find_config(tmp_path) is not None) is found
