"""Rule files: every mistake is told at once, with its file, line and column; good ones become rules that run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from calmlint.config import Config, Selection
from calmlint.engine import Linter
from calmlint.rule import load_rules
from calmlint.ruledoc import unmark
from calmlint.rulefile import RuleError
from calmlint.source import Span

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """\
name: no-robots
code: ACM001
kind: phrase
severity: info
message: '"{match}" sounds like a machine.'
why: People want people.
instead: I have read your message.
phrases: [your (request|query) has been logged]
examples:
  - flags: OK, >>your query has been logged<<.
  - passes: I read your query.
"""


@pytest.fixture(autouse=True)
def _own_cache(few_rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    del few_rules
    monkeypatch.setenv("CALMLINT_CACHE", str(tmp_path / "cache"))


def written(folder: Path, text: str, name: str = "no-robots.yaml", category: str = "tone") -> Path:
    path = folder / "rules" / category / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return folder / "rules"


def test_a_rule_of_ones_own_runs_beside_the_shipped_ones(tmp_path: Path) -> None:
    folder = written(tmp_path, GOOD)
    linter = Linter(Config(rules=(folder,), command_line=Selection(select=("no-robots",))))
    [finding] = linter.lint_bytes("reply.txt", b"Hi,\n\nYour request has\nbeen logged.\n").findings
    assert (finding.rule, finding.code, finding.severity.label) == ("no-robots", "ACM001", "info")
    assert (finding.start, finding.end) == ((3, 1), (4, 12))
    assert finding.message == '"Your request has been logged" sounds like a machine.'


@pytest.mark.parametrize(
    ("change", "place", "message"),
    [
        pytest.param(("severity: info", "severity: warn"), "4:11", "did you mean 'warning'?", id="a wrong choice"),
        pytest.param(("message:", "mesage:"), "5:1", "did you mean 'message'?", id="an unknown key"),
        pytest.param(("why: People want people.\n", ""), "1:1", "'why' is missing", id="a missing key"),
        pytest.param(("sounds like", "{x} sounds like"), "5:10", "{x} is no value", id="a field that nothing fills in"),
        pytest.param(("I have read", "I { have read"), "7:10", "a single brace", id="a brace that is no field"),
        pytest.param(("code: ACM001", "code: acm1"), "2:7", "three capitals and three digits", id="a wrong code"),
        pytest.param(("(request|query)", "(request|query"), "8:16", "not closed", id="a broken phrase"),
        pytest.param(("your (", "your <wee> ("), "8:16", "did you mean <we>?", id="an unknown word class"),
        pytest.param(("kind: phrase", "kind: phrases"), "3:7", "did you mean 'phrase'?", id="an unknown kind"),
        pytest.param(
            ("  - passes: I read your query.\n", ""), "1:1", "one that it `passes`", id="no example that passes"
        ),
        pytest.param(("name: no-robots", "name: robots"), "1:7", "the file's own", id="a name that is not the file's"),
        pytest.param(("severity: info", "code: ACM002"), "4:1", "stands twice", id="a doubled key"),
        pytest.param(("phrases: [", "phrases: x["), "8:10", "expected a list", id="a text in place of a list"),
        pytest.param(("kind: phrase", "kind: [phrase"), "4:9", "not valid YAML", id="broken YAML"),
        pytest.param(
            ("examples:", "unless: [{phrase: no}]\nexamples:"),
            "9:10",
            "needs `because`",
            id="an exception without reason",
        ),
        pytest.param(
            ("examples:", "when: [{signal: apologie}]\nexamples:"),
            "9:17",
            "no signal or rule is called",
            id="no such signal",
        ),
        pytest.param(
            ("examples:", "yields-to: [told-to-clam]\nexamples:"),
            "1:1",
            "did you mean 'told-to-calm'?",
            id="no such rule",
        ),
        pytest.param(
            ("examples:", "unless: [{phrase: a, within: 3, because: b, example: c}]\nexamples:"),
            "9:10",
            "goes with `where: before`",
            id="a width without a direction",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, change: tuple[str, str], place: str, message: str) -> None:
    assert change[0] in GOOD
    folder = written(tmp_path, GOOD.replace(*change, 1))
    with pytest.raises(RuleError) as caught:
        load_rules([folder])
    lines = [line for line in str(caught.value).splitlines() if message in line]
    assert [line.removeprefix(str(folder / "tone" / "no-robots.yaml")).split(" ")[0] for line in lines] == [
        f":{place}:"
    ]


def test_every_mistake_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    folder = written(tmp_path, GOOD.replace("severity: info", "severity: x").replace("code: ACM001", "code: x"))
    with pytest.raises(RuleError) as caught:
        load_rules([folder])
    assert len(str(caught.value).splitlines()) == 2


def test_only_true_and_false_are_yes_and_no(tmp_path: Path) -> None:
    folder = written(tmp_path, GOOD + "enabled: no\n")
    with pytest.raises(RuleError, match="'no' is none of true, false"):
        load_rules([folder])


def test_a_name_or_code_that_is_taken_is_refused(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    folder = written(tmp_path, GOOD.replace("no-robots", "other"), "other.yaml")
    with pytest.raises(RuleError, match="'ACM001' is taken by"):
        load_rules([folder])


def test_a_changed_rule_is_read_anew_and_an_unchanged_one_from_the_cache(tmp_path: Path) -> None:
    folder = written(tmp_path, GOOD)
    assert load_rules([folder]).rules["no-robots"].message.endswith("machine.")
    [cached] = (tmp_path / "cache").iterdir()
    before = cached.read_bytes()
    assert load_rules([folder]).rules["no-robots"].message.endswith("machine.")
    assert cached.read_bytes() == before
    written(tmp_path, GOOD.replace("a machine", "an oven"))
    assert load_rules([folder]).rules["no-robots"].message.endswith("an oven.")
    assert len(list((tmp_path / "cache").iterdir())) == 2


@pytest.mark.parametrize("damage", [b"", b"calmrule", b"\0" * 64])
def test_a_damaged_cache_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    folder = written(tmp_path, GOOD)
    load_rules([folder])
    [cached] = (tmp_path / "cache").iterdir()
    good = cached.read_bytes()
    cached.write_bytes(damage)
    assert "no-robots" in load_rules([folder]).rules
    assert cached.read_bytes() == good


def test_a_truncated_cache_is_made_anew(tmp_path: Path) -> None:
    folder = written(tmp_path, GOOD)
    load_rules([folder])
    [cached] = (tmp_path / "cache").iterdir()
    good = cached.read_bytes()
    for part in (3, 5, 10):
        cached.write_bytes(good[: len(good) * part // 11])
        assert "no-robots" in load_rules([folder]).rules
        assert cached.read_bytes() == good


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("CALMLINT_CACHE", str(tmp_path / "file" / "cache"))
    assert "no-robots" in load_rules([written(tmp_path, GOOD)]).rules


def test_the_names_of_the_company_are_the_agents_own(tmp_path: Path) -> None:
    rule = GOOD.replace("your (request|query) has been logged", "<company> regrets").replace(
        ">>your query has been logged<<", ">>the company regrets<<"
    )
    config = Config(
        rules=(written(tmp_path, rule),), company=("Brindle & Co",), command_line=Selection(select=("ACM001",))
    )
    [finding] = Linter(config).lint_bytes("reply.txt", b"Brindle & Co regrets it.").findings
    assert finding.excerpt == "Brindle & Co regrets"


def test_marks_in_examples_give_spans() -> None:
    assert unmark("a >>b<< c >>de<<") == ("a b c de", (Span(2, 3), Span(6, 8)))
    assert unmark("a>><<") == ("a", (Span(1, 1),))
