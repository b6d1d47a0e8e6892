"""Counting, merging and estimating, from rows small enough to be counted by hand."""

import importlib.util
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.aggregate.groupings import parse
from pipeline.aggregate.stage import count, estimate, merge
from pipeline.aggregate.sums import SUMS
from pipeline.config import AggregateConfig
from pipeline.contract import conform
from pipeline.errors import ConfigError
from pipeline.stats.clusters import JackknifeSums, share_interval
from pipeline.tables import ESTIMATES

_spec = importlib.util.spec_from_file_location("feedback_tables", Path(__file__).with_name("feedback_tables.py"))
feedback = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(feedback)

CONFIG = AggregateConfig()
OPEN = AggregateConfig(min_n=0, min_authors=0, max_width=1.0)  # withholds nothing that can be computed


def _estimates(rows: list[dict[str, Any]], config: AggregateConfig = OPEN) -> pa.Table:
    return estimate(merge([count(*feedback.run_of(rows), config=config)]), config=config)


def _one(table: pa.Table, measure: str, **cell: str) -> dict[str, Any]:
    wanted = {"lang": "de", "brand": None, "channel": None, "period": None, "aspect": None, "measure": measure, **cell}
    found = [row for row in table.to_pylist() if all(row[name] == value for name, value in wanted.items())]
    assert len(found) == 1, (wanted, len(found))
    return found[0]


def _texts(number: int, **row: Any) -> list[dict[str, Any]]:
    return [{"doc_id": f"{row.get('label')}{row.get('lang')}{row.get('brand')}{i}", "lang": "de", **row} for i in range(number)]


def test_shares_have_scored_texts_below_and_the_unscored_all_texts() -> None:
    table = _estimates(_texts(3, label="negative") + _texts(8, label="positive") + _texts(4, label="unscored") + _texts(5, label=None))
    negative, unscored = _one(table, "share_negative"), _one(table, "share_unscored")
    assert (negative["value"], negative["n"], negative["n_eff"], negative["authors"]) == (3 / 11, 11, 11, 11)
    assert (round(negative["low"], 3), round(negative["high"], 3)) == (0.097, 0.566)  # Wilson of 3/11
    assert (unscored["value"], unscored["n"]) == (9 / 20, 20)
    assert "not corrected for classifier error" in negative["method"]


def test_a_text_without_a_language_row_is_undetermined_and_counted() -> None:
    table = _estimates(_texts(4, label="negative", lang=None))
    assert _one(table, "share_negative", lang="und")["n"] == 4


def test_every_language_gets_cells_also_others_and_the_undetermined() -> None:
    table = _estimates([row for lang in ("ar", "other:fr", "und") for row in _texts(2, lang=lang, label="neutral")])
    assert sorted(set(table["lang"].to_pylist())) == ["ar", "other:fr", "und"]


def test_the_texts_of_an_author_are_one_cluster() -> None:
    by_author = {"a": "nnnn", "b": "npnn", "c": "pppp", "d": "pn", "e": "p", "f": "ppn"}
    rows = [
        {"doc_id": f"{author}{i}", "lang": "de", "author": author, "label": "negative" if letter == "n" else "positive"}
        for author, letters in by_author.items()
        for i, letter in enumerate(letters)
    ] + _texts(2, label="negative")
    found = _one(_estimates(rows), "share_negative")
    n = [*map(len, by_author.values()), 1, 1]
    y = [*(letters.count("n") for letters in by_author.values()), 1, 1]
    expected = share_interval(JackknifeSums.of(n, y))
    assert found["authors"] == 8
    assert (found["low"], found["high"]) == pytest.approx((expected.low[0], expected.high[0]))
    assert found["n_eff"] == pytest.approx(expected.n_eff[0]) and found["n_eff"] < found["n"]


def test_mention_rate_is_per_text_of_the_parent_cell_clustered_by_author() -> None:
    staff = [("staff", "negative", None, 0.9)]
    rows = [
        {"doc_id": f"{author}{i}", "lang": "de", "author": author, "brand": "x", "label": "negative", "aspects": staff if mentions else []}
        for author, mentioned in {"a": [1, 1, 1], "b": [0, 0, 1, 0], "c": [0], "d": [1, 0]}.items()
        for i, mentions in enumerate(mentioned)
    ] + _texts(3, label="unscored", brand="y")
    table = _estimates(rows)
    found = _one(table, "mention_rate", aspect="staff")
    expected = share_interval(JackknifeSums.of([3, 4, 1, 2, 1, 1, 1], [3, 1, 0, 1, 0, 0, 0]))
    assert (found["value"], found["n"], found["authors"]) == (5 / 13, 13, 7)
    assert (found["low"], found["high"]) == pytest.approx((expected.low[0], expected.high[0]))
    assert _one(table, "mention_rate", aspect="staff", brand="x")["n"] == 10
    assert not [row for row in table.to_pylist() if row["aspect"] and row["brand"] == "y"]


