"""Many small rates of the same kind: how they spread, from counts alone."""

import numpy as np
import numpy.typing as npt

LEAST, MOST = 1.0, 500.0  # bounds of the prior's weight in observations: between no knowledge and all rates the same


def fitted_beta(successes: npt.ArrayLike, n: npt.ArrayLike) -> tuple[float, float]:
    """The Beta distribution (a, b) of rates under which the counts, arrays (n_rates,), are most likely.

    Beta-binomial maximum likelihood (Skellam 1948, J. Royal Statistical Society B 10:257); its use as a prior for each rate is empirical
    Bayes (Robbins 1956). Rates without observations say nothing; with fewer than three rates that do, Jeffreys' (0.5, 0.5).
    """
    from scipy.optimize import minimize
    from scipy.special import betaln

    y, size = np.asarray(successes, dtype=np.float64), np.asarray(n, dtype=np.float64)
    y, size = y[size > 0], size[size > 0]
    if len(size) < 3:
        return 0.5, 0.5

    def loss(x: npt.NDArray[np.float64]) -> float:
        mean, weight = 1 / (1 + np.exp(-x[0])), np.exp(x[1])
        a, b = mean * weight, (1 - mean) * weight
        return -float((betaln(a + y, b + size - y) - betaln(a, b)).sum())

    mean = (y.sum() + 0.5) / (size.sum() + 1)
    start = np.array([np.log(mean / (1 - mean)), np.log(20.0)])
    best = minimize(loss, start, method="L-BFGS-B", bounds=[(-9, 9), (np.log(LEAST), np.log(MOST))]).x
    mean, weight = 1 / (1 + np.exp(-best[0])), np.exp(best[1])
    return float(mean * weight), float((1 - mean) * weight)
