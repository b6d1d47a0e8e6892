"""What people talk about: forms of one word count once, texts count once, words of few people are not named."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from feedback_tables import run_of
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.aggregate import terms as module
from pipeline.aggregate.term_keys import group_keys
from pipeline.aggregate.term_uses import USES, uses
from pipeline.aggregate.terms import terms
from pipeline.config import AggregateConfig
from pipeline.languages import CODES
from pipeline.report.term_quotes import term_quotes
from pipeline.tables import LABELS

CASES = {lang: json.loads((Path(__file__).parent / "cases" / "terms" / f"{lang}.json").read_text(encoding="utf-8")) for lang in CODES}
CONFIG = AggregateConfig(min_n=3, min_authors=2, max_width=1)


def _each(kind: str) -> Iterator[Any]:
    for lang in CODES:
        for case in CASES[lang][kind]:
            if kind == "wrong":
                yield pytest.param(lang, case["forms"], case["should"], marks=pytest.mark.xfail(strict=True, reason=case["why"]))
            else:
                yield pytest.param(lang, case, kind)


@pytest.mark.parametrize(("lang", "forms", "should"), [*_each("same"), *_each("apart"), *_each("wrong")], ids=str)
def test_forms_of_one_thing_are_one_group_and_different_things_are_not(lang: str, forms: list[str], should: str) -> None:
    """The first form is the most frequent."""
    rows = [(number, *group_keys(form, lang)) for place, form in enumerate(forms) for number in range(len(forms) - place)]
    text, key, unmarked = zip(*rows, strict=True)
    groups = module._groups(pa.table({"text": text, "key": key, "unmarked": unmarked}))
    assert len(set(groups)) == (1 if should == "same" else len(forms))


@given(st.text(min_size=1, max_size=30), st.sampled_from([*CODES, "other:fr", "und"]))
@settings(max_examples=60, deadline=None)
def test_any_term_has_a_key(term: str, lang: str) -> None:
    key, unmarked = group_keys(term, lang)
    assert key and isinstance(unmarked, str) and group_keys(term, lang) == (key, unmarked)


def _row(i: int, text: str, *said: tuple[str, str], author: str | None = None, **more: Any) -> dict[str, Any]:
    aspects = [("staff", polarity, term, 0.8) for term, polarity in said]
    return {"doc_id": f"d{i}", "text": text, "lang": "de", "label": "negative", "author": author or f"a{i}", "aspects": aspects, **more}


def _uses(rows: list[dict[str, Any]]) -> pa.Table:
    run = run_of(rows)
    return uses(run.documents, run.texts, run.languages, run.sentiment, run.aspects)


def _made(rows: list[dict[str, Any]], config: AggregateConfig = CONFIG, quotes: int = 3) -> list[dict[str, Any]]:
    table = _uses(rows)
    return terms(lambda: [table], config=config, quotes=quotes)[0].to_pylist()


def _one(rows: list[dict[str, Any]], **wanted: Any) -> dict[str, Any]:
    (found,) = [row for row in rows if all(row[name] == value for name, value in wanted.items())]
    return found


def test_a_text_counts_once_whatever_forms_it_uses() -> None:
    rows = [
        _row(1, "Lieferung spät. Lieferungen kaputt.", ("Lieferung", "negative"), ("Lieferungen", "negative")),
        _row(2, "Die Lieferung war gut.", ("Lieferung", "positive")),
        _row(3, "lieferung ok", ("lieferung", "neutral")),
        *(_row(i, "Nichts.") for i in range(4, 11)),
    ]
    made = _made(rows)
    rate = _one(made, term="Lieferung", measure="detected_rate")
    assert (rate["value"], rate["n"], rate["authors"]) == (pytest.approx(0.3), 10, 10)
    assert rate["forms"] == "Lieferung 2; Lieferungen 1; lieferung 1"
    assert {label: _one(made, term="Lieferung", measure=f"classified_{label}")["value"] for label in LABELS} == pytest.approx(
        {"negative": 1 / 3, "neutral": 1 / 3, "positive": 1 / 3, "mixed": 0}
    )


def test_a_text_that_praises_and_blames_one_thing_is_mixed() -> None:
    rows = [_row(i, "Lieferung gut, Lieferungen schlecht", ("Lieferung", "positive"), ("Lieferungen", "negative")) for i in range(4)]
    assert _one(_made(rows), measure="classified_mixed")["value"] == 1


def test_the_interval_is_wilsons_where_every_author_wrote_once() -> None:
    """Newcombe 1998, Statistics in Medicine 17:857, table I: 15 of 148 has 0.0624 to 0.1605 by the score method."""
    rows = [_row(i, "Die Lampe.", *([("Lampe", "neutral")] if i < 15 else [])) for i in range(148)]
    rate = _one(_made(rows), term="Lampe", measure="detected_rate")
    assert (round(rate["low"], 4), round(rate["high"], 4)) == (0.0624, 0.1605)


def test_a_word_of_few_authors_is_not_named_but_counted() -> None:
    rows = [_row(i, "Frau Demir war nett", ("Frau Demir", "positive"), author="one") for i in range(9)]
    made = _made([*rows, *(_row(i, "Lampe hell", ("Lampe", "positive")) for i in range(10, 16))])
    assert {row["term"] for row in made} == {"Lampe", None}
    assert _one(made, measure="terms_left_out")["value"] == 1
    assert "Demir" not in json.dumps(made)


def test_terms_beyond_the_most_frequent_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 2)
    words = ("Lampe", "Stuhl", "Tisch", "Regal")
    rows = [_row(10 * w + i, f"{word} da", (word, "neutral")) for w, word in enumerate(words) for i in range(9 - w)]
    made = _made(rows)
    assert {row["term"] for row in made} == {"Lampe", "Stuhl", None} and _one(made, measure="terms_left_out")["value"] == 2


def test_cells_are_withheld_as_everywhere() -> None:
    rows = [_row(i, "Lampe hell", ("Lampe", "positive"), brand="A" if i < 12 else "B") for i in range(14)]
    made = _made(rows, AggregateConfig(min_n=10, min_authors=5, max_width=1))
    assert _one(made, term="Lampe", brand="A", measure="classified_positive")["value"] is None  # else B could be worked out
    few = _one(made, term="Lampe", brand="B", measure="classified_positive")
    assert few["value"] is None and few["reason"] == "fewer than 10 texts (n=2)" and few["n"] == 2
    assert _one(made, term="Lampe", brand=None, measure="classified_positive")["value"] == 1


def test_texts_that_state_no_brand_are_not_told_by_what_all_brands_leave() -> None:
    brands = ["A"] * 8 + ["B"] * 5 + [None]
    made = _made([_row(i, "Lampe hell", ("Lampe", "positive"), brand=brand) for i, brand in enumerate(brands)])
    for measure in ("classified_positive", "detected_rate"):
        values = {row["brand"]: row["value"] for row in made if row["term"] == "Lampe" and row["measure"] == measure}
        assert values == {None: 1, "A": 1, "B": None}  # of the smaller, so that nobody can tell it from the one text without a brand


WORDS = ("Lampe", "lampe", "Lampen", "Müll", "Muell", "Stuhl", "Stühle", "Preis")


@st.composite
def _texts(draw: st.DrawFn) -> list[dict[str, Any]]:
    said = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(("negative", "neutral", "positive"))), max_size=3)
    rows = []
    for i in range(draw(st.integers(0, 14))):
        chosen = draw(said)
        text = " ".join(["Es:", *(word for word, _ in chosen)])
        brand, author = draw(st.sampled_from((None, "A", "B"))), draw(st.sampled_from(("x", "y", "z")))
        rows.append(_row(i, text, *chosen, author=author, brand=brand))
    return rows


@given(_texts(), st.integers(0, 14), st.randoms())
@settings(max_examples=15, deadline=None)
def test_the_table_does_not_depend_on_how_texts_were_divided(rows: list[dict[str, Any]], cut: int, random: Any) -> None:
    moved = list(rows)
    random.shuffle(moved)
    config = AggregateConfig(min_n=1, min_authors=1, max_width=1)
    whole = _uses(rows)
    parts = [_uses(moved[:cut]), _uses(moved[cut:])]
    expected, found = terms(lambda: [whole], config=config, quotes=2), terms(lambda: parts, config=config, quotes=2)
    assert expected[0].equals(found[0]) and expected[1].equals(found[1])


def test_a_large_run_is_grouped_in_passes_with_the_same_result(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [_row(i, " ".join(WORDS), *((word, "negative") for word in WORDS[i % 3 :])) for i in range(12)]
    table = _uses(rows)
    at_once = terms(lambda: [table], config=CONFIG, quotes=2)
    monkeypatch.setattr(module, "AT_ONCE", 5)
    in_passes = terms(lambda: [table], config=CONFIG, quotes=2)
    assert all(one.equals(other) for one, other in zip(at_once, in_passes, strict=True))


def test_quotes_hold_the_term_are_by_different_authors_and_no_copies() -> None:
    text = "Ich habe lange gewartet, aber die Lampe ist wirklich sehr schön."
    rows = [_row(i, text, ("Lampe", "positive"), author=f"a{i // 2}", line=i + 1) for i in range(8)]
    rows.append(_row(9, text, ("Lampe", "positive"), author="copy", duplicate="exact"))
    run, table = run_of(rows), _uses(rows)
    chosen = terms(lambda: [table], config=CONFIG, quotes=3)[1]
    quotes = term_quotes(chosen, [(run.documents, run.texts)]).to_pylist()
    assert len(quotes) == 3 and len(set(chosen["author"].to_pylist())) == 3
    assert {quote["excerpt"][quote["start"] : quote["end"]] for quote in quotes} == {"Lampe"}
    assert {(quote["term"], quote["label"]) for quote in quotes} == {("Lampe", "positive")} and "d9" not in {q["doc_id"] for q in quotes}


def test_a_run_without_terms_gives_only_what_was_left_out() -> None:
    made = _made([_row(1, "Nichts.")])
    assert [(row["measure"], row["value"], row["n"]) for row in made] == [("terms_left_out", 0, 1)]
    assert terms(lambda: [USES.schema.empty_table()], config=CONFIG, quotes=3)[0].num_rows == 0


def test_a_long_stretch_is_no_term() -> None:
    long = "sehr " * 20 + "lang"
    made = _made([_row(i, long, (long, "negative")) for i in range(5)])
    assert {row["term"] for row in made} == {None} and not np.any([row["value"] for row in made])
