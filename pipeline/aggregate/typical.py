"""Which texts are quoted first: typical ones, not the loudest."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

TYPICAL = 0.8  # probability of a reading that is clear but not extreme
SHORTEST = 40  # characters: long enough to be understood


def untypical(length: pa.ChunkedArray, probability: pa.ChunkedArray, longest: int | None = None) -> npt.NDArray[np.int32]:
    """Hundredths off the typical probability, and a large number more for a text of an awkward length (in characters)."""
    characters = length.to_numpy()
    awkward = characters < SHORTEST
    if longest is not None:
        awkward |= characters > longest
    off = np.abs(np.nan_to_num(probability.to_numpy()) - TYPICAL)
    result: npt.NDArray[np.int32] = np.rint(100 * off).astype(np.int32) + 1000 * awkward.astype(np.int32)
    return result
