"""The decision tables, from rows small enough to be checked by eye."""

import random
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest
from decisions import day, one, rows_of
from decisions import tables as tables_of

from pipeline.aggregate.gathered import NOT_STARS
from pipeline.config import AggregateConfig
from pipeline.tables import DECISIONS

CONFIG = AggregateConfig()
OPEN = replace(CONFIG, min_n=0, min_authors=0)


def tables(rows: list[dict[str, Any]], config: AggregateConfig = OPEN, parts: int = 1) -> dict[str, pa.Table]:
    """Withholding nothing, unless told otherwise."""
    return tables_of(rows, config, parts)


def texts(number: int, start: str = "", **row: Any) -> list[dict[str, Any]]:
    return [{"doc_id": f"{start}{row}{i}", "lang": "de", "label": "neutral", **row} for i in range(number)]


def brands(shares: dict[str, tuple[int, int]]) -> list[dict[str, Any]]:
    """Texts of brands: so many negative of so many."""
    return [
        row
        for name, (bad, all_) in shares.items()
        for row in (*texts(bad, brand=name, label="negative"), *texts(all_ - bad, brand=name, label="positive"))
    ]


FIVE = {"a": (30, 100), "b": (31, 100), "c": (28, 100), "d": (33, 100), "e": (70, 100)}


def test_a_brand_of_two_texts_does_not_top_the_ranking() -> None:
    table = tables(brands({**FIVE, "tiny": (2, 2)}))["rankings"]
    tiny, worst = (one(table, list="brand", brand=name, measure="share_negative") for name in ("tiny", "e"))
    assert tiny["raw"] == 1 and tiny["n"] == 2
    assert worst["value"] > tiny["value"] and worst["rank"] < tiny["rank"]
    assert tiny["rank_high"] - tiny["rank_low"] > worst["rank_high"] - worst["rank_low"]


def test_only_the_brand_that_differs_is_told_apart() -> None:
    found = rows_of(tables(brands(FIVE))["rankings"], list="brand", measure="share_negative")
    assert {row["brand"] for row in found if row["q_value"] < 0.05} >= {"e"}
    assert one(pa.Table.from_pylist(found), brand="e")["p_top"] > 0.99
    assert all("BH over its 5 cells shown" in row["method"] for row in found)


def test_too_few_cells_or_authors_are_said() -> None:
    table = tables(brands({"a": (3, 9), "b": (1, 9)}))["rankings"]
    assert one(table, list="brand", brand="a", measure="share_negative")["reason"] == "fewer than 5 cells to rank"
    table = tables(brands({**FIVE, "tiny": (2, 2)}), CONFIG)["rankings"]
    assert one(table, list="brand", brand="tiny", measure="share_negative")["reason"] == "fewer than 10 authors"
    assert one(table, list="brand", brand="e", measure="share_negative")["cells"] == 6


def test_aspects_are_adjusted_for_any_dependence() -> None:
    said = [("price", "negative", None, 0.9), ("staff", "positive", None, 0.9), ("delivery", "positive", None, 0.9)]
    said += [("quality", "negative", None, 0.9), ("design", "neutral", None, 0.9)]
    found = one(
        tables(texts(30, aspects=said[:4]) + texts(20, "x", aspects=said[4:]))["rankings"],
        list="aspect",
        aspect="price",
        measure="share_negative",
    )
    assert "BY over its 5 cells" in found["method"] and found["value"] > 0.8


def directed(little: int, much: int) -> list[dict[str, Any]]:
    rows = texts(little + much, aspects=[("information", "negative", None, 0.9)])
    return [{**row, "direction": "too_little" if i < little else "too_much"} for i, row in enumerate(rows)]


@pytest.mark.parametrize(
    ("little", "much", "finding"),
    [(14, 11, "split: no single fix"), (20, 1, "too little"), (1, 20, "too much"), (2, 3, "undecided"), (24, 8, "mostly too little")],
)
def test_the_direction_says_whether_one_fix_helps(little: int, much: int, finding: str) -> None:
    found = one(tables(directed(little, much))["conflicts"], brand=None, aspect="information", measure="share_too_little")
    assert found["finding"] == finding
    assert found["value"] == little / (little + much) and found["n"] == little + much


