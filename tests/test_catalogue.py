from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml
from click.testing import CliRunner

from calmlint import catalogue, rulefile, schemas
from calmlint.cli import main
from calmlint.reading import WHERE
from calmlint.rule import read_rule_files, shipped_folder

if TYPE_CHECKING:
    from calmlint.ruledoc import RuleDoc

RULE = """\
code: HOU001
severity: error
severities: {request: off}
advice: [0, 4]
message: '"{match}" is too light.'
why: |
  A customer who waits
  does not want to toast.
instead: Kind regards
phrases: [cheers, bottoms up]
unless:
  - phrase: three cheers
    because: that is praise
    example: Three cheers for Ann!
yields-to: []
examples:
  - flags: |
      Dear Ann,
      thanks and >>cheers<<.
    customer: Where is it?
  - passes: Kind regards.
  - known-miss: Chin-chin!
"""


@pytest.fixture
def doc(tmp_path: Path) -> RuleDoc:
    path = tmp_path / "tone" / "no-cheers.yaml"
    path.parent.mkdir()
    path.write_text(RULE, encoding="utf-8")
    (found,) = read_rule_files(tmp_path)
    return found


def test_an_explanation_says_all_that_the_file_does(doc: RuleDoc) -> None:
    assert catalogue.explanation(doc, "text") == (
        "no-cheers (HOU001)\n"
        "error · tone · kind phrase · reads subject, greeting, body, list\n"
        "\n"
        "Message\n"
        '  "cheers" is too light.\n'
        "\n"
        "Why\n"
        "  A customer who waits does not want to toast.\n"
        "\n"
        "Instead\n"
        "  Kind regards\n"
        "\n"
        "From\n"
        '  "Five steps to soothe an unhappy customer"\n'
        '  "Keeping customers happy"\n'
        "\n"
        "By situation\n"
        "  request: off\n"
        "\n"
        "Flagged\n"
        "  (customer: Where is it?)\n"
        "  Dear Ann,\n"
        "  thanks and cheers.\n"
        "             ^^^^^^\n"
        "\n"
        "Fine\n"
        "  Kind regards.\n"
        "\n"
        "Known to be missed\n"
        "  Chin-chin!\n"
        "\n"
        "Except in the same words: that is praise\n"
        "  three cheers\n"
        "  such as: Three cheers for Ann!\n"
    )


def test_of_many_wordings_of_an_exception_few_are_shown(tmp_path: Path) -> None:
    path = tmp_path / "tone" / "no-cheers.yaml"
    path.parent.mkdir()
    many = ", ".join(f"cheers number {number}" for number in range(50))
    path.write_text(RULE.replace("phrase: three cheers", f"phrases: [{many}]"), encoding="utf-8")
    (doc,) = read_rule_files(tmp_path)
    lines = catalogue.explanation(doc, "text").splitlines()
    start = lines.index("Except in the same words: that is praise") + 1
    assert lines[start:] == [
        "  cheers number 0",
        "  cheers number 1",
        "  cheers number 2",
        "  and 47 more",
        "  such as: Three cheers for Ann!",
    ]
    assert len(json.loads(catalogue.explanation(doc, "json"))["exceptions"][0]["phrases"]) == 50


def test_of_many_examples_a_few_are_shown_but_every_known_miss(tmp_path: Path) -> None:
    path = tmp_path / "tone" / "no-cheers.yaml"
    path.parent.mkdir()
    more = "".join(f"  - flags: Cheers {number}\n  - known-miss: Chin {number}\n" for number in range(20))
    path.write_text(RULE + more, encoding="utf-8")
    (doc,) = read_rule_files(tmp_path)
    lines = [line.strip() for line in catalogue.explanation(doc, "text").splitlines()]
    assert [line for line in lines if line.startswith("Cheers ")] == [f"Cheers {number}" for number in range(7)]
    assert "(and 13 more in its file)" in lines
    assert [line for line in lines if line.startswith("Chin ")] == [f"Chin {number}" for number in range(20)]
    assert len(json.loads(catalogue.explanation(doc, "json"))["examples"]) == 43


