"""Does a cell differ from the rest of its list? A score test with clusters.

The difference of two shares, its variance from the residuals of each cluster (author) under equal shares: Rao & Scott 1992, Biometrics
48:577, in the linearised form of Binder 1983, International Statistical Review 51:279. An author may write in the cell and in the rest. Referred to a t
distribution with one degree of freedom fewer than authors of the smaller side: with few authors the test is cautious.
"""

import numpy as np
import numpy.typing as npt

from pipeline.stats.distinct import distinct
from pipeline.stats.proportions import Array


def against_rest(cell: npt.NDArray[np.int64], author: npt.NDArray[np.int64], n: Array, y: Array, cells: int) -> Array:
    """Two-sided p-value of each cell against all others together, array (cells,).

    One row per cell and author: arrays (n_rows,) of cell, author, size n and successes y. NaN where a side has fewer than two authors or nothing varies.
    """
    from scipy.special import stdtr

    whole, share = n.sum(), y.sum() / max(n.sum(), 1)
    residual = y - share * n
    _, who = distinct(author)
    everything = np.bincount(who, weights=residual)  # of each author, over all cells
    size = np.bincount(cell, weights=n, minlength=cells)
    inside = np.bincount(cell, weights=residual, minlength=cells)
    here = np.bincount(cell, weights=(n > 0).astype(float), minlength=cells)
    outside = _authors_outside(cell, who, n, cells)
    with np.errstate(divide="ignore", invalid="ignore"):
        rest = whole - size
        factor = 1 / size + 1 / rest
        squares = (
            factor**2 * np.bincount(cell, weights=residual**2, minlength=cells)
            - 2 * factor / rest * np.bincount(cell, weights=residual * everything[who], minlength=cells)
            + (everything**2).sum() / rest**2
        )
        count = len(everything)
        z = factor * inside / np.sqrt(np.maximum(squares, 0) * count / max(count - 1, 1))
        p = 2 * stdtr(np.minimum(here, outside) - 1, -np.abs(z))
    return np.where((np.minimum(here, outside) >= 2) & (squares > 0), p, np.nan)


def _authors_outside(cell: npt.NDArray[np.int64], who: npt.NDArray[np.int64], n: Array, cells: int) -> Array:
    """How many authors also write outside of each cell."""
    places = np.bincount(who, weights=(n > 0).astype(float))  # cells that each author writes in
    only_here = np.bincount(cell, weights=((places[who] == 1) & (n > 0)).astype(float), minlength=cells)
    return np.asarray((places > 0).sum() - only_here, dtype=np.float64)
