from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import platformdirs
import pytest

from calmlint import cli
from calmlint.entry import COMMANDS, are_paths
from calmlint.rule import cache_folder
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

# What linting one text file may import beside what `import click` loads: of calmlint's modules and of Python's.
OWN = {
    "check", "config", "conversation", "engine", "entry", "files", "finding", "greeting", "inline", "kinds",
    "kinds.caps", "kinds.metric", "kinds.order", "kinds.phrase", "kinds.place", "kinds.placeholder", "kinds.require",
    "kinds.stretches", "kinds.thread", "loaders", "loaders.plain", "pattern", "phrase", "phrase.automaton",
    "phrase.tokens", "quotation", "reading", "reply", "reporters", "reporters.text", "rule", "segment", "sentence",
    "signature", "situation", "source", "terminal",
}  # fmt: skip
PYTHONS = {
    "bisect", "copy", "dataclasses", "gc", "json", "json.decoder", "json.encoder", "json.scanner", "locale", "struct",
    "unicodedata", "_bisect", "_blake2", "_json", "_locale", "_struct",
}  # fmt: skip
HEAVY = {"asyncio", "jsonschema", "language_tool_python", "nltk", "pydantic", "requests", "rich", "textstat"}
FOR_OTHER_COMMANDS = {"yaml", "tomllib", "importlib.metadata", "email", "difflib", "calmlint.catalogue"}

RUN = """
import json, runpy, sys
sys.argv = ["calmlint", "late-parcel.txt"]
try:
    runpy.run_module("calmlint", run_name="__main__", alter_sys=True)
finally:
    print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The modules that linting one text file has loaded, where its rules have been read before."""
    folder = tmp_path_factory.mktemp("replies")
    shutil.copy(ROOT / "examples" / "late-parcel.txt", folder)
    environment = {"PYTHONPATH": str(ROOT), "CALMLINT_CACHE": os.environ["CALMLINT_CACHE"]}
    for _ in ("fills the cache", "is measured"):
        done = subprocess.run(
            [sys.executable, "-c", RUN], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 1, done.stderr
    modules = set(json.loads(done.stderr.splitlines()[-1]))
    assert "calmlint.engine" in modules
    return modules


def test_linting_a_text_loads_what_is_listed_and_nothing_else(imported: set[str]) -> None:
    command = "import sys, click, runpy; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", command], env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True
    )
    more = imported - set(done.stdout.split()) - PYTHONS - {"calmlint", "calmlint.__main__"}
    assert {name.removeprefix("calmlint.") for name in more} <= OWN


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere platformdirs is asked")
@pytest.mark.parametrize("folder", ["", " ", "/somewhere/else"])
def test_the_cache_folder_is_the_one_that_platformdirs_names(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CALMLINT_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", folder)
    assert cache_folder() == platformdirs.user_cache_dir("calmlint", appauthor=False)


def test_linting_a_text_loads_no_heavy_module(imported: set[str]) -> None:
    assert imported & HEAVY == set()


def test_linting_a_text_loads_nothing_that_other_commands_need(imported: set[str]) -> None:
    assert imported & FOR_OTHER_COMMANDS == set()


def test_importing_calmlint_loads_nothing_else(imported: set[str]) -> None:
    command = "import sys; before = set(sys.modules); import calmlint; print(*set(sys.modules) - before)"
    done = subprocess.run(
        [sys.executable, "-c", command], env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True
    )
    loaded = {name for name in done.stdout.split() if "." in name and name.startswith("calmlint.")}
    assert loaded < imported
    assert not set(done.stdout.split()) & (HEAVY | FOR_OTHER_COMMANDS | {"click"})


def test_paths_alone_need_no_option_parser(imported: set[str]) -> None:
    assert "click" not in imported


def test_every_command_is_told_from_a_path() -> None:
    assert set(cli.main.commands) == COMMANDS


def test_a_folder_called_like_a_command_is_no_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules").mkdir()
    assert not are_paths(["rules"])
    assert are_paths(["./rules"])
    assert not are_paths(["./rules", "--quiet"])
    assert not are_paths(["missing.txt"])
    assert not are_paths([])