def test_an_explanation_for_programs(doc: RuleDoc) -> None:
    data = json.loads(catalogue.explanation(doc, "json"))
    assert data["examples"][0] == {
        "verdict": "flags",
        "text": "Dear Ann,\nthanks and cheers.\n",
        "spans": [[21, 27]],
        "customer": "Where is it?",
    }
    assert data["advice"][0] == {"number": 0, "title": "Five steps to soothe an unhappy customer"}
    assert data["exceptions"] == [
        {
            "phrases": ["three cheers"],
            "signal": None,
            "where": "overlap",
            "because": "that is praise",
            "example": "Three cheers for Ann!",
        }
    ]


@pytest.mark.parametrize("name", ["no-cheers", "No-Cheers", "HOU001", "hou001"])
def test_a_rule_is_found_by_name_or_code(doc: RuleDoc, name: str) -> None:
    assert catalogue.find([doc], name) is doc


def test_the_list_names_every_rule(doc: RuleDoc) -> None:
    assert catalogue.listing([doc], "text") == 'HOU001  no-cheers  error    "cheers" is too light.\n'
    shipped = json.loads(CliRunner().invoke(main, ["rules", "--format", "json"]).stdout)
    assert [rule["name"] for rule in shipped] == [rule.name for rule in read_rule_files(shipped_folder())]


def test_every_place_of_an_exception_has_words(doc: RuleDoc) -> None:
    pattern = doc.patterns[0]
    for where in WHERE:
        condition = dataclasses.replace(pattern.unless[0], where=where)
        changed = dataclasses.replace(doc, patterns=(dataclasses.replace(pattern, unless=(condition,)),))
        assert "that is praise" in catalogue.explanation(changed, "text")


def test_the_page_shows_a_rule_in_full(doc: RuleDoc) -> None:
    page = catalogue.rules_page([doc])
    assert '| [no-cheers](#no-cheers) | HOU001 | error | "cheers" is too light. |' in page
    assert "```text\n(customer: Where is it?)\nDear Ann,\nthanks and cheers.\n           ^^^^^^\n```" in page
    assert "- that is praise (in the same words): `three cheers`, as in *Three cheers for Ann!*" in page
    assert page.endswith("**From:** “Five steps to soothe an unhappy customer”; “Keeping customers happy”.\n")


def test_the_page_has_a_heading_for_every_rule() -> None:
    page = catalogue.generated()["docs/rules.md"]
    for rule in read_rule_files(shipped_folder()):
        assert f"\n## {rule.name}\n" in page
        assert f"[{rule.name}](#{rule.name})" in page


def load(text: str) -> Any:  # noqa: ANN401 - what YAML holds
    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - the base loader makes nothing but texts


def typed(value: Any) -> Any:  # noqa: ANN401 - what YAML holds
    """Texts of a rule file with its numbers and booleans: `off` stays a word."""
    if isinstance(value, dict):
        return {key: typed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [typed(item) for item in value]
    return {"true": True, "false": False}.get(value, int(value) if value.isdecimal() else value)


def valid(text: str) -> bool:
    return jsonschema.Draft202012Validator(schemas.rule_file()).is_valid(typed(load(text)))


def test_the_schema_of_rule_files_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(schemas.rule_file())


def test_the_schema_takes_every_shipped_rule() -> None:
    rules = read_rule_files(shipped_folder())
    assert rules
    for rule in rules:
        path = Path(rule.place.path)
        jsonschema.validate(typed(load(path.read_text(encoding="utf-8"))), schemas.rule_file())


@pytest.mark.parametrize(
    "change",
    [
        ("severity: error", "severity: fatal"),
        ("code: HOU001", "code: H1"),
        ("instead: Kind regards\n", ""),
        ("phrases:", "phrase:"),
        ("{request: off}", "{requests: off}"),
        ("- passes:", "- pass:"),
        ("    because: that is praise\n", "    why: that is praise\n"),
        ("advice: [0, 4]", "advice: [5]"),
    ],
    ids=["severity", "code", "no instead", "key", "situation", "verdict", "key of an exception", "article"],
)
def test_the_schema_refuses_what_the_reader_refuses(tmp_path: Path, change: tuple[str, str]) -> None:
    assert valid(RULE)
    wrong = RULE.replace(*change)
    assert not valid(wrong)
    (tmp_path / "no-cheers.yaml").write_text(wrong, encoding="utf-8")
    with pytest.raises(rulefile.RuleError):
        read_rule_files(tmp_path)


def test_the_schema_has_the_keys_of_the_reader() -> None:
    keys = rulefile._RULE_KEYS  # noqa: SLF001 - the two must not drift apart
    assert set(schemas.rule_file()["properties"]) == set(keys)
