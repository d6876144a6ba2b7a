"""Reading calmlint.toml: values, and every mistake at its line and column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmlint.config import read_config
from calmlint.finding import Severity
from calmlint.source import InputError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_every_key(tmp_path: Path) -> None:
    (tmp_path / "our-rules").mkdir()
    (tmp_path / "calmlint.toml").write_text("""\
select = ["ALL"]
ignore = ["calm-down", "EMP0"]
extend-select = ["reads-hard"]
severity = { all-caps = "info", ORD = "off" }
exclude = ["archive/", "!archive/new.md"]
fail-on = "never"
profile = "chat"
rules = ["our-rules"]
company = ["Acme", "Acme Ltd"]
brands = ["ACME", "IKEA"]
preview = true
situation = "good-news"
channel = "review"
[per-file-ignores]
"docs/**" = ["EMP"]
[response-times]
email = "24h"
chat = "30m"
social = 1.5
review = "2 d"
""")
    config = read_config("calmlint.toml")
    assert config.select == ("ALL",)
    assert config.ignore == ("calm-down", "EMP0")
    assert config.extend_select == ("reads-hard",)
    assert config.severity == {"all-caps": Severity.INFO, "ORD": "off"}
    assert config.exclude == ("archive/", "!archive/new.md")
    assert config.fail_on is None
    assert config.profile == "chat"
    assert [rules.as_posix() for rules in config.rules] == ["our-rules"]
    assert config.company == ("Acme", "Acme Ltd")
    assert config.brands == ("ACME", "IKEA")
    assert config.preview is True
    assert (config.situation, config.channel) == ("good-news", "review")
    assert config.per_file_ignores == {"docs/**": ("EMP",)}
    assert config.response_times == {"email": 24, "chat": 0.5, "social": 1.5, "review": 48}
    assert config.origin["severity", "ORD"] == "calmlint.toml:4:33"
    assert config.origin["rules",] == "calmlint.toml:8:1"
    assert config.origin["ignore", 1] == "calmlint.toml:2:24"


def test_folders_are_relative_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "sub" / "own").mkdir(parents=True)
    (tmp_path / "sub" / "calmlint.toml").write_text('rules = ["own"]\n')
    config = read_config("sub/calmlint.toml")
    assert [rules.as_posix() for rules in config.rules] == ["sub/own"]
    assert config.root == "sub"


def test_pyproject(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "x"\nselect = 1\n[tool.calmlint]\nignore = ["EMP"]\n[tool.calmlint.severity]\nOWN = "info"\n'
    )
    config = read_config("pyproject.toml")
    assert config.ignore == ("EMP",)
    assert config.severity == {"OWN": Severity.INFO}
    assert config.origin["ignore",] == "pyproject.toml:5:1"
    assert config.origin["severity",] == "pyproject.toml:6:16"


@pytest.mark.parametrize("text", ["tool = 3\n", "[tool]\ncalmlint = 3\n", "[tool]\n", "[[tool]]\ncalmlint = {}\n"])
def test_a_pyproject_of_another_shape_does_no_harm(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    try:
        assert read_config("pyproject.toml").origin == {}
    except InputError as error:
        assert str(error).endswith("tool.calmlint is a table of settings; write [tool.calmlint]")  # noqa: PT017 - either


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('selct = ["EMP"]\n', '1:1: there is no key "selct"; did you mean "select"?'),
        ('\n"fail_on" = "error"\n', '2:1: there is no key "fail_on"; did you mean "fail-on"?'),
        ("[severty]\ncalm-down = 1\n", '1:2: there is no key "severty"; did you mean "severity"?'),
        ("[tool.calmlint]\nselect = []\n", "1:2: here the keys stand at the top; leave out [tool.calmlint]"),
        ('select = "EMP"\n', '1:10: select: expected a list of words, such as ["calm-down"]'),
        (
            "select = []\n",
            '1:10: select: the list is empty; leave it out for the default rules, or name some, or "ALL"',
        ),
        (
            'ignore = [ # why\n  "EMP", # ]\n  5,\n]\n',
            '3:3: ignore: expected a word in quotation marks, such as "email"',
        ),
        ('company = ["Acme", " "]', '1:20: company: expected a word in quotation marks, such as "email"'),
        (
            'severity.calm-down = "fatal"\n',
            '1:22: severity: there is no "fatal"; known are error, warning, info, off',
        ),
        ('[severity]\n"calm-down" = "warn"\n', '2:15: severity: there is no "warn"; did you mean "warning"?'),
        ('severity = "off"\n', '1:12: severity: expected a table, such as { calm-down = "warning" }'),
        ('fail-on = "errors"\n', '1:11: fail-on: there is no "errors"; did you mean "error"?'),
        ("preview = 1\n", "1:11: preview: expected true or false"),
        ('channel = "mail"\n', '1:11: channel: there is no "mail"; did you mean "email"?'),
        ('situation = "angry"\n', None),
        (
            '[per-file-ignores]\n"a/*" = "EMP"\n',
            '2:9: per-file-ignores.a/*: expected a list of words, such as ["calm-down"]',
        ),
        ('exclude = ["a", "!"]\n', '1:17: exclude: "!" is no pattern; write it as in .gitignore'),
        ('rules = ["own"]\n', "1:10: rules: there is no folder own; folders are relative to this file"),
        (
            '[response-times]\nemail = "soon"\n',
            '2:9: response-times.email: expected a time, such as "24h" or "30m", or a number of hours',
        ),
        (
            "response-times = { email = true }\n",
            '1:28: response-times.email: expected a time, such as "24h" or "30m", or a number of hours',
        ),
        (
            "response-times.chat = nan\n",
            '1:23: response-times.chat: expected a time, such as "24h" or "30m", or a number of hours',
        ),
        ("response-times.emil = 3\n", '1:16: response-times: there is no channel "emil"; did you mean "email"?'),
        ("a = \n", "1:5: not TOML: Invalid value; correct this place"),
        ('a = 1\nb = "x\n', "2:7: not TOML: Illegal character '\\n'; correct this place"),
        ("a = [1,\n", "2:1: not TOML: Invalid value; correct this place"),
        ("a = 1\na = 2\n", "2:6: not TOML: Cannot overwrite a value; correct this place"),
        ("a = " + "[" * 9999, "1:1: nested too deeply; no setting needs that"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, text: str, told: str | None) -> None:
    (tmp_path / "calmlint.toml").write_bytes(text.encode())
    with pytest.raises(InputError) as error:
        read_config("calmlint.toml")
    if told is None:
        told = '1:13: situation: there is no "angry"; known are upset, problem, request, good-news, notice, unknown'
    assert str(error.value) == f"calmlint.toml:{told}"


def test_all_mistakes_are_told_at_once_in_order(tmp_path: Path) -> None:
    (tmp_path / "calmlint.toml").write_text('preview = "no"\nselct = []\n[severity]\na = "b"\nc = 1\n')
    with pytest.raises(InputError) as error:
        read_config("calmlint.toml")
    places = [line.split(": ")[0] for line in str(error.value).splitlines()]
    assert places == ["calmlint.toml:1:11", "calmlint.toml:2:1", "calmlint.toml:4:5", "calmlint.toml:5:5"]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^none\.toml: cannot be read \(No such file or directory\); check"):
        read_config("none.toml")
    (tmp_path / "calmlint.toml").write_bytes(b"# caf\xe9\n")
    with pytest.raises(InputError, match=r"^calmlint\.toml:1:6: not UTF-8 text; save the file as UTF-8$"):
        read_config("calmlint.toml")


def test_a_byte_order_mark_and_crlf_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "calmlint.toml").write_bytes(b'\xef\xbb\xbfignore = ["EMP"]\r\nfail-on = "error"\r\n')
    config = read_config("calmlint.toml")
    assert config.fail_on is Severity.ERROR
    assert config.origin["fail-on",] == "calmlint.toml:2:1"


@given(data=st.binary(max_size=60) | st.text("[]{}=\"#\n,.ab1 '\\", max_size=40).map(str.encode))
def test_no_file_makes_a_traceback(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "settings.toml"  # by another name, lest it configure other tests
    file.write_bytes(data)
    try:
        read_config(file)
    except InputError as error:
        assert all(line.startswith(f"{file}:") for line in str(error).split("\n"))  # noqa: PT017 - most are malformed
