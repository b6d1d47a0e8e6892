"""Quotes are typical, one per author, masked, and the same however the texts are divided. All texts were written for this test."""

import importlib.util
import random
import unicodedata
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.offsets import Aligned
from pipeline.report.excerpts import clean_span, excerpt
from pipeline.report.hostile import present
from pipeline.report.quotes import CELL, CHOSEN, QUOTES, choose_quotes, cut_quotes, merge_quotes
from pipeline.report.readings import MOST, list_readings

_spec = importlib.util.spec_from_file_location("feedback_tables", Path(__file__).with_name("feedback_tables.py"))
feedback = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(feedback)

LONG_ENOUGH = "The lady at the counter took her time and explained it all."
HIDDEN = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\x00\x07\x1b\x7f\x9b"


def _choose(rows: list[dict[str, Any]], per_cell: int = 3) -> pa.Table:
    quotes: pa.Table = feedback.quotes_of(feedback.run_of(rows), per_cell)
    return quotes


def _of(quotes: pa.Table, **cell: str) -> list[dict[str, Any]]:
    wanted = {name: None for name in CELL} | {"lang": "de"} | cell
    return [row for row in quotes.to_pylist() if wanted.items() <= row.items()]


def _row(doc_id: str, text: str = LONG_ENOUGH, **more: Any) -> dict[str, Any]:
    return {"doc_id": doc_id, "text": text, "lang": "de", "label": "negative", **more}


def test_the_typical_text_comes_first() -> None:
    rows = [
        _row("sure", p=0.99),
        _row("typical", p=0.8),
        _row("doubtful", p=0.45),
        _row("short", "Bad.", p=0.8),
        _row("long", "Bad again. " * 40, p=0.8),
    ]
    assert [row["doc_id"] for row in _of(_choose(rows, 5), label="negative")] == ["typical", "sure", "doubtful", "long", "short"]


def test_ties_go_by_doc_id() -> None:
    rows = [_row(doc_id) for doc_id in "cab"]
    assert [row["doc_id"] for row in _of(_choose(rows, 2), label="negative")] == ["a", "b"]


def test_an_author_is_quoted_once_in_a_cell() -> None:
    rows = [_row("a", author="x"), _row("b", author="x"), _row("c", author="y"), _row("d"), _row("e")]
    assert [row["doc_id"] for row in _of(_choose(rows, 9), label="negative")] == ["a", "c", "d", "e"]


def test_copies_of_an_earlier_text_are_not_quoted() -> None:
    rows = [_row("a"), _row("b", duplicate="exact", cluster="a"), _row("c", duplicate="near", cluster="a")]
    assert set(_choose(rows)["doc_id"].to_pylist()) == {"a"}


def test_cells_are_those_of_the_estimates_and_unknown_is_one() -> None:
    quotes = _choose([_row("a", brand="b", time="2026-05-02"), _row("c")])
    assert [row["doc_id"] for row in _of(quotes, label="negative", brand="b")] == ["a"]
    assert [row["doc_id"] for row in _of(quotes, label="negative", period="2026-05")] == ["a"]
    assert [row["doc_id"] for row in _of(quotes, label="negative", brand="unknown")] == ["c"]


def test_an_aspect_quote_marks_the_term_and_bears_what_the_text_says_of_the_aspect() -> None:
    said = [("staff", "positive", "lady", 0.8), ("staff", "negative", "time", 0.6), ("place", "neutral", "counter", 0.8)]
    quotes = _choose([_row("a", aspects=said)])
    [mixed], [place] = _of(quotes, aspect="staff", label="mixed"), _of(quotes, aspect="place", label="neutral")
    assert mixed["excerpt"][mixed["start"] : mixed["end"]] == "lady"
    assert place["excerpt"][place["start"] : place["end"]] == "counter"


