"""What the model must understand in each language: negation, sarcasm, concession and the rest, one short text a case.

Cases that the committed model fails carry `"fails"`: they are strict expected failures, so that a better model must take the mark away
(`python -m tests.behaviour` writes the marks).
"""

from typing import Any

import behaviour
import pytest

from pipeline.languages import CODES


def marked(case: dict[str, Any], question: str) -> Any:
    marks = [pytest.mark.xfail(strict=True, reason="the committed model fails this")] if question in case.get("fails", ()) else []
    return pytest.param(case, id=f"{case['lang']}-{case['phenomenon']}-{case['number']}", marks=marks)


CASES = behaviour.cases()


@pytest.mark.parametrize("case", [marked(case, "label") for case in CASES])
def test_the_text_is_labelled_as_meant(case: dict[str, Any]) -> None:
    assert behaviour.label(case) == case["label"]


@pytest.mark.parametrize("case", [marked(case, "aspects") for case in CASES if case["aspects"]])
def test_what_is_praised_or_blamed_is_found(case: dict[str, Any]) -> None:
    assert {tuple(each) for each in case["aspects"]} <= behaviour.aspects(case)


@pytest.mark.parametrize("lang", CODES)
def test_every_phenomenon_has_cases_in_every_language(lang: str) -> None:
    own = [case["phenomenon"] for case in CASES if case["lang"] == lang]
    assert len(own) >= 40 and all(own.count(each) >= 3 for each in behaviour.PHENOMENA), lang