@pytest.mark.parametrize(("others", "finding"), [(100, "split: no single fix"), (960, "undecided")])
def test_directions_so_rare_that_misreadings_make_as_many_are_no_finding(others: int, finding: str) -> None:
    rows = directed(20, 20) + texts(others, aspects=[("information", "negative", None, 0.9)])
    found = one(tables(rows, CONFIG)["conflicts"], brand=None, aspect="information", measure="share_too_little")
    assert found["n"] == 40 and found["finding"] == finding


def test_ten_texts_of_one_author_are_no_split() -> None:
    rows = [{**row, "author": "a" if row["direction"] == "too_little" else f"b{i}"} for i, row in enumerate(directed(10, 10))]
    found = one(tables(rows, CONFIG)["conflicts"], brand=None, aspect="information", measure="share_too_little")
    assert found["authors"] == 11 and found["finding"] != "split: no single fix"


def test_praise_and_blame_of_an_aspect_are_a_conflict_only_where_both_are_large() -> None:
    def opinions(bad: int, good: int) -> list[dict[str, Any]]:
        return texts(bad, aspects=[("price", "negative", None, 0.9)]) + texts(good, aspects=[("price", "positive", None, 0.9)])

    for bad, good, finding in ((30, 30, "split"), (3, 57, "one side"), (13, 47, "undecided")):
        assert (
            one(tables(opinions(bad, good), CONFIG)["conflicts"], aspect="price", brand=None, measure="conflict_index")["finding"]
            == finding
        )
    withheld = one(tables(opinions(10, 10), CONFIG)["conflicts"], aspect="price", brand=None, measure="conflict_index")
    assert withheld["reason"] == "effective n below 30" and withheld["value"] is None and withheld["finding"] is None


def stars(counts: tuple[int, ...], **row: Any) -> list[dict[str, Any]]:
    return [each for star, number in enumerate(counts, 1) for each in texts(number, f"{star}", rating=star, **row)]


def test_a_split_of_ratings_and_a_j_shape_are_not_the_same() -> None:
    split = tables(stars((50, 0, 0, 0, 50)))["profiles"]
    found = one(split, lang=None, brand=None, measure="agreement")
    assert found["value"] == -1 and found["finding"] == "split in two" and found["high"] < 0
    shape = tables(stars((10, 5, 5, 10, 75)))["profiles"]
    assert one(shape, lang=None, brand=None, measure="agreement")["finding"] == "not shown to be split"
    assert one(shape, lang=None, brand=None, measure="share_extremes")["finding"].startswith("J-shape")
    assert one(shape, lang=None, brand=None, measure="share_rating_5")["value"] == pytest.approx(75 / 105)


def usual_brands(rng: random.Random) -> list[dict[str, Any]]:
    return [
        {
            "doc_id": f"{name}{i}",
            "lang": "de",
            "label": "neutral",
            "brand": name,
            "rating": rng.choice([1, 2, 3, 4, 5]),
            "time": day(rng.randrange(180)),
        }
        for name in "abcdef"
        for i in range(30)
    ]


def test_praise_in_three_days_is_unusual_and_nothing_else_is() -> None:
    rng = random.Random(1)
    perfect = [{**row, "time": day(130 + i % 3)} for i, row in enumerate(texts(14, brand="perfect", rating=5, label="positive"))]
    table = tables(usual_brands(rng) + perfect, CONFIG)["profiles"]
    findings = {row["brand"]: row["finding"] for row in rows_of(table, measure="unusual_signs")}
    assert findings.pop("perfect") == "unusual profile: burst, share_highest"
    assert set(findings.values()) == {"nothing unusual found"} and len(findings) == 6


