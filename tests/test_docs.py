from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from calmlint.cli import main
from calmlint.rule import read_rule_files
from tests import pages
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

# Files and folders of the reader's own that the pages speak of.
THE_READERS = ("my-rules/", "replies/", "macros/", "reply.txt", "calmlint.toml", "pyproject.toml")
# A path: with a folder in it, or with the ending of a file that the repository has.
PATH = re.compile(r"(?<!`)`((?:[\w.-]+/)+[\w.-]*|[\w.-]+\.(?:md|py|toml|yaml|jsonl|txt))`(?!`)")
CODE = re.compile(r"(?<!`)`[^`\n]+`(?!`)")
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([\w-]+))?\)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)

each_page = pytest.mark.parametrize("page", pages.PAGES, ids=lambda page: page.name)


def prose(page: Path) -> str:
    """The text of a page without its fenced blocks."""
    return re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as they are made from their words."""
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in HEADING.findall(prose(page))}


@each_page
def test_every_output_shown_is_the_real_one(page: Path) -> None:
    for shown in pages.run(page.read_text(encoding="utf-8")):
        assert shown.agrees, f"$ {shown.command}\nshows:\n{shown.shown}\nbut gives:\n{shown.real}"


@each_page
def test_every_path_named_exists(page: Path) -> None:
    named = {path for path in PATH.findall(prose(page)) if not path.startswith(THE_READERS)}
    missing = {path for path in named if not (ROOT / path).exists() and not (page.parent / path).exists()}
    assert not missing


@each_page
def test_every_link_leads_somewhere(page: Path) -> None:
    for path, anchor in LINK.findall(CODE.sub("", prose(page))):
        target = page.parent / path if path else page
        assert target.exists(), path
        assert not anchor or anchor in anchors(target), f"{path}#{anchor}"


def test_generated_pages_are_up_to_date() -> None:
    old = [page.name for page, text in pages.generated().items() if page.read_text(encoding="utf-8") != text]
    assert not old, "run make generated"


def test_every_command_has_help_and_is_in_the_documentation() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in pages.PAGES)
    for name, command in main.commands.items():
        assert command.help, name
        assert f"calmlint {name}" in text, name


def test_every_rule_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for rule in read_rule_files(ROOT / "rules"):
        assert f"](docs/rules.md#{rule.name})" in readme


@pytest.mark.parametrize(
    ("shown", "agrees"),
    [("a\nb\nc\n", True), ("a\n...\nc\n", True), ("...\n", True), ("a\nb\n", False), ("...\nb\n", False)],
    ids=["the same", "a gap", "anything", "too short", "an end that differs"],
)
def test_three_dots_stand_for_any_lines(shown: str, agrees: bool) -> None:  # noqa: FBT001 - a parameter of cases
    assert pages.Shown("", shown, "a\nb\nc\n", 0, 0).agrees is agrees


def test_every_rule_is_measured() -> None:
    measured = (ROOT / "docs" / "accuracy.md").read_text(encoding="utf-8")
    for rule in read_rule_files(ROOT / "rules"):
        assert f"(rules.md#{rule.name})" in measured, f"{rule.name}: run make accuracy"
