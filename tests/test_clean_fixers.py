"""The fixers on the case files: tests/cases/clean/<lang>.json. `fixed` changes as said, `left_alone` does not change at all."""

import json
from pathlib import Path

import pytest

from pipeline.clean.fixer import apply
from pipeline.clean.fixers import FIXERS, fixers
from pipeline.config import CleanConfig
from pipeline.languages import CODES

CASES = {lang: json.loads((Path(__file__).parent / "cases" / "clean" / f"{lang}.json").read_text(encoding="utf-8")) for lang in CODES}


def _params(kind: str) -> list[object]:
    return [pytest.param(case, id=f"{lang}-{case['shows']}") for lang, cases in CASES.items() for case in cases[kind]]


@pytest.mark.parametrize("case", _params("fixed"))
def test_fixers_change_what_is_broken(case: dict[str, str]) -> None:
    result = apply(case["text"], FIXERS)
    assert result.text == case["clean"]
    assert result.fixes == case["fixes"]


@pytest.mark.parametrize("case", _params("left_alone"))
def test_fixers_leave_alone_what_a_person_wrote(case: dict[str, str]) -> None:
    result = apply(case["text"], FIXERS)
    assert result.text == case["text"]
    assert result.fixes == []
    assert result.offsets == [0, 0, len(case["text"])]


@pytest.mark.xfail(strict=True, reason="known failure")
@pytest.mark.parametrize("case", _params("known_failures"))
def test_known_failures(case: dict[str, str]) -> None:
    assert apply(case["text"], FIXERS).text == case["clean"]


def test_every_language_has_cases_of_every_kind() -> None:
    for lang, cases in CASES.items():
        assert len(cases["fixed"]) >= 12 and len(cases["left_alone"]) >= 8 and cases["known_failures"], lang


def test_every_fixer_is_shown_by_some_case() -> None:
    shown = {name for cases in CASES.values() for case in cases["fixed"] for name in case["fixes"]}
    assert shown == {fixer.name for fixer in FIXERS}


def test_names_of_fixers_are_unique_and_switches_exist() -> None:
    assert len({fixer.name for fixer in FIXERS}) == len(FIXERS)
    assert all(hasattr(CleanConfig(), fixer.switch) for fixer in FIXERS if fixer.switch)


def test_personal_data_stays_when_switched_off() -> None:
    text = "Ruft 0171 2345678, a.b@c.de, DE89370400440532013000, 4111 1111 1111 1111"
    assert apply(text, fixers(CleanConfig(personal_data=False))).text == text


def test_furniture_stays_when_switched_off() -> None:
    text = "Gut.\nread more"
    assert apply(text, fixers(CleanConfig(boilerplate=False))).text == text
    assert apply(text, fixers(CleanConfig())).text == "Gut."


def test_phone_regions_are_those_of_the_configuration() -> None:
    text = "call 0917 123 4567"  # a mobile number of the Philippines; no number of Egypt
    assert apply(text, fixers(CleanConfig(phone_regions=("PH",)))).text == "call [phone]"
    assert apply(text, fixers(CleanConfig(phone_regions=("EG",)))).text == text
