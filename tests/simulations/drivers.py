"""Effects of aspects on ratings in ordinal regression."""

from typing import Any

import numpy as np

from pipeline.stats.ordinal import proportional_odds


def simulate(rng: np.random.Generator, repetitions: int) -> list[dict[str, Any]]:
    """Coverage of the interval of one effect."""
    few = min(repetitions, 500)
    ours, naive = covered(rng, few)
    setting = "300 texts of 60 authors, who resemble themselves in aspect and rating"
    return [
        {"method": "effect on ratings (clustered by author)", "setting": setting, "nominal": 0.95, "covered": ours},
        {"method": "for comparison: texts taken for independent", "setting": setting, "nominal": 0.95, "covered": naive},
    ]


def covered(rng: np.random.Generator, repetitions: int) -> tuple[float, float]:
    """Coverage of no effect. The author's own level goes with nothing else, so that the marginal effect is none too."""
    ours, naive = [], []
    author = np.repeat(np.arange(60), 5)
    for _ in range(repetitions):
        habit = rng.random(60) < 0.4
        x = (rng.random(300) < np.where(habit[author], 0.9, 0.1)).astype(float)[:, None]
        latent = rng.normal(0, 1.5, 60)[author] + rng.logistic(size=300)
        y = np.digitize(latent, [-1.5, 0, 1.5]).astype(np.int64)
        for found, owner, width in ((ours, author, 2.0), (naive, np.arange(300), 1.97)):
            fit = proportional_odds(x, y, owner)
            found.append(abs(fit.beta[0]) <= width * np.sqrt(fit.covariance[0, 0]))
    return float(np.mean(ours)), float(np.mean(naive))
