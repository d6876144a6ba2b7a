from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT, require

if TYPE_CHECKING:
    from pathlib import Path


def run(*command: str, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        command, cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a source archive, as an index builds it, without network."""
    for module in ("hatchling", "pip"):
        require(importlib.util.find_spec(module) is not None, f"{module} is not installed")
    folder = tmp_path_factory.mktemp("dist")
    environment = {"PYTHONPATH": ""}
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(folder), cwd=ROOT, **environment)
    (archive,) = folder.glob("*.tar.gz")
    options = ("--quiet", "--no-build-isolation", "--no-deps", "--no-index", "--wheel-dir")
    run(sys.executable, "-m", "pip", "wheel", *options, str(folder), str(archive), cwd=folder, **environment)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_every_rule_and_the_compiled_table(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as files:
        shipped = {name.removeprefix("calmlint/_rules/") for name in files.namelist() if "/_rules/" in name}
    rules = {path.relative_to(ROOT / "rules").as_posix() for path in (ROOT / "rules").rglob("*.yaml")}
    assert shipped == rules | {"prebuilt.bin"}


def test_the_wheel_holds_the_types_and_the_licence_and_nothing_of_the_repository_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as files:
        names = set(files.namelist())
    assert "calmlint/py.typed" in names
    assert any(name.endswith("/licenses/LICENSE") for name in names)
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"calmlint"}


def test_an_installed_wheel_has_the_rules_of_the_repository(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as files:
        files.extractall(tmp_path)
    rules = ("-m", "calmlint", "rules", "--format", "json")
    installed = json.loads(run(sys.executable, "-P", *rules, cwd=tmp_path, PYTHONPATH=str(tmp_path)))
    repository = json.loads(run(sys.executable, "-P", *rules, cwd=tmp_path, PYTHONPATH=str(ROOT)))
    assert installed
    assert [rule["name"] for rule in installed] == [rule["name"] for rule in repository]
