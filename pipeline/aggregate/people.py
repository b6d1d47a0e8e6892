"""Which cells privacy closes: those of few people, and others without which they could be worked out from a total.

A cell counts by its different people, and so do several cells together: who writes in two of them is one person. That a cell has too few texts to be estimated protects
nobody, because another table may show it. So the same cells are closed in every table that counts the same texts.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.aggregate.cells import Cells, Numbers
from pipeline.stats.clusters import ROUNDING
from pipeline.stats.proportions import Array

Mask = npt.NDArray[np.bool_]
REVEALING = "would reveal a cell of fewer than {min_authors} authors"


@dataclass(frozen=True)
class People:
    """The people of cells: of cell i, those of table cell `place[i]`, whose authors are `author[start[j]:start[j + 1]]` and `alone[j]` texts without one."""

    author: Numbers
    start: Numbers
    alone: Array
    place: Numbers

    @classmethod
    def of(cls, cells: Cells, size: str, place: Numbers | None = None) -> "People":
        """Those who wrote any text that `size` counts. `place` (n_cells,): cells that are parts of these by the place of the whole."""
        counted = cells.sums[size] > 0
        number = np.arange(len(cells.numbers))
        start = np.searchsorted(cells.owner[counted], np.arange(len(number) + 1))
        return cls(cells.author[counted], start, cells.alone_count[size], number if place is None else place)

    @classmethod
    def listed(cls, owner: Numbers, author: Numbers, number: int) -> "People":
        """From pairs of cell and author, in the order of cells; all authors have a number."""
        return cls(author, np.searchsorted(owner, np.arange(number + 1)), np.zeros(number), np.arange(number))

    def count(self, i: int) -> int:
        """People of a cell."""
        j = self.place[i]
        return int(self.start[j + 1] - self.start[j] + self.alone[j])

    def fewer(self, which: Sequence[int], least: float) -> bool:
        """Whether there are fewer than `least` different people in these cells together."""
        least *= 1 - ROUNDING
        if max(map(self.count, which), default=0) >= least:
            return False
        found = [self.author[self.start[j] : self.start[j + 1]] for j in self.place[list(which)]]
        return len(np.unique(np.concatenate(found))) + self.alone[self.place[list(which)]].sum() < least if found else True


def closed(n: Array, people: People, names: Sequence[tuple[str, ...]], lines: Sequence[Sequence[Hashable]], least: float) -> Mask:
    """Cells (n_cells,) of fewer than `least` people, and the smallest others, so that no total of a line less what is open tells of so few.

    `lines` holds for each way of dividing a total the total that each cell is part of. In every total none is closed, or two or more that are `least` people together.
    Among cells of one size the first by `names` is closed, in every table the same.
    """
    shut: Mask = np.array([people.count(i) > 0 and people.fewer([i], least) for i in range(len(n))], dtype=bool)
    groups = [_members(line) for line in lines]
    again = bool(shut.any())
    while again:
        again = False
        for members in (cells for group in groups for cells in group):
            inside = [i for i in members if shut[i]]
            left = sorted((i for i in members if not shut[i] and n[i] > 0), key=lambda i: (n[i], names[i]), reverse=True)
            while inside and left and (len(inside) < 2 or people.fewer(inside, least)):
                inside.append(left.pop())
                shut[inside[-1]] = again = True
    return shut


def _members(line: Sequence[Hashable]) -> list[list[int]]:
    found: dict[Hashable, list[int]] = {}
    for i, total in enumerate(line):
        found.setdefault(total, []).append(i)
    return list(found.values())
