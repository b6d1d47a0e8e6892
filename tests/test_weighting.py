"""Survey weights and raking."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from test_correcting import _one, feedback

from pipeline.aggregate.stage import count, estimate, merge
from pipeline.config import AggregateConfig, Config, build
from pipeline.errors import ConfigError
from pipeline.stats.clusters import JackknifeSums, share_interval
from pipeline.stats.raking import rake

OPEN = {"groupings": ("lang", "lang+channel", "lang+aspect"), "min_n": 0, "min_authors": 0, "max_width": 1.0}


def _texts(number: int, label: str, **row: Any) -> list[dict[str, Any]]:
    return [{"doc_id": f"{label}{sorted(row.items())}{i}", "lang": "de", "label": label, **row} for i in range(number)]


def _estimates(rows: list[dict[str, Any]], parts: int = 1, **settings: Any) -> pa.Table:
    config = AggregateConfig(**{**OPEN, **settings})
    counted = [count(*feedback.run_of(rows[part::parts]), config=config) for part in range(parts)]
    return estimate(merge(counted), config=config)


def test_raking_agrees_with_iterating_by_hand_to_the_margins() -> None:
    # Deming & Stephan's own kind of table: both margins are met, and the factor is a product of row and column
    table = np.array([[40.0, 10], [30, 20], [5, 15]])
    rows, columns = np.indices(table.shape)
    factor = rake(table.ravel(), [rows.ravel(), columns.ravel()], [[0.5, 0.3, 0.2], [0.4, 0.6]], most=100)
    assert factor is not None
    fitted = table * factor.reshape(table.shape)
    np.testing.assert_allclose(fitted.sum(1), 120 * np.array([0.5, 0.3, 0.2]))
    np.testing.assert_allclose(fitted.sum(0), 120 * np.array([0.4, 0.6]))
    odds = lambda t: t[0, 0] * t[1, 1] / (t[0, 1] * t[1, 0])  # noqa: E731
    assert odds(fitted) == pytest.approx(odds(table))


def test_factors_are_at_most_five_times_their_mean_and_reach_the_margins_or_there_are_none() -> None:
    nearly = rake([2, 98], [[0, 1]], [[0.105, 0.895]])  # 10 % is the most that five times the mean can reach
    assert nearly is not None and nearly * [2, 98] == pytest.approx([10, 90])
    assert rake([2, 98], [[0, 1]], [[0.12, 0.88]]) is None and rake([1, 99], [[0, 1]], [[0.5, 0.5]]) is None
    rows, columns = np.indices((2, 2))
    assert rake([40, 0, 0, 60], [rows.ravel(), columns.ravel()], [[0.5, 0.5], [0.3, 0.7]]) is None  # the margins contradict each other
    assert rake([10], [[0]], [[0.5, 0.5]]) is None


def test_survey_weights_are_used_only_when_asked_for() -> None:
    rows = _texts(30, "negative", weight=3.0) + _texts(90, "positive", weight=1.0)
    assert _one(_estimates(rows), "share_negative")["value"] == 0.25
    found = _one(_estimates(rows, weights=True), "share_negative")
    assert found["value"] == pytest.approx(0.5) and found["n"] == 120
    assert found["n_eff"] == pytest.approx(180**2 / (30 * 9 + 90), rel=0.05)  # Kish: (sum w)^2 / sum w^2
    assert "weighted by survey weights" in found["method"]


def test_equal_weights_change_nothing_but_the_method() -> None:
    rows = [
        {**row, "author": f"a{i // 3}"}
        for i, row in enumerate(_texts(40, "negative", weight=2.5, rating=2.0) + _texts(80, "positive", weight=2.5, rating=4.5))
    ] + _texts(7, "mixed", weight=2.5, aspects=[("price", "negative", None, 0.9)])
    plain, weighted = _estimates(rows).to_pylist(), _estimates(rows, weights=True).to_pylist()
    for one, other in zip(plain, weighted, strict=True):
        for name in ("value", "low", "high", "n", "n_eff", "authors"):
            assert one[name] == pytest.approx(other[name], rel=1e-9, nan_ok=True), (one["measure"], name)


def test_weighted_clusters_are_those_of_weighted_sums() -> None:
    rng = np.random.default_rng(0)
    rows, n, y = [], np.zeros(12), np.zeros(12)
    for i in range(60):
        author, weight, negative = int(rng.integers(12)), float(rng.choice([0.5, 1, 2])), bool(rng.random() < 0.4)
        rows += _texts(1, "negative" if negative else "positive", weight=weight, author=f"a{author}", channel=f"c{i}")
        n[author] += weight
        y[author] += weight * negative
    squares = sum(row["weight"] ** 2 for row in rows)
    expected = share_interval(JackknifeSums.of(n * n.sum() / squares, y * n.sum() / squares))
    found = _one(_estimates(rows, weights=True, groupings=("lang",)), "share_negative")
    assert (found["value"], found["low"], found["high"]) == pytest.approx((expected.value[0], expected.low[0], expected.high[0]))
    assert found["n"] == 60 and found["authors"] == 12


def test_margins_bring_the_channels_to_their_known_shares() -> None:
    rows = _texts(80, "negative", channel="web") + _texts(20, "positive", channel="web") + _texts(100, "positive", channel="shop")
    found = _one(_estimates(rows, margins={"channel": {"web": 0.2, "shop": 0.8}}), "share_negative", channel=None)
    assert found["value"] == pytest.approx(0.8 * 0.2) and "raked to the margins of channel" in found["method"]
    assert found["n"] == 200 and found["n_eff"] < 200
    assert _one(_estimates(rows, groupings=("lang",), margins={"channel": {"web": 0.2, "shop": 0.8}}), "share_negative") == found
    assert _one(_estimates(rows), "share_negative", channel=None)["value"] == 0.4


@pytest.mark.parametrize("sizes", [(30, 1000, 40, 300), (500, 20, 20, 500)])
def test_trimmed_groups_leave_what_they_lack_to_the_others_of_their_margin(sizes: tuple[int, ...]) -> None:
    size, (rows, columns) = np.array(sizes, dtype=float), np.indices((2, 2))
    wanted = [[0.5, 0.5], [0.3, 0.7]]
    free = rake(size, [rows.ravel(), columns.ravel()], wanted, most=1000)
    assert free is not None
    most = 0.95 * free.max()
    found = rake(size, [rows.ravel(), columns.ravel()], wanted, most=most)
    assert found is not None and found.max() <= most + 1e-6 and (found * size).sum() == pytest.approx(size.sum())
    fitted = (found * size).reshape(2, 2) / size.sum()
    assert np.abs(fitted.sum(1) - wanted[0]).max() <= 0.01 and np.abs(fitted.sum(0) - wanted[1]).max() <= 0.01


def test_margins_too_far_from_the_texts_are_left_and_said_to_be_out_of_reach() -> None:
    rows = _texts(2, "negative", channel="web") + _texts(118, "positive", channel="shop")
    found = _one(_estimates(rows, margins={"channel": {"web": 0.5, "shop": 0.5}}), "share_negative", channel=None)
    assert found["value"] == pytest.approx(2 / 120) and "cannot be reached" in found["method"] and "; raked" not in found["method"]


@pytest.mark.parametrize("weight", [0.1, 0.7, 2.3, 1.001])
def test_thirty_texts_of_equal_weight_are_thirty(weight: float) -> None:
    table = _estimates(_texts(30, "negative", weight=weight, rating=2.0), weights=True, min_n=30)
    assert _one(table, "share_negative", channel=None)["n_eff"] == 30
    assert _one(table, "share_negative", channel=None)["reason"] is None
    assert _one(table, "mean_rating", channel=None)["n_eff"] == 30


def test_a_language_with_other_channels_is_left_as_it_is_and_says_so() -> None:
    rows = _texts(60, "negative", channel="web") + _texts(60, "positive", channel="phone")
    found = _one(_estimates(rows, margins={"channel": {"web": 0.2, "shop": 0.8}}), "share_negative", channel=None)
    assert found["value"] == 0.5 and "not raked" in found["method"]


def test_weighted_estimates_do_not_depend_on_how_the_texts_are_divided() -> None:
    rng = np.random.default_rng(2)
    rows = [
        row
        for i in range(90)
        for row in _texts(
            1,
            str(rng.choice(["negative", "positive", "mixed"])),
            weight=float(rng.choice([0.3, 1.1, 2.7])),
            author=f"a{rng.integers(20)}" if i % 3 else None,
            channel=str(rng.choice(["web", "shop"])),
            time=f"2026-01-{1 + i % 28:02d}",
            aspects=[("price", "negative", None, 0.9)] if i % 4 == 0 else [],
        )
    ]
    settings = {"weights": True, "margins": {"channel": {"web": 0.3, "shop": 0.7}}}
    assert _estimates(rows, 1, **settings).equals(_estimates(rows, 3, **settings))


@pytest.mark.parametrize(
    ("margins", "message"),
    [
        ({"lang": {"de": 1.0}}, "margins can be of brand, channel, period"),
        ({"channel": {"web": 0.6, "shop": 0.6}}, "add up to 1"),
        ({"channel": {"web": float("nan"), "shop": 0.4}}, "add up to 1"),
    ],
)
def test_margins_that_cannot_be_are_refused(margins: dict[str, dict[str, float]], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        _estimates(_texts(9, "neutral", channel="web"), margins=margins)


def test_margins_are_read_from_toml_tables() -> None:
    config = build(Config, {"aggregate": {"margins": {"channel": {"web": 1}}}}, "x.toml")
    assert config.aggregate.margins == {"channel": {"web": 1.0}}
    with pytest.raises(ConfigError, match=r"x\.toml: \[aggregate\]: margins\.channel\.web must be of type float"):
        build(Config, {"aggregate": {"margins": {"channel": {"web": "much"}}}}, "x.toml")