def test_the_term_is_found_in_the_cleaned_text() -> None:
    text = "Write to me@example.org &amp; ask: the lady at the counter was kind to everybody."
    edits = [(9, 23, "[mail]"), (24, 29, "&")]
    [quote] = _of(_choose([_row("a", text, edits=edits, aspects=[("staff", "positive", "lady", 0.8)])]), aspect="staff", label="positive")
    assert quote["excerpt"] == "Write to [mail] & ask: the lady at the counter was kind to everybody."
    assert quote["excerpt"][quote["start"] : quote["end"]] == "lady"


def test_an_implicit_opinion_shows_its_sentence_without_a_mark() -> None:
    text = "Filler words stand here. " * 60 + "Never again, that was rude! " + "More filler words here. " * 60
    run = feedback.run_of([_row("a", text, aspects=[("staff", "negative", None, 0.8)])])
    start = text.index("Never")
    sentence = {"doc_id": "a", "sentence": 0, "start": start, "end": start + 27, "lang": "de", "probability": 0.9}
    languages = pa.concat_tables([run.languages, pa.Table.from_pylist([sentence], schema=run.languages.schema)])
    quotes = feedback.quotes_of(run, 1, languages=languages)
    [quote] = _of(quotes, aspect="staff", label="negative")
    assert "Never again, that was rude!" in quote["excerpt"] and quote["start"] == quote["end"]


def test_mail_and_phone_are_masked_even_where_cleaning_left_them() -> None:
    text = "Call +84 24 3825 1234 or 030/1234567-89, write to an.na@mail.example.vn, IBAN DE02 1203 0000 0000 2020 51."
    shown = str(_choose([_row("a", text, aspects=[("staff", "negative", "an.na", 0.8)])])["excerpt"].to_pylist())
    assert not any(secret in shown for secret in ("3825", "1234", "an.na", "2020"))


def test_a_term_inside_a_mask_is_not_marked() -> None:
    quotes = _choose([_row("a", "Please do write to anna@example.org about the broken lid.", aspects=[("staff", "negative", "anna", 0.8)])])
    assert all(row["start"] == row["end"] == 0 for row in quotes.to_pylist())


def test_dates_prices_and_years_are_not_taken_for_phone_numbers() -> None:
    text = "On 03/04/2026 I paid 1,299.00 for 2 of 12 (2025 model), order 4711."
    assert present(text).text == text


def test_a_very_long_text_is_cut_round_its_term() -> None:
    text = "word " * 200_000 + "needle " + "word " * 10
    [quote] = _of(_choose([_row("a", text, aspects=[("staff", "negative", "needle", 0.8)])]), aspect="staff", label="negative")
    assert len(quote["excerpt"]) <= 305
    assert quote["excerpt"][quote["start"] : quote["end"]] == "needle" and quote["excerpt"].startswith("\N{HORIZONTAL ELLIPSIS}")


def test_a_text_without_spaces_is_cut_all_the_same() -> None:
    assert len(excerpt("x" * 5_000_000).text) == 301
    assert len(excerpt("x" * 9_000, 4_000, 8_000).text) <= 302


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"a{HIDDEN}b", "ab"),
        ("two\r\nlines\u2028and\ttabs", "two lines and tabs"),
        ("Z" + "\u0301" * 50 + "!", "Z" + "\u0301" * 4 + "!"),
        ("\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f \u0644\u200d!", None),  # flag of Wales; lam, joiner
        ("V\u1eadn chuy\u1ec3n qu\u00e1 ch\u1eadm", None),
    ],
)
def test_hidden_characters_go_and_the_rest_stays(text: str, shown: str | None) -> None:
    assert present(text).text == (text if shown is None else shown)


