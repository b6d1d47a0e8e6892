"""Krippendorff's alpha: agreement beyond chance of any number of annotators, any of whom may have left units out.

Krippendorff 2011, Computing Krippendorff's Alpha-Reliability (repository.upenn.edu/asc_papers/43); with sets as values and the
distance MASI: Passonneau 2006, Measuring Agreement on Set-valued Items, LREC.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from itertools import permutations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Distance = Callable[[Sequence[Hashable], Array], Array]  # values (V,), how often each stands (V,) -> (V, V)

REPLICATES = 2_000  # of the bootstrap: limits vary by about 0.003 between seeds
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Estimate:
    """An agreement with its bootstrap interval; NaN where it is not defined. `n` units carry it."""

    value: float
    low: float
    high: float
    n: int
    method: str


def nominal(values: Sequence[Hashable], counts: Array) -> Array:
    """1 between different values."""
    return 1.0 - np.eye(len(values))


def ordinal(values: Sequence[Hashable], counts: Array) -> Array:
    """Squared number of ranked values between two, the two themselves counted half; `values` stand in their order."""
    below = np.cumsum(counts) - counts / 2  # rank of the middle of each value
    difference: Array = (below[:, None] - below[None, :]) ** 2
    return difference


def masi(values: Sequence[Hashable], counts: Array) -> Array:
    """Between sets: 1 less Jaccard times 1 (equal), 2/3 (one within the other), 1/3 (overlap) or 0."""
    sets = [frozenset(value) for value in values]  # type: ignore[call-overload]
    return np.array([[_masi(one, other) for other in sets] for one in sets], dtype=np.float64).reshape(len(sets), len(sets))


def _masi(one: frozenset[Hashable], other: frozenset[Hashable]) -> float:
    if one == other:
        return 0.0
    shared = len(one & other)
    monotone = 2 / 3 if one <= other or other <= one else 1 / 3
    return 1 - monotone * shared / len(one | other)


def alpha(units: Sequence[Sequence[Hashable | None]], distance: Distance, values: Sequence[Hashable]) -> float:
    """Agreement on units, each a row of what the annotators said (None: nothing). `values`: all values, in their order if ordinal.

    NaN where nothing can be compared, or only one value was ever used.

    >>> round(alpha([("a", "a"), ("b", "b"), ("a", "b"), ("b", "b")], nominal, ("a", "b")), 3)
    0.533
    """
    return _of_pairs(_pairs(units, values), _among(values, distance), len(values))


def alpha_interval(
    units: Sequence[Sequence[Hashable | None]],
    distance: Distance,
    values: Sequence[Hashable],
    rng: np.random.Generator,
    clusters: Sequence[int] | None = None,
) -> Estimate:
    """Alpha with a percentile interval from resampling units, or the clusters (texts) that they belong to."""
    pairs, among = _pairs(units, values), _among(values, distance)
    value = _of_pairs(pairs, among, len(values))
    owner = np.asarray(range(len(units)) if clusters is None else clusters, dtype=np.int64)
    drawn = resample(int(owner.max()) + 1 if len(owner) else 0, rng)
    of_pair = owner[pairs.unit]
    replicates = [_of_pairs(replace(pairs, weight=pairs.weight * each[of_pair]), among, len(values)) for each in drawn]
    return interval(value, np.array(replicates), len(units), f"alpha {distance.__name__}")


def resample(n: int, rng: np.random.Generator) -> Whole:
    """How often each of n is drawn, in each replicate: (REPLICATES, n)."""
    return rng.multinomial(n, np.full(n, 1 / n), size=REPLICATES) if n else np.zeros((REPLICATES, 0), dtype=np.int64)


def interval(value: float, replicates: Array, n: int, method: str) -> Estimate:
    """An estimate with the limits between which most replicates lie; replicates that are not defined are left out."""
    known = replicates[~np.isnan(replicates)]
    low, high = np.quantile(known, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2]) if len(known) else (np.nan, np.nan)
    return Estimate(value, float(low), float(high), n, method)


@dataclass(frozen=True)
class _Pairs:
    """Every ordered pair of values in a unit, arrays (n_pairs,): its unit, the numbers of the values, its weight 1 / (m - 1)."""

    unit: Whole
    one: Whole
    other: Whole
    weight: Array


def _pairs(units: Sequence[Sequence[Hashable | None]], values: Sequence[Hashable]) -> _Pairs:
    number = {value: i for i, value in enumerate(values)}
    rows: list[tuple[int, int, int, float]] = []
    for place, said in enumerate(units):
        codes = [number[value] for value in said if value is not None]
        rows += [(place, codes[i], codes[j], 1 / (len(codes) - 1)) for i, j in permutations(range(len(codes)), 2)]
    unit, one, other, weight = zip(*rows, strict=True) if rows else ((), (), (), ())
    return _Pairs(
        np.array(unit, dtype=np.int64), np.array(one, dtype=np.int64), np.array(other, dtype=np.int64), np.array(weight, dtype=np.float64)
    )


def _among(values: Sequence[Hashable], distance: Distance) -> Callable[[Array], Array]:
    """Distances between the values by how often each stands; computed once where that does not matter."""
    if distance is ordinal:
        return lambda counts: ordinal(values, counts)
    fixed = distance(values, np.zeros(len(values)))
    return lambda counts: fixed


def _of_pairs(pairs: _Pairs, among: Callable[[Array], Array], values: int) -> float:
    """1 - observed / expected disagreement; the weights sum to the number of values that have a partner."""
    counts = np.bincount(pairs.one, pairs.weight, values).astype(np.float64)
    distances = among(counts)
    expected = float(counts @ distances @ counts)
    observed = float(pairs.weight @ distances[pairs.one, pairs.other])
    return 1 - (float(pairs.weight.sum()) - 1) * observed / expected if expected > 0 else float("nan")
