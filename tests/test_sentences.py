"""Sentence spans: the case files tests/cases/sentences/<lang>.json, and what holds for every text."""

import json
import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.languages import CODES
from pipeline.sentences import MOST_CHARS, split

CASES = {lang: json.loads((Path(__file__).parent / "cases" / "sentences" / f"{lang}.json").read_text(encoding="utf-8")) for lang in CODES}


def sentences(text: str, lang: str) -> list[str]:
    return [text[start:end] for start, end in split(text, lang)]


@pytest.mark.parametrize(
    ("lang", "case"), [pytest.param(lang, case, id=f"{lang}-{case['text'][:30]}") for lang in CODES for case in CASES[lang]["cases"]]
)
def test_texts_are_split_as_a_reader_would(lang: str, case: dict[str, object]) -> None:
    assert sentences(str(case["text"]), lang) == case["sentences"]


@pytest.mark.xfail(strict=True, reason="known failure")
@pytest.mark.parametrize(
    ("lang", "case"), [pytest.param(lang, case, id=f"{lang}-{case['why']}") for lang in CODES for case in CASES[lang]["known_failures"]]
)
def test_known_failures(lang: str, case: dict[str, object]) -> None:
    assert sentences(str(case["text"]), lang) == case["sentences"]


def test_every_language_has_fifteen_cases_and_known_failures() -> None:
    assert all(len(cases["cases"]) >= 15 and cases["known_failures"] for cases in CASES.values())


pieces = st.sampled_from(
    (
        *("Gut", "gut", "\u0110\u1eb9p", "\u062c\u064a\u062f", "Dr", "z.B", "3", "12", "Mai", "usw", "TP", "a", "B", "\u5f88\u597d"),
        *(
            ". ",
            ".",
            "! ",
            "?",
            "...",
            "\u2026 ",
            "\u061f ",
            ", ",
            " ",
            "  ",
            "\n",
            "\r\n",
            "\u2028",
            "\x1c",
            "\u00a0",
            "\u2022 ",
            "- ",
            "1. ",
            "2. ",
            "3) ",
        ),
        *(
            "\U0001f600",
            " \U0001f600 ",
            "\U0001f1e9\U0001f1ea",
            "\u200d",
            ":) ",
            "<3 ",
            '"',
            "\u201c",
            ")",
            "(",
            "www.a.de",
            "a@b.de ",
            "https://a.de/b.c ",
        ),
    )
)
texts = st.lists(st.one_of(pieces, st.text(max_size=4)), max_size=16).map("".join)


@given(texts, st.sampled_from((*CODES, "und", "other:fr")))
@settings(max_examples=300, deadline=None)
def test_spans_are_trimmed_ordered_and_leave_nothing_out(text: str, lang: str) -> None:
    last = 0
    for start, end in split(text, lang):
        assert last <= start < end
        assert text[last:start].strip() == ""
        assert text[start:end] == text[start:end].strip()
        last = end
    assert text[last:].strip() == ""


@given(texts, st.sampled_from(CODES))
@settings(max_examples=150, deadline=None)
def test_line_breaks_always_end_a_sentence(text: str, lang: str) -> None:
    assert not any(re.search("[\n\r\u2028]", sentence) for sentence in sentences(text, lang))
    assert sentences(text, lang) == [
        sentence for line in re.split("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", text) for sentence in sentences(line, lang)
    ]


def test_a_language_outside_the_five_follows_english() -> None:
    for lang in ("und", "other:fr", "xx"):
        assert sentences("Mr. Smith came. He left.", lang) == ["Mr. Smith came.", "He left."]


@pytest.mark.parametrize("unit", ["wort ", "wort, ", "wort", "\u062c\u064a\u062f\u060c ", "\U0001f600"])
def test_a_long_sentence_is_cut_between_words_where_it_can_be(unit: str) -> None:
    text = unit * (5_000 // len(unit))
    found = sentences(text, "de")
    assert max(map(len, found)) <= MOST_CHARS and len(found) >= 3
    assert "".join(found).replace(" ", "") == text.replace(" ", "")
    if " " in unit:
        assert all(sentence.startswith(unit.strip(", \u060c")) for sentence in found)


@pytest.mark.parametrize(
    "unit",
    ["a.", "ab. ", "\U0001f600\U0001f602", "\U0001f600 A ", "!", "a", " ", "1. ", ":) ", '."', "a@b.", "www.a.b ", "a\n", "\u200d", "(. "],
)
def test_time_grows_no_faster_than_the_text(unit: str) -> None:
    text = unit * (50_000 // len(unit))
    began = time.process_time()
    split(text, "de")
    assert time.process_time() - began < 4
