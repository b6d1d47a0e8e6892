"""Intervals for proportions."""

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def normal_quantile(confidence: float) -> float:
    """The z of a two-sided interval.

    >>> round(normal_quantile(0.95), 3)
    1.96
    """
    from scipy.special import ndtri

    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
    return float(ndtri(0.5 + confidence / 2))


def wilson(share: npt.ArrayLike, n: npt.ArrayLike, confidence: float = 0.95) -> tuple[Array, Array]:
    """Wilson's score interval `(low, high)` of each share, arrays (n_cells,); `n` may be an effective number, NaN where n is 0.

    Wilson 1927, JASA 22:209; recommended by Brown, Cai & DasGupta 2001, Statistical Science 16:101.

    >>> low, high = wilson(3 / 11, 11)
    >>> round(float(low), 3), round(float(high), 3)
    (0.097, 0.566)
    """
    p, size = np.broadcast_arrays(np.asarray(share, dtype=np.float64), np.asarray(n, dtype=np.float64))
    z2 = normal_quantile(confidence) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = (p + z2 / (2 * size)) / (1 + z2 / size)
        half = np.sqrt(z2 * (p * (1 - p) / size + z2 / (4 * size**2))) / (1 + z2 / size)
        # at 0 and 1 the limit is exact; rounding must not put it a hair outside
        low = np.where(p == 0, 0.0, np.clip(centre - half, 0, 1))
        high = np.where(p == 1, 1.0, np.clip(centre + half, 0, 1))
    known = size > 0
    return np.where(known, low, np.nan), np.where(known, high, np.nan)
