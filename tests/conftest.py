"""What all tests share: components that may be missing, data beside the repository, and how hard to try."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import NoReturn

import hypothesis
import pytest

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
HOUSE = ROOT / "tests" / "house"  # a rule folder of the tests' own
REQUIRE_ALL = os.environ.get("CALMLINT_REQUIRE") == "all"

# No deadline: a busy machine is no fault of the code. Where everything is required, runs must repeat exactly.
hypothesis.settings.register_profile("default", deadline=None, max_examples=60)
hypothesis.settings.register_profile("all", deadline=None, max_examples=150, derandomize=True)
hypothesis.settings.load_profile("all" if REQUIRE_ALL else "default")


def pytest_configure(config: pytest.Config) -> None:
    """Give the whole run one cache of compiled rules, which is neither read from nor left in the user's own."""
    folder = tempfile.mkdtemp(prefix="calmlint-cache-")
    os.environ["CALMLINT_CACHE"] = folder
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


def _missing(reason: str) -> NoReturn:
    if REQUIRE_ALL:
        pytest.fail(f"CALMLINT_REQUIRE=all, but {reason}", pytrace=False)
    pytest.skip(reason)


def require(condition: bool, reason: str) -> None:  # noqa: FBT001 - reads as a sentence where it is called
    """Skip the test, naming the reason, where a component is missing; with CALMLINT_REQUIRE=all, fail it."""
    if not condition:
        _missing(reason)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of data beside the repository. It is data and no component: where it is absent, tests skip."""
    if not SHARED.is_dir():
        pytest.skip("../shared is not there")
    return SHARED


@pytest.fixture
def few_rules(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the shipped rules, in which only their words and the rule of the house are left.

    Rules of one's own are compiled together with the shipped ones; tests that compile many are quick with few.
    """
    package = tmp_path_factory.mktemp("package")
    shipped = package / "_rules"
    shutil.copytree(HOUSE, shipped / "en")
    shutil.copy(ROOT / "rules" / "en" / "words.yaml", shipped / "en")
    monkeypatch.setattr("calmlint.rule._HERE", str(package))
    return shipped
