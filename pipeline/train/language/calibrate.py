"""What is chosen on dev texts once the weights stand: temperatures, the threshold below which nothing is said, the cost of a switch."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.optimize import minimize, minimize_scalar

from pipeline.detect.own import BANDS, Calibration, OwnDetector, bands, log_odds, softmax
from pipeline.train.language.measured import Item, is_right
from pipeline.train.language.switched import Switched, accuracy

CAUTION = 0.5  # of the prior on `trust`, as half of a unit normal's inverse variance: a class with few texts is thought like the others
PRECISION = 0.99  # of what is said, which the threshold must reach
LEAST = 0.5  # no threshold is lower: what is not more likely than not stays `und`, though few dev texts tell what unknown languages do
SWITCHES = (1.0, 1.5, 2.0, 3.0)
WORDS = (0.5, 0.75, 1.0)


def temperatures(detector: OwnDetector, items: Sequence[Item]) -> tuple[float, ...]:
    """Per length band the number that divides the logits so that the log loss is least (Guo et al. 2017)."""
    logits, lengths = detector.logits([item.text for item in items])
    place = {code: i for i, code in enumerate(detector.classes)}
    known = np.array([item.lang in place for item in items])
    truth = np.array([place.get(item.lang, 0) for item in items])
    found = []
    for band in range(len(BANDS)):
        rows = np.flatnonzero(known & (bands(lengths) == band))
        found.append(round(_temperature(logits[rows], truth[rows]), 3))
    return tuple(found)


def _temperature(logits: np.ndarray, truth: np.ndarray) -> float:
    def loss(log_t: float) -> float:
        shares = softmax(logits / np.exp(log_t))
        return float(-np.log(np.maximum(shares[np.arange(len(truth)), truth], 1e-12)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-2, 2), method="bounded").x))


def platt(detector: OwnDetector, items: Sequence[Item]) -> Calibration:
    """How sure to be of what is named, by its length band and class, after the temperatures: a logistic regression of being right on the
    log odds (Platt 1999), with a normal prior around leaving them as they are."""
    logits, lengths = detector.logits([item.text for item in items])
    place = bands(lengths)
    shares = softmax(logits / np.array(detector.calibration.temperatures)[place][:, None])
    best = shares.argmax(axis=1)
    right = np.array(detector.classes)[best] == np.array([item.lang for item in items])
    odds, size, count = log_odds(shares.max(axis=1)), len(BANDS), len(detector.own_classes)
    inside = best < count

    def loss(values: np.ndarray) -> tuple[float, np.ndarray]:
        slopes, shifts, trust = np.split(values, (size, 2 * size))
        sure = odds * slopes[place] + shifts[place] + np.append(trust, 0.0)[np.minimum(best, count)]
        off = 1 / (1 + np.exp(-sure)) - right
        prior = np.concatenate((slopes - 1, shifts, CAUTION * trust))
        gradient = np.concatenate(
            (np.bincount(place, off * odds, size), np.bincount(place, off, size), np.bincount(best[inside], off[inside], count))
        )
        value = np.logaddexp(0, np.where(right, -sure, sure)).sum() + prior @ np.concatenate((slopes - 1, shifts, trust))
        return float(value), gradient + 2 * prior

    begin = np.concatenate((np.ones(size), np.zeros(size + count)))
    slopes, shifts, trust = (
        tuple(part.round(3).tolist()) for part in np.split(minimize(loss, begin, jac=True, method="L-BFGS-B").x, (size, 2 * size))
    )
    return replace(detector.calibration, slopes=slopes, shifts=shifts, trust=trust)


def thresholds(detector: OwnDetector, items: Sequence[Item]) -> tuple[float, ...]:
    """Per length band the least probability, but `LEAST`, from which on `PRECISION` of what is said is right."""
    guesses = detector.detect([item.text for item in items])
    probabilities = np.array([guess.probability for guess in guesses])
    right = np.array([is_right(item, guess) for item, guess in zip(items, guesses, strict=True)])
    place = bands(detector.logits([item.text for item in items])[1])
    return tuple(max(LEAST, threshold(probabilities[place == band], right[place == band])) for band in range(len(BANDS)))


def threshold(probabilities: np.ndarray, right: np.ndarray, precision: float = PRECISION) -> float:
    """The least probability from which on the share of right answers is at least `precision`, to two places, rounded up; 1 if none.

    >>> threshold(np.array([0.2, 0.6, 0.9, 0.9]), np.array([False, True, True, True]))
    0.6
    """
    order = np.argsort(-probabilities, kind="stable")
    sorted_p, hits = probabilities[order], right[order].cumsum()
    last = np.append(sorted_p[1:] < sorted_p[:-1], True)  # only whole groups of equal probability can be cut off
    good = last & (hits / np.arange(1, len(hits) + 1) >= precision)
    return float(np.ceil(sorted_p[np.flatnonzero(good).max()] * 100 - 1e-9) / 100) if good.any() else 1.0


def switching(detector: OwnDetector, sets: Sequence[Sequence[Switched]]) -> Calibration:
    """The word temperature and the cost of a switch with the highest mean token accuracy over the sets."""
    grid = [replace(detector.calibration, word=word, switch=switch) for word in WORDS for switch in SWITCHES]
    return max(grid, key=lambda each: np.mean([accuracy(detector.calibrated(each), rows)[0] for rows in sets]))
