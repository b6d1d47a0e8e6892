"""Shares answered within 7 days when the newest complaints have not waited that long."""

from typing import Any

import numpy as np

from pipeline.stats.proportions import wilson
from pipeline.stats.survival import within


def simulate(rng: np.random.Generator, repetitions: int) -> list[dict[str, Any]]:
    """Coverage of the Kaplan-Meier interval."""
    ours, naive = covered(rng, repetitions)
    setting = "80 complaints of 40 authors over 14 days, truth .51"
    return [
        {"method": "answered within 7 days (Kaplan-Meier, n_eff)", "setting": setting, "nominal": 0.95, "covered": ours},
        {"method": "for comparison: share answered so far", "setting": setting, "nominal": 0.95, "covered": naive},
    ]


def covered(rng: np.random.Generator, repetitions: int) -> tuple[float, float]:
    """Coverage of ours and of Wilson's interval of the share answered when the file ends. An author's complaints share their luck in part."""
    ours, naive = [], []
    for _ in range(repetitions):
        author = rng.integers(0, 40, 80)
        lucky = rng.random(40)[author] < 0.6
        answered = np.where(lucky, rng.random(80) < 0.7, rng.random(80) < 0.35)
        delay = rng.exponential(3, 80)
        asked = rng.uniform(0, 14, 80)
        happened = answered & (asked + delay < 14)
        time = np.where(happened, delay, 14 - asked)
        truth = (0.6 * 0.7 + 0.4 * 0.35) * (1 - np.exp(-7 / 3))
        found = within(7, time, happened, author)
        ours.append(found.low <= truth <= found.high)
        low, high = wilson((happened & (time <= 7)).mean(), 80)
        naive.append(bool(low <= truth <= high))
    return float(np.mean(ours)), float(np.mean(naive))