def test_a_text_that_praises_and_blames_an_aspect_is_mixed_on_it_and_counts_once() -> None:
    opinions = {
        "mixed": [("price", "negative", None, 0.9), ("price", "positive", None, 0.9), ("price", "neutral", None, 0.9)],
        "negative": [("price", "neutral", None, 0.9), ("price", "negative", None, 0.9)],
        "positive": [("price", "positive", None, 0.9), ("price", "positive", None, 0.9)],
        "neutral": [("price", "neutral", None, 0.9)],
    }
    table = _estimates([{"doc_id": name, "lang": "de", "label": "neutral", "aspects": said} for name, said in opinions.items()])
    for name in opinions:
        found = _one(table, f"share_{name}", aspect="price")
        assert (found["value"], found["n"]) == (0.25, 4)


def test_the_mean_rating_has_rated_texts_below() -> None:
    rows = [
        {"doc_id": str(i), "lang": "de", "label": "neutral", "rating": rating}
        for i, rating in enumerate([1, 2, 4, 4.5, None, 5e6, float("nan")])
    ]
    found = _one(_estimates(rows), "mean_rating")
    assert (found["value"], found["n"]) == (2.875, 4)
    assert found["low"] < 2.875 < found["high"]


def test_no_mean_rating_is_given_where_nothing_is_rated() -> None:
    assert "mean_rating" not in _estimates(_texts(3, label="neutral"))["measure"].to_pylist()


def test_ratings_that_do_not_vary_have_no_interval() -> None:
    found = _one(_estimates(_texts(40, label="positive", rating=5)), "mean_rating")
    assert found["value"] is None and "do not vary" in found["reason"]


def test_a_column_stated_by_some_gives_unknown_to_the_others() -> None:
    table = _estimates(_texts(2, label="neutral", brand="b", time="2026-03-31T23:59:59") + _texts(3, label="neutral"))
    assert _one(table, "share_neutral", brand="unknown")["n"] == 3
    assert _one(table, "share_neutral", period="unknown")["n"] == 3
    assert _one(table, "share_neutral", period="2026-03")["n"] == 2


def test_a_column_that_nobody_states_makes_no_cells() -> None:
    table = _estimates(_texts(3, label="neutral", brand="b"))
    assert table["channel"].null_count == table["period"].null_count == len(table)


def test_cells_follow_the_groupings_and_language_is_always_part() -> None:
    config = replace(OPEN, groupings=("brand", "brand + lang"))
    table = _estimates(_texts(3, label="neutral", brand="b", channel="c", aspects=[("price", "neutral", None, 0.9)]), config)
    assert set(zip(table["lang"].to_pylist(), table["brand"].to_pylist(), table["channel"].to_pylist(), strict=True)) == {("de", "b", None)}
    assert table["aspect"].null_count == len(table)


def test_an_unknown_grouping_column_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"'lang\+shop' names 'shop'.*lang, brand, channel, period, aspect"):
        parse(["lang+shop"])


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (_texts(12, label="negative"), "fewer than 30 texts (n=12)"),
        ([{**row, "author": f"a{i % 12}"} for i, row in enumerate(_texts(40, label="negative"))], "effective n below 30"),
        (_texts(16, label="negative") + _texts(16, label="positive"), "interval wider than 30 points"),
        (
            [{**row, "author": f"a{i % 9}"} for i, row in enumerate(_texts(99, label="negative") + _texts(999, label="positive"))],
            "fewer than 10 authors",
        ),
        (_texts(60, label="negative"), None),
    ],
)
def test_an_estimate_is_withheld_by_the_first_rule_that_applies(rows: list[dict[str, Any]], reason: str | None) -> None:
    found = _one(_estimates(rows, CONFIG), "share_negative")
    assert found["reason"] == reason
    assert (found["value"] is None) == (found["low"] is None) == (found["high"] is None) == (reason is not None)
    assert found["n"] == len(rows) and found["authors"] > 0


def test_a_single_cell_hidden_for_privacy_takes_the_smallest_other_with_it() -> None:
    def brand(name: str, texts: int) -> list[dict[str, Any]]:
        return [{**row, "author": f"{name}{i}"} for i, row in enumerate(_texts(texts, label="negative", brand=name))]

    reason = "would reveal a cell of fewer than 10 authors"
    found = _estimates([*brand("big", 90), *brand("less", 60), *brand("few", 5)], CONFIG)
    assert [_one(found, "share_negative", brand=name)["reason"] for name in ("big", "less", "few")] == [
        None,
        reason,
        "fewer than 30 texts (n=5)",
    ]
    two = _estimates([*brand("big", 90), *brand("less", 60), *brand("few", 5), *brand("some", 6)], CONFIG)
    assert _one(two, "share_negative", brand="less")["reason"] is None  # of two hidden ones only the sum is known