def test_one_sign_alone_is_not_enough() -> None:
    busy = [{**row, "time": day(130 + i % 3), "rating": 1 + i % 5} for i, row in enumerate(texts(20, brand="busy"))]
    table = tables(usual_brands(random.Random(2)) + busy, CONFIG)["profiles"]
    assert one(table, brand="busy", measure="burst")["q_value"] < 0.05
    assert one(table, brand="busy", measure="unusual_signs")["finding"] == "nothing unusual found"


def test_usual_brands_are_hardly_ever_called_unusual() -> None:
    called = [
        row["finding"] != "nothing unusual found"
        for seed in range(3)
        for row in rows_of(tables(usual_brands(random.Random(seed)), CONFIG)["profiles"], measure="unusual_signs")
    ]
    assert len(called) == 18 and sum(called) == 0


def test_ratings_that_are_not_stars_are_said() -> None:
    assert one(tables(texts(3, rating=87.5))["profiles"], measure="agreement")["reason"] == "ratings are not whole stars from 1 to 5"


def test_of_another_scale_nobody_takes_a_4_for_praise_or_a_2_for_a_complaint() -> None:
    rows = [
        {**row, "rating": 2.0 * (1 + i % 5), "brand": "xy"[i % 2], "time": f"{day(i % 90)}T10:00:00", "author": f"a{i % 150}"}
        for i, row in enumerate(texts(300, label="negative", aspects=[("price", "negative", None, 0.9)]))
    ]
    rows = [{**row, "reply": "Danke", "reply_time": f"{day(100)}T10:00:00"} if i % 3 == 0 else row for i, row in enumerate(rows)]
    for scale, told in ((1.0, NOT_STARS), (0.5, None)):  # to 10, to 5
        made = tables([{**row, "rating": scale * row["rating"]} for row in rows])
        assert {row["reason"] for row in made["drivers"].to_pylist()} == {told or "no aspect is praised and blamed in 20 rated texts"}
        assert {row["reason"] for row in rows_of(made["profiles"], measure="share_contrary")} == {told}
        answered = one(made["replies"], lang=None, brand=None, measure="answered_30d")
        assert answered["n"] == (300 if told else 120) and (
            "texts classified negative, because ratings are not" in answered["method"]
        ) is bool(told)


def test_what_a_file_does_not_state_is_said_in_each_table() -> None:
    for rows in (texts(40), []):
        for name, table in tables(rows, CONFIG).items():
            assert len(table), name
            for row in table.to_pylist():
                counted = name == "coverage" and rows and row["measure"] != "label_shift"  # which counts what is stated
                assert counted or (row["reason"] and row["value"] is None), name


def mixed_rows() -> list[dict[str, Any]]:
    rng = random.Random(5)
    rows = []
    for i in range(160):
        said = [
            (rng.choice(["price", "staff"]), rng.choice(["negative", "positive", "neutral"]), None, 0.9) for _ in range(rng.randrange(3))
        ]
        rows.append(
            {
                **{
                    "doc_id": f"d{i}",
                    "lang": rng.choice(["de", "cy"]),
                    "label": rng.choice(["negative", "positive", "unscored"]),
                    "aspects": said,
                },
                **{"brand": rng.choice(["x", "y", None]), "rating": rng.choice([None, 1, 5]), "author": rng.choice([None, "a", "b", "c"])},
                **{"time": day(rng.randrange(200)), "channel": rng.choice(["app", "web"])},
            }
        )
    return rows


def test_decisions_do_not_depend_on_how_the_texts_are_divided() -> None:
    rows = mixed_rows()
    whole, shuffled = tables(rows), tables(random.Random(6).sample(rows, len(rows)), parts=3)
    assert set(whole) == {spec.name for spec in DECISIONS}
    for name, table in whole.items():
        assert table.equals(shuffled[name]), name


def test_a_withheld_row_shows_no_number() -> None:
    for name, table in tables(mixed_rows(), CONFIG).items():
        for row in table.to_pylist():
            assert (row["value"] is None) == (row["reason"] is not None), (name, row)
            if row["reason"]:
                assert row["low"] is None and row["high"] is None and row.get("finding") is None
            elif row["low"] is not None:
                assert row["low"] - 1e-9 <= row["value"] <= row["high"] + 1e-9, (name, row)
