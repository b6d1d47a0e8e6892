"""The different numbers of an array. Where they are small, as codes are, a table of all that could occur is quicker than sorting."""

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.integer]
SPARSE = 4  # a table that numbers them may have so many places for each,
MARKED = 64  # one that only marks them, so many
SMALL = 1000  # places that any table may have


def distinct(numbers: Numbers) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The different of some whole numbers (n,) in their order, and the place of each number among them (n,).

    >>> distinct(np.array([7, 5, 7]))
    (array([5, 7]), array([1, 0, 1]))
    """
    if not _dense(numbers, SPARSE):
        different, place = np.unique(numbers, return_inverse=True)
        return different.astype(np.int64), place
    there = _there(numbers)
    place_of = np.cumsum(there) - 1
    return np.flatnonzero(there), place_of[numbers]


def how_many(numbers: Numbers) -> int:
    """How many different whole numbers there are.

    >>> how_many(np.array([7, 5, 7]))
    2
    """
    return int(np.count_nonzero(_there(numbers))) if _dense(numbers, MARKED) else len(np.unique(numbers))


def _dense(numbers: Numbers, places: int) -> bool:
    return bool(len(numbers) and numbers.min() >= 0 and numbers.max() < places * len(numbers) + SMALL)


def _there(numbers: Numbers) -> npt.NDArray[np.bool_]:
    there = np.zeros(int(numbers.max()) + 1, dtype=bool)
    there[numbers] = True
    return there