def test_the_effective_number_of_a_cell_of_few_people_is_not_told() -> None:
    rows = [{**row, "author": f"a{i % 4}"} for i, row in enumerate(_texts(60, label="negative"))]
    few = _one(_estimates(rows, CONFIG), "share_negative")
    assert few["reason"] and few["n"] == 60 and few["n_eff"] is None
    many = [{**row, "author": f"a{i % 20}"} for i, row in enumerate(_texts(60, label="negative"))]
    assert _one(_estimates(many, CONFIG), "share_negative")["n_eff"] is not None


def test_each_measure_is_judged_by_its_own_n() -> None:
    mentioned = [("staff", "negative", None, 0.9)]
    rows = [{**row, "aspects": mentioned if i < 5 else []} for i, row in enumerate(_texts(200, label="negative"))]
    table = _estimates(rows, CONFIG)
    assert _one(table, "mention_rate", aspect="staff")["value"] == 0.025
    assert _one(table, "share_negative", aspect="staff")["reason"] == "fewer than 30 texts (n=5)"


def test_nothing_in_gives_an_empty_table_that_conforms() -> None:
    assert len(merge([])) == 0 and merge([]).schema == SUMS
    for table in (_estimates([]), estimate(merge([]), config=CONFIG)):
        assert len(conform(table, ESTIMATES)) == 0


def test_opinions_on_unknown_documents_are_not_counted() -> None:
    run = feedback.run_of(_texts(2, label="neutral", aspects=[("price", "neutral", None, 0.9)]))
    table = estimate(count(*run._replace(documents=run.documents.slice(0, 1)), config=OPEN), config=OPEN)
    assert _one(table, "mention_rate", aspect="price")["n"] == 1


OPINIONS = st.lists(st.tuples(st.sampled_from(["price", "staff"]), st.sampled_from(["negative", "neutral", "positive"])), max_size=3)
ROW = st.fixed_dictionaries(
    {
        "lang": st.sampled_from(["de", "ar", "und", None]),
        "label": st.sampled_from(["negative", "neutral", "positive", "mixed", "unscored"]),
        "brand": st.sampled_from([None, "x", "y"]),
        "time": st.sampled_from([None, "2026-01-31", "2026-02-01"]),
        "author": st.sampled_from([None, "a", "b", "c"]),
        "rating": st.sampled_from([None, 1.0, 4.3, 5.0]),
        "aspects": OPINIONS.map(lambda said: [(*each, None, 0.9) for each in said]),
    }
)


@given(st.lists(ROW, max_size=25), st.integers(1, 4), st.integers(0, 10))
@settings(max_examples=60, deadline=None)
def test_estimates_do_not_depend_on_how_the_texts_are_divided(rows: list[dict[str, Any]], parts: int, seed: int) -> None:
    rows = [{**row, "doc_id": str(i)} for i, row in enumerate(rows)]
    divided: list[list[dict[str, Any]]] = [[] for _ in range(parts)]
    for row in random.Random(seed).sample(rows, len(rows)):
        divided[random.Random(f"{seed}{row['doc_id']}").randrange(parts)].append(row)
    counted = [count(*feedback.run_of(part), config=OPEN) for part in divided]
    whole = _estimates(rows)
    assert estimate(merge(counted), config=OPEN).equals(whole)
    assert estimate(merge([counted[-1], merge(counted[:-1])]), config=OPEN).equals(whole)
    conform(whole, ESTIMATES)


@given(st.lists(ROW, min_size=1, max_size=25))
@settings(max_examples=40, deadline=None)
def test_the_shares_of_a_cell_add_up_to_one(rows: list[dict[str, Any]]) -> None:
    table = _estimates([{**row, "doc_id": str(i)} for i, row in enumerate(rows)])
    shares: dict[tuple[Any, ...], float] = {}
    for row in table.to_pylist():
        if row["measure"] in {f"share_{label}" for label in ("negative", "neutral", "positive", "mixed")} and row["n"]:
            cell = tuple(row[name] for name in ("lang", "brand", "channel", "period", "aspect"))
            shares[cell] = shares.get(cell, 0) + row["value"]
    np.testing.assert_allclose(list(shares.values()), 1)


def test_merging_in_many_steps_gives_the_same_sums(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = [count(*feedback.run_of(_texts(3, label="neutral", brand=f"b{i % 4}", author=f"a{i}")), config=CONFIG) for i in range(12)]
    whole = estimate(merge(counted), config=OPEN)
    monkeypatch.setattr("pipeline.aggregate.merging.WAITING_ROWS", 2)
    assert estimate(merge(iter(counted)), config=OPEN).equals(whole)


def test_counts_do_not_grow_with_texts_without_an_author() -> None:
    few, many = (count(*feedback.run_of(_texts(number, label="neutral", brand="b")), config=CONFIG) for number in (5, 500))
    assert len(few) == len(many) == 1
    assert many["texts"].to_pylist() == [500]
