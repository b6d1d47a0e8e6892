"""No sum or difference of numbers that are shown, of all tables together, tells what fewer than `min_authors` people said.

The attack: a number that is shown is a sum over a set of texts. What can be worked out from sums are the sets in the space that they span; none of these may be a brand, a
language, or several brands of a language, of too few people. What each number counts is written down here anew; that it does count this is checked by its value.
"""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import combinations
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from decisions import day, rows_of
from decisions import tables as decided
from feedback_tables import run_of

from pipeline.aggregate.closing import closed_brands
from pipeline.aggregate.gathered import Gathered
from pipeline.aggregate.people import REVEALING
from pipeline.aggregate.stage import count, estimate_all, merge, record
from pipeline.config import AggregateConfig, Brand, Event

LEAST = 4
CONFIG = AggregateConfig(
    groupings=("lang", "lang+brand", "lang+channel", "lang+brand+aspect", "lang+aspect"),
    min_n=1,
    min_authors=LEAST,
    max_width=1.0,
    brands=(Brand("Zed"),),
)
SEEDS = range(8)
Texts = frozenset[str]
Tables = dict[str, pa.Table]


def feedback(seed: int) -> list[dict[str, Any]]:
    """Texts of a few brands in a few languages, some of few people."""
    rng = random.Random(seed)
    rows = []
    for lang, sizes in (("de", (9, 7, 2, 8, 3)), ("cy", (8, 3, 6, 2, 1)), ("vi", (6, 0, 6, 1, 0)), ("other:fr", (1, 1, 0, 0, 1))):
        for brand, size in zip(("a", "b", "c", "d", None), sizes, strict=True):
            for i in range(rng.randrange(size + 1) + size // 2):
                key = f"{lang}-{brand}-{i}"
                replied = rng.random() < 0.5
                rows.append(
                    {
                        **{"doc_id": key, "lang": lang, "brand": brand, "channel": rng.choice(["web", "app", None])},
                        "text": rng.choice(["Zed again", "@Zed again", "nothing"]),
                        "author": f"{lang}{rng.randrange(12)}",
                        "label": rng.choice(["negative", "negative", "positive", None]),
                        "rating": rng.choice([1, 1, 2, 4, 5, None]),
                        "time": day(rng.randrange(60)),
                        "reply_time": day(60 + rng.randrange(5)) if replied else None,
                        "reply": "sorry" if replied else None,
                        "aspects": [("price", rng.choice(["negative", "positive", "neutral"]), None, 0.9)] if rng.random() < 0.7 else [],
                        "direction": rng.choice(["too_little", "too_much"]),
                    }
                )
    return rows


class Attack:
    """What is known of one quantity, each sum by its texts."""

    def __init__(self, rows: list[dict[str, Any]], counted: Any) -> None:
        self.rows = [row for row in rows if counted(row)]
        self.place = {row["doc_id"]: i for i, row in enumerate(self.rows)}
        self.known: list[np.ndarray] = []

    def texts(self, **wanted: Any) -> Texts:
        """The counted texts of a cell; a column that is None is not looked at, and `unknown` is not stated."""
        wanted = {name: value for name, value in wanted.items() if value is not None}
        named = (row for row in self.rows if all((row[name] or "unknown") == value for name, value in wanted.items()))
        return frozenset(row["doc_id"] for row in named)

    def people(self, texts: Texts) -> int:
        return len({row["author"] for row in self.rows if row["doc_id"] in texts})

    def learn(self, texts: Texts) -> None:
        self.known.append(np.isin(np.arange(len(self.rows)), [self.place[each] for each in texts]).astype(float))

    def tells(self, texts: Texts) -> bool:
        """Whether the sum over these texts follows from what is known."""
        wanted = np.isin(np.arange(len(self.rows)), [self.place[each] for each in texts]).astype(float)
        matrix = np.array(self.known).reshape(-1, len(self.rows))
        best = np.linalg.lstsq(matrix.T, wanted, rcond=None)[0]
        return bool(np.abs(matrix.T @ best - wanted).max() < 1e-6)

    def private(self, column: str) -> Iterator[Texts]:
        """Everything of fewer people than may be told of: values of a column, in a language and over all, and several in a language together; and languages."""
        values = sorted({row[column] or "unknown" for row in self.rows})
        langs = sorted({row["lang"] for row in self.rows})
        sets = [self.texts(**{column: value}) for value in values if value != "unknown"] + [self.texts(lang=lang) for lang in langs]
        for lang in langs:
            cells = [self.texts(lang=lang, **{column: value}) for value in values]
            sets += [frozenset().union(*some) for size in (1, 2, 3) for some in combinations(cells, size)]
        yield from (texts for texts in sets if 0 < self.people(texts) < LEAST)

    def leaks(self, column: str = "brand") -> list[Texts]:
        return [texts for texts in self.private(column) if self.tells(texts)]


@pytest.fixture(scope="module", params=SEEDS)
def run(request: pytest.FixtureRequest) -> tuple[list[dict[str, Any]], Tables]:
    rows = feedback(request.param)
    estimates, contrasts = estimate_all(merge([count(*run_of(rows), config=CONFIG)]), config=CONFIG)
    return rows, {**decided(rows, CONFIG), "estimates": estimates, "contrasts": contrasts}


def shown(table: pa.Table, **wanted: Any) -> list[dict[str, Any]]:
    return [row for row in rows_of(table, **wanted) if row["value"] is not None]


def of_brand(rows: list[dict[str, Any]], attack: Attack, brand: str) -> Texts:
    """The texts that a number of a brand over all languages may count: those in open cells."""
    tables = run_of(rows)
    records, opinions = record(tables.documents, tables.texts, tables.languages, tables.sentiment, tables.aspects, config=CONFIG)
    gathered = Gathered.of(records, opinions)
    order = np.argsort(records["text"].to_numpy())[gathered.lot]
    ids = [rows[i]["doc_id"] for i in order]
    counted = np.isin(ids, list(attack.place))
    open_ = counted & ~closed_brands(gathered, counted, CONFIG)
    return attack.texts(brand=brand) & frozenset(np.array(ids)[open_].tolist())


def of_run(attack: Attack) -> Texts:
    """The texts that a number of all languages may count: all, or without languages of few people."""
    langs = {row["lang"] for row in attack.rows}
    few = [attack.texts(lang=lang) for lang in langs if attack.people(attack.texts(lang=lang)) < LEAST]
    together = frozenset().union(*few) if few else frozenset()
    return attack.texts() if len(few) > 1 and attack.people(together) >= LEAST else attack.texts() - together


def number(attack: Attack, texts: Texts, says: Any) -> float:
    return float(np.mean([says(row) for row in attack.rows if row["doc_id"] in texts]))


def test_ratings_of_few_people_follow_from_no_table(run: tuple[list[dict[str, Any]], Tables]) -> None:
    rows, tables = run
    attack = Attack(rows, lambda row: row["rating"] is not None)
    for row in shown(tables["estimates"], measure="mean_rating", channel=None):
        attack.learn(attack.texts(lang=row["lang"], brand=row["brand"]))
    for row in shown(tables["profiles"]):
        if row["measure"] in ("mean_rating", "share_rating_5", "share_extremes"):
            texts = (
                of_brand(rows, attack, row["brand"]) if row["brand"] else attack.texts(lang=row["lang"]) if row["lang"] else of_run(attack)
            )
            attack.learn(texts)
            assert row["n"] == len(texts)
            if row["measure"] == "share_rating_5":
                assert row["value"] == pytest.approx(number(attack, texts, lambda each: each["rating"] == 5))
    for row in shown(tables["profiles"], measure="share_extremes"):
        column = "brand" if row["brand"] else "lang"
        if row[column] is None:
            continue
        others = [each[column] for each in shown(tables["profiles"], measure="share_extremes") if each[column] not in (None, row[column])]
        rest = [of_brand(rows, attack, other) if column == "brand" else attack.texts(lang=other) for other in others]
        texts = frozenset().union(*rest)
        attack.learn(texts)
        if texts:
            assert row["reference"] == pytest.approx(number(attack, texts, lambda each: each["rating"] in (1, 5)))
    assert attack.known and any(attack.private("brand")) and not attack.leaks()


@pytest.mark.parametrize("column", ["brand", "channel"])
def test_what_few_people_said_follows_from_no_table(run: tuple[list[dict[str, Any]], Tables], column: str) -> None:
    rows, tables = run
    attack = Attack(rows, lambda row: row["label"] is not None)
    other = "channel" if column == "brand" else "brand"
    for row in shown(tables["estimates"], measure="classified_negative", aspect=None, **{other: None}):
        attack.learn(attack.texts(lang=row["lang"], **{column: row[column]}))
    for row in shown(tables["rankings"], list=column, measure="share_negative"):
        attack.learn(attack.texts(lang=row["lang"], **{column: row[column]}))
    for row in shown(tables["contrasts"], measure="share_negative", aspect=None, against="rest", **{other: None}):
        own = attack.texts(lang=row["lang"], **{column: row[column]})
        attack.learn(own)
        attack.learn(attack.texts(lang=row["lang"]) - own)
    assert attack.known and not attack.leaks(column)


def test_answers_to_few_people_follow_from_no_table(run: tuple[list[dict[str, Any]], Tables]) -> None:
    rows, tables = run
    attack = Attack(rows, lambda row: row["rating"] in (1, 2) if row["rating"] is not None else row["label"] == "negative")
    for row in rows_of(tables["replies"], measure="answered_7d"):
        texts = of_brand(rows, attack, row["brand"]) if row["brand"] else attack.texts(lang=row["lang"]) if row["lang"] else of_run(attack)
        private = row["value"] is None and ("authors" in row["reason"])
        if not private:
            attack.learn(texts)
            assert (row["n"], row["authors"]) == (len(texts), attack.people(texts))
        else:  # how many complain is closed too
            assert row["n"] == sum(each["lang"] == row["lang"] if row["lang"] else each["brand"] == row["brand"] for each in rows)
    assert attack.known and not attack.leaks()


def test_polarities_and_amounts_of_few_people_follow_from_no_table(run: tuple[list[dict[str, Any]], Tables]) -> None:
    rows, tables = run
    polarity = Attack(rows, lambda row: bool(row["aspects"]))
    for row in shown(tables["estimates"], measure="classified_negative", aspect="price"):
        polarity.learn(polarity.texts(lang=row["lang"], brand=row["brand"]))
    for row in shown(tables["conflicts"], measure="conflict_index"):
        polarity.learn(polarity.texts(lang=row["lang"], brand=row["brand"]))
    assert polarity.known and not polarity.leaks()
    amount = Attack(rows, lambda row: bool(row["aspects"]))
    for row in shown(tables["conflicts"], measure="share_too_little"):
        amount.learn(amount.texts(lang=row["lang"], brand=row["brand"]))
    assert amount.known and not amount.leaks()


def test_languages_of_few_people_follow_from_no_mention(run: tuple[list[dict[str, Any]], Tables]) -> None:
    rows, tables = run
    for measure, counted in (("share_mentioning", lambda row: True), ("share_tagged", lambda row: "Zed" in row["text"])):
        attack = Attack(rows, counted)
        for row in shown(tables["mentions"], measure=measure):
            texts = attack.texts(lang=row["lang"]) if row["lang"] else of_run(attack)
            attack.learn(texts)
            assert row["n"] == len(texts)
            if measure == "share_tagged":
                assert row["value"] == pytest.approx(number(attack, texts, lambda each: each["text"].startswith("@")))
        assert attack.known and not attack.leaks()
    few = {row["lang"] for row in rows_of(tables["mentions"], measure="share_mentioning") if row["value"] is None}
    assert not few & {row["lang"] for row in rows_of(tables["mentions"], measure="share_tagged")}  # whose n would be its numerator


def test_the_attack_succeeds_where_a_cell_is_left_open() -> None:
    rows = [{"doc_id": str(i), "lang": "de", "brand": "ab"[i > 5], "author": str(i), "rating": 1} for i in range(8)]
    attack = Attack(rows, lambda row: True)
    attack.learn(attack.texts(lang="de"))
    assert not attack.leaks()
    attack.learn(attack.texts(lang="de", brand="a"))
    assert attack.texts(brand="b") in attack.leaks()


def test_a_brand_closed_for_anothers_sake_is_still_told_to_be_unusual_without_its_number() -> None:
    rng = random.Random(1)
    usual = [
        {"brand": name, "rating": rng.choice([1, 2, 3, 4, 5]), "time": day(rng.randrange(180)), "label": "neutral"}
        for name in "abcdef"
        for _ in range(30)
    ]
    perfect = [{"brand": "perfect", "rating": 5, "time": day(130 + i % 3), "label": "positive"} for i in range(14)]
    tiny = [{"brand": "tiny", "rating": 1, "time": day(i), "label": "negative"} for i in range(3)]
    rows = [{"doc_id": str(i), "lang": "de", **row} for i, row in enumerate([*usual, *perfect, *tiny])]
    found = {row["measure"]: row for row in rows_of(decided(rows, AggregateConfig())["profiles"], brand="perfect")}
    revealing = REVEALING.format(min_authors=10)
    assert found["unusual_signs"]["finding"] == "unusual profile: burst, share_highest"
    for measure in ("share_highest", "share_rating_5", "mean_rating", "share_extremes"):
        row = found[measure]
        assert row["reason"] == revealing and row["value"] is row["p_value"] is row["q_value"] is row["reference"] is row["n_eff"] is None
    assert found["burst"]["value"] == 1


def monthly(sizes: dict[str, tuple[int, int]]) -> list[dict[str, Any]]:
    """Texts of brands: so many in each of five months, and in the sixth."""
    return [
        {
            **{"doc_id": f"{brand}{month}-{i}", "lang": "de", "brand": brand, "author": f"{brand}{i}"},
            **{"label": "negative" if i % 2 else "positive", "rating": 1 + 3 * (i % 2), "time": f"2026-0{month}-0{1 + i % 9}T00:00:00"},
        }
        for brand, (before, newest) in sizes.items()
        for month in range(1, 7)
        for i in range(before if month < 6 else newest)
    ]


def test_the_newest_month_of_a_brand_is_closed_where_it_would_tell_of_few_people_in_that_month() -> None:
    found = rows_of(decided(monthly({"a": (9, 9), "b": (6, 6), "s": (8, 2)}), CONFIG)["changes"], kind="newest_month")
    reason = {row["brand"]: row["reason"] for row in found}
    assert reason == {None: None, "a": None, "b": REVEALING.format(min_authors=LEAST), "s": f"fewer than {LEAST} authors"}


def test_a_brand_closed_in_the_estimates_has_no_number_in_the_changes() -> None:
    rows = monthly({"a": (9, 9), "b": (6, 6), "s": (2, 2)})
    found = decided(rows, replace(CONFIG, events=(Event(date(2026, 6, 1), "x", "b"),)))["changes"]
    assert {row["reason"] for row in rows_of(found, brand="b") if row["kind"] != "before_after_controlled"} == {
        REVEALING.format(min_authors=LEAST)
    }
    assert all(row["value"] is None for row in rows_of(found, brand="b")) and not rows_of(found, brand="s")


def test_sides_of_an_event_are_closed_where_an_event_of_the_day_concerns_all() -> None:
    rows, of_b = monthly({"a": (9, 9), "b": (6, 6), "s": (8, 2)}), Event(date(2026, 6, 1), "x", "b")
    for events, closed in (((of_b,), False), ((of_b, Event(date(2026, 6, 1), "y")), True), ((of_b, Event(date(2026, 5, 1), "y")), False)):
        found = rows_of(decided(rows, replace(CONFIG, events=events))["changes"], kind="before_after", brand="b")
        assert len(found) == 2 and all((row["reason"] == REVEALING.format(min_authors=LEAST)) is closed for row in found)
