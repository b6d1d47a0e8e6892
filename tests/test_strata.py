"""Labels drawn unequally from the classifier's sure and unsure texts: each stratum counts by its size. Oracles name their origin."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from test_correcting import _one, _rows, feedback

from pipeline.aggregate.labelled import line_up_labels, text_hash
from pipeline.aggregate.stage import STRATA, count, count_strata, estimate, merge
from pipeline.aggregate.strata import stratum_sizes
from pipeline.config import AggregateConfig, Config
from pipeline.engines.local import LocalEngine
from pipeline.progress import Silent
from pipeline.run import Run
from pipeline.stats.double_sampling import double_sampling
from pipeline.store import Store
from pipeline.tables import ASPECTS, DOCUMENTS, ESTIMATES, LABELLED, LANGUAGES, REJECTS, SENTIMENT, TEXTS
from pipeline.work import Task, perform

SIZES = np.array([[3000.0, 3000.0], [1000.0, 3000.0]])  # class said x unsure, sure


def _labels(found: list[list[tuple[int, int]]]) -> tuple[list[int], list[int], list[int]]:
    """Said, stratum and true class of labelled texts: of each stratum, how many are truly 0 and 1."""
    rows = [(j, h, k) for j, strata in enumerate(found) for h, numbers in enumerate(strata) for k in (0, 1) for _ in range(numbers[k])]
    return tuple(list(column) for column in zip(*rows, strict=True))  # type: ignore[return-value]


FOUND = [[(60, 40), (48, 2)], [(40, 60), (5, 45)]]


def _drawn(sizes: np.ndarray, found: list[list[tuple[int, int]]], **more: Any) -> Any:
    said, stratum, true = _labels(found)
    labelled = np.array(found).sum(axis=2)
    weight = (sizes / labelled)[said, stratum]
    return double_sampling(sizes, said, true, weight, np.random.default_rng(0), 20_000, stratum=stratum, **more)


def test_value_and_variance_are_those_of_the_textbook() -> None:
    # Cochran 1977, Sampling Techniques, 5.10: sum W_h p_h, sum W_h^2 p_h q_h / (n_h - 1); the sizes are many, so that they are known
    drawn = _drawn(SIZES * 1e6, FOUND)
    part, labelled = SIZES / SIZES.sum(), np.array(FOUND).sum(axis=2)
    share = np.array(FOUND)[:, :, 1] / labelled
    error = np.sqrt((part**2 * share * (1 - share) / (labelled - 1)).sum())
    assert drawn.mean()[1] == pytest.approx((part * share).sum(), abs=0.005)
    low, high = drawn.interval()
    assert (high - low)[1] == pytest.approx(2 * 1.96 * error, rel=0.05)


def test_how_surely_few_texts_were_said_adds_what_it_does_not_tell() -> None:
    # Cochran 1977, 12.3, double sampling for stratification: sum W_h (p_h - p)^2 / N more
    drawn = _drawn(SIZES / 10, FOUND)
    part, labelled = SIZES / SIZES.sum(), np.array(FOUND).sum(axis=2)
    share = np.array(FOUND)[:, :, 1] / labelled
    squared = (part**2 * share * (1 - share) / (labelled - 1)).sum() + (part * (share - (part * share).sum()) ** 2).sum() / (
        SIZES.sum() / 10
    )
    low, high = drawn.interval()
    assert (high - low)[1] == pytest.approx(2 * 1.96 * np.sqrt(squared), rel=0.05)


def test_a_stratum_of_one_labelled_text_is_taken_together_with_the_other() -> None:
    found = [[(60, 40), (1, 0)], FOUND[1]]
    said, stratum, true = _labels(found)
    weight = (SIZES / np.array(found).sum(axis=2))[said, stratum]
    merged = np.where(np.array(said) == 0, 0, stratum)
    sizes = np.array([[6000.0, 0.0], SIZES[1]])
    ours, expected = (
        double_sampling(counts, said, true, weight, np.random.default_rng(0), 500, stratum=strata)
        for counts, strata in ((SIZES, stratum), (sizes, merged))
    )
    np.testing.assert_array_equal(ours.shares, expected.shares)


def test_a_stratum_without_texts_and_a_class_never_said_are_no_obstacle() -> None:
    sizes = np.array([[3000.0, 0.0, 10.0], [1000.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    drawn = double_sampling(sizes, [0] * 20 + [1] * 20, [0] * 20 + [1] * 20, np.ones(40), np.random.default_rng(0), 500, stratum=[0] * 40)
    np.testing.assert_allclose(drawn.shares.sum(axis=0), 1)
    assert drawn.mean()[0] == pytest.approx(0.74, abs=0.04)


def test_of_a_finite_file_the_texts_that_are_not_labelled_are_uncertain_each_in_its_stratum() -> None:
    found = [[(60, 40), (50, 0)], [(40, 60), (0, 50)]]
    sizes = np.array(found).sum(axis=2) + np.array([[0.0, 1000], [0, 0]])
    shares = _drawn(sizes, found, finite=True).shares[1] * sizes.sum()
    assert shares.min() >= 150 and shares.mean() == pytest.approx(
        150 + 1000 * 0.25 / 50.5, rel=0.2
    )  # prior 1/2 times 1050/1150, of 50 labelled


# ---- in the product


def _run(doubtful: dict[str, float], n: int = 1500, weights: dict[str, float] | None = None) -> tuple[Any, pa.Table]:
    """Texts said to be negative by brand; the doubtful are truly neutral one time in two, the sure never. Half of the doubtful are labelled, a tenth of the others."""
    rng, rows, picked = np.random.default_rng(0), [], []
    for brand, part in doubtful.items():
        for i, row in enumerate(_rows({"negative": n})):
            sure = bool(rng.random() >= part)
            said = {"doc_id": f"{brand}{i}", "brand": brand, "p": 0.95 if sure else 0.5, "weight": (weights or {}).get(brand)}
            rows.append({**row, **said})
            probability = 0.1 if sure else 0.5
            if rng.random() < probability:
                label = "neutral" if not sure and rng.random() < 0.5 else "negative"
                picked.append({"doc_id": f"{brand}{i}", "label": label, "stratum": f"de-{sure}", "probability": probability})
    run = feedback.run_of(rows)
    hashes = {row["doc_id"]: text_hash(row["text"]) for row in run.documents.to_pylist()}
    table = pa.Table.from_pylist([{**row, "rating": None, "text_hash": hashes[row["doc_id"]]} for row in picked], schema=LABELLED.schema)
    return run, table


def _lined(run: Any, labels: pa.Table) -> dict[str, pa.Table]:
    """As `estimate` takes them."""
    tables = (run.documents, run.languages, run.sentiment)
    return {"labelled": line_up_labels(*tables, labels), "strata": count_strata(*tables)}


def test_a_cell_uses_its_own_strata_and_is_narrower_than_without() -> None:
    run, labels = _run({"x": 0.1, "y": 0.6})
    config, lined = AggregateConfig(groupings=("lang", "lang+brand"), max_width=1.0), _lined(run, labels)
    counts = merge([count(*run, config=config)])
    for brand, truth in ((None, 0.175), ("x", 0.05), ("y", 0.3)):
        without, with_ = (
            _one(estimate(counts, config=config, **lined | more), "share_neutral", brand=brand) for more in ({"strata": None}, {})
        )
        assert with_["low"] < truth < with_["high"] and "double sampling" in with_["method"]
        assert with_["high"] - with_["low"] < 0.85 * (without["high"] - without["low"]), brand


def test_a_run_with_labels_counts_its_strata(tmp_path: Path) -> None:
    run, labels = _run({"x": 0.1, "y": 0.6})
    store, config = Store(tmp_path), Config(aggregate=AggregateConfig(groupings=("lang",)))
    for spec, table in ((DOCUMENTS, run.documents), (TEXTS, run.texts), (LANGUAGES, run.languages), (SENTIMENT, run.sentiment)):
        store.write(spec, 0, table)
    for origin in ("read", "clean"):
        store.write(REJECTS, 0, REJECTS.schema.empty_table(), origin=origin)
    store.write(ASPECTS, 0, run.aspects)
    store.write(LABELLED, 0, labels)
    perform(Task("summarise", str(tmp_path), 0, "key", config))
    Run(tmp_path, config, LocalEngine(1), Silent())._conclude("key", 1, config)
    with_ = _one(store.read(ESTIMATES, 0), "share_neutral")
    counts = merge([count(*run, config=config.aggregate)])
    without = _one(estimate(counts, config=config.aggregate, labelled=_lined(run, labels)["labelled"]), "share_neutral")
    assert with_["low"] < 0.175 < with_["high"] and with_["high"] - with_["low"] < 0.85 * (without["high"] - without["low"])


def test_sizes_add_up_over_parts_and_are_those_of_each_cell() -> None:
    run, labels = _run({"x": 0.1, "y": 0.6})
    strata = _lined(run, labels)["strata"]
    parts = [count_strata(run.documents.slice(at, 1000), run.languages, run.sentiment) for at in (2000, 1000, 0)]
    weigh = lambda table: table.set_column(table.column_names.index("weight"), "weight", pa.array(np.ones(len(table))))  # noqa: E731
    whole, added = (stratum_sizes(weigh(table), ("lang", "brand")) for table in (strata, pa.concat_tables(parts)))
    assert whole.keys() == added.keys() == {"de\x1fx", "de\x1fy"}
    for name, part in (("x", 0.1), ("y", 0.6)):
        np.testing.assert_array_equal(whole[f"de\x1f{name}"], added[f"de\x1f{name}"])
        assert whole[f"de\x1f{name}"].sum() == 1500 and whole[f"de\x1f{name}"][0, 0] == pytest.approx(1500 * part, rel=0.15)
    assert STRATA.equals(strata.schema)


def test_sizes_are_the_same_to_the_last_bit_however_the_texts_are_divided() -> None:
    run, labels = _run({"x": 0.4}, n=200)
    whole = _lined(run, labels)["strata"]
    parts = pa.concat_tables([count_strata(run.documents.slice(at, 7), run.languages, run.sentiment) for at in range(0, 200, 7)])
    weigh = lambda table: table.set_column(table.column_names.index("weight"), "weight", pa.array(np.full(len(table), 0.1)))  # noqa: E731
    one, other = (stratum_sizes(weigh(table), ("lang",))["de"] for table in (whole, parts))
    np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("how", ["survey", "raked"])
def test_weights_reach_the_strata(how: str) -> None:
    run, labels = _run({"x": 0.1, "y": 0.6}, weights={"x": 1.0, "y": 9.0})
    settings: dict[str, Any] = {"weights": True} if how == "survey" else {"margins": {"brand": {"x": 0.1, "y": 0.9}}}
    config = AggregateConfig(groupings=("lang",), max_width=1.0, **settings)
    found = _one(estimate(merge([count(*run, config=config)]), config=config, **_lined(run, labels)), "share_neutral")
    assert found["value"] == pytest.approx(0.1 * 0.05 + 0.9 * 0.3, abs=0.03)
