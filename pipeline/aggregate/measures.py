"""The numbers that are estimated of a cell, and what is said of how."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pipeline.aggregate.cells import SCORED, Cells, mention_sums
from pipeline.aggregate.sums import RATING_LIMIT, RATING_UNIT
from pipeline.stats.clusters import Interval, mean_interval, share_interval
from pipeline.stats.proportions import Array
from pipeline.tables import LABELS, UNSCORED

WILSON = "Wilson with n_eff clustered by author (Korn & Graubard 1998)"
CLASSIFIED = f"share classified, not corrected for classifier error; {WILSON}"
DETECTED = f"share in which the aspect was detected, not corrected for classifier error; {WILSON}"
LEFT_OPEN = f"share left without a label; {WILSON}"
RATINGS = f"mean of ratings (no number beyond {RATING_LIMIT} is taken for one); t interval clustered by author (Korn & Graubard 1999)"


@dataclass(frozen=True)
class Measured:
    """One measure of all cells of a grouping, arrays (n_cells,)."""

    measure: str
    method: str
    interval: Interval
    clusters: Array
    proportion: bool = True


def text_measures(cells: Cells, confidence: float) -> Iterator[Measured]:
    """Of whole texts: shares of labels among scored texts, the unscored among all, the mean of ratings."""
    for label in LABELS:
        yield _share(cells, f"share_{label}", CLASSIFIED, SCORED, label, confidence)
    unscored = Cells(cells.numbers, cells.owner, cells.author, _with_unscored(cells.sums), _with_unscored(cells.alone))
    yield _share(unscored, f"share_{UNSCORED}", LEFT_OPEN, "texts", UNSCORED, confidence)
    sums = cells.cluster_sums("rated", "rating_sum", "rating_squares")
    interval = mean_interval(sums, cells.total("rating_squares"), confidence)
    scaled = Interval(interval.value / RATING_UNIT, interval.low / RATING_UNIT, interval.high / RATING_UNIT, interval.n, interval.n_eff)
    yield Measured("mean_rating", RATINGS, scaled, sums.clusters, proportion=False)


def aspect_measures(texts: Cells, mentions: Cells, aspects: int, confidence: float) -> Iterator[Measured]:
    """Of an aspect: how often texts mention it, and what those that do say of it."""
    sums = mention_sums(texts, mentions, aspects)
    yield Measured("mention_rate", DETECTED, share_interval(sums, confidence), sums.clusters)
    for label in LABELS:
        yield _share(mentions, f"share_{label}", CLASSIFIED, "texts", label, confidence)


def _share(cells: Cells, measure: str, method: str, size: str, total: str, confidence: float) -> Measured:
    sums = cells.cluster_sums(size, total)
    return Measured(measure, method, share_interval(sums, confidence), sums.clusters)


def _with_unscored(amounts: dict[str, Array]) -> dict[str, Array]:
    return {**amounts, UNSCORED: np.asarray(amounts["texts"] - amounts[SCORED])}
