from __future__ import annotations

import importlib

import pytest

import calmlint
from tests.conftest import HOUSE


@pytest.mark.parametrize("name", calmlint.__all__)
def test_every_exported_name_is_there_and_listed(name: str) -> None:
    assert getattr(calmlint, name) is not None
    assert name in dir(calmlint)


def test_a_name_that_is_not_exported_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'Lynter'"):
        getattr(calmlint, "Lynter")  # noqa: B009 - as an attribute, the type checker would refuse it


def test_an_exported_name_is_the_one_of_its_module() -> None:
    engine = importlib.import_module("calmlint.engine")
    assert calmlint.Linter is engine.Linter
    assert calmlint.lint_text is engine.lint_text


def test_a_text_is_linted_with_the_customers_message() -> None:
    config = calmlint.Config(rules=(HOUSE,))
    report = calmlint.lint_text("Please calm down.", customer="I am furious!", config=config)
    (finding,) = (finding for finding in report.findings if finding.rule == "told-to-calm")
    assert (finding.start, finding.end) == (calmlint.Position(1, 8), calmlint.Position(1, 17))
    assert finding.excerpt == "calm down"
    assert "furious" in finding.situation.cues