@given(st.text(alphabet=st.sampled_from([*"ab 1@.\n", *HIDDEN[:9], "\u0301", "\u0644"]), max_size=80), st.data())
@settings(deadline=None)
def test_what_is_marked_comes_from_the_term(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    shown = present(text, start, end)
    assert 0 <= shown.start <= shown.end <= len(shown.text)
    assert not set(shown.text) & set(HIDDEN)
    marked = "".join(shown.text[shown.start : shown.end].split())
    letters = iter(text[start:end])
    assert "[" in shown.text or all(letter in letters for letter in marked)  # a subsequence


@given(st.text(alphabet="ab&", max_size=30), st.data())
@settings(deadline=None)
def test_a_span_of_the_original_is_found_in_the_clean_text(text: str, data: st.DataObject) -> None:
    edits = [(i, i + 1, data.draw(st.sampled_from(["", "&&", "+"]))) for i, letter in enumerate(text) if letter == "&"]
    aligned = Aligned.of(text).replace(edits)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found = clean_span(aligned.runs(), len(aligned.text), start, end)
    inside = [i for i in range(len(aligned.text)) if aligned.starts[i] < end and aligned.ends[i] > start]
    assert found == ((inside[0], inside[-1] + 1) if inside else (0, 0))


ROW = st.fixed_dictionaries(
    {
        "lang": st.sampled_from(["de", "ar"]),
        "label": st.sampled_from(["negative", "positive", "unscored"]),
        "brand": st.sampled_from([None, "x"]),
        "author": st.sampled_from([None, "a", "b", "c"]),
        "p": st.sampled_from([0.5, 0.8, 0.9]),
        "duplicate": st.sampled_from(["none", "none", "exact"]),
        "aspects": st.lists(
            st.tuples(st.just("staff"), st.sampled_from(["negative", "positive"]), st.sampled_from(["lady", None]), st.just(0.7)),
            max_size=2,
        ),
    }
)


@given(st.lists(ROW, max_size=20), st.integers(1, 3), st.integers(1, 4), st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_the_choice_does_not_depend_on_how_the_texts_are_divided(
    rows: list[dict[str, Any]], per_cell: int, parts: int, rng: random.Random
) -> None:
    rows = [{**row, "doc_id": f"{i:02d}", "text": LONG_ENOUGH} for i, row in enumerate(rows)]
    divided: list[list[dict[str, Any]]] = [[] for _ in range(parts)]
    for row in rng.sample(rows, len(rows)):
        divided[rng.randrange(parts)].append(row)
    parts_of = [feedback.run_of(part) for part in divided]
    merged = merge_quotes(
        [choose_quotes(run.documents, run.texts, run.languages, run.sentiment, run.aspects, per_cell=per_cell) for run in parts_of],
        per_cell=per_cell,
    )
    assert merged.schema == CHOSEN and merge_quotes([merged], per_cell=per_cell).equals(merged)
    whole = _choose(rows, per_cell)
    assert whole.schema == QUOTES and cut_quotes(merged, (run.texts for run in parts_of)).equals(whole)


def test_a_quote_of_a_text_that_no_part_holds_is_an_error() -> None:
    run, other = (feedback.run_of([_row(doc_id)]) for doc_id in "ab")
    chosen = choose_quotes(run.documents, run.texts, run.languages, run.sentiment, run.aspects, per_cell=1)
    with pytest.raises(ValueError, match="4 of 4 quoted texts are in none of the parts"):
        cut_quotes(chosen, [other.texts])


def test_readings_are_listed_for_a_small_run_only() -> None:
    def readings(number: int) -> pa.Table:
        run = feedback.run_of(
            [_row(str(i), aspects=[("staff", "negative", "lady", 0.8), ("staff", "negative", None, 0.5)]) for i in range(number)]
        )
        return list_readings(run.documents, run.texts, run.languages, run.sentiment, run.aspects)

    assert readings(1).to_pylist()[0]["aspects"] == [{"aspect": "staff", "polarity": "negative", "times": 2}]
    assert len(readings(MOST)) == MOST and len(readings(MOST + 1)) == 0


def test_excerpts_keep_their_form_in_unicode() -> None:
    text = unicodedata.normalize("NFD", "V\u1eadn chuy\u1ec3n qu\u00e1 ch\u1eadm")
    assert present(text).text == text
