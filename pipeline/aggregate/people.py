"""Which cells privacy closes: those of few people, and others without which they could be worked out from a total.

A cell counts by its different people, and so do several cells together: who writes in two of them is one person. That a cell has too few texts to be estimated protects
nobody, because another table may show it. So the same cells are closed in every table that counts the same texts.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.aggregate.cells import Cells, Numbers
from pipeline.aggregate.solving import Totals, told, totals
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

    `lines` holds for each way of dividing a total the total that each cell is part of. In every total none is closed, or two or more that are `least` people together;
    and where there are several ways, no cell of few people follows from several totals together. Among cells of one size the first by `names` is closed, in every table the same.
    """
    few: Mask = np.array([people.count(i) > 0 and people.fewer([i], least) for i in range(len(n))], dtype=bool)
    shut = few.copy()
    order = sorted((i for i in range(len(n)) if n[i] > 0), key=lambda i: (n[i], names[i]))
    divided = [totals(line) for line in lines]
    again = bool(shut.any())
    while again:
        _close_in_totals([cells for each in divided for cells in each], order, shut, people, least)
        again = len(lines) > 1 and _close_what_is_told([cells for each in divided for cells in each], order, shut, few, people, least)
    return shut


def _close_in_totals(every: Totals, order: Sequence[int], shut: Mask, people: People, least: float) -> None:
    """Close the smallest cells of each total until what is closed there is nothing, or two or more cells and `least` people."""
    rank = {i: at for at, i in enumerate(order)}
    again = True
    while again:
        again = False
        for members in every:
            inside = [i for i in members if shut[i]]
            left = sorted((i for i in members if not shut[i] and i in rank), key=rank.__getitem__, reverse=True)
            while inside and left and (len(inside) < 2 or people.fewer(inside, least)):
                inside.append(left.pop())
                shut[inside[-1]] = again = True


def _close_what_is_told(every: Totals, order: Sequence[int], shut: Mask, few: Mask, people: People, least: float) -> bool:
    """Close one more cell near each cell of few people that several totals tell; whether any was left to close. Totals of few people are shown nowhere."""
    known = [cells for cells in every if not people.fewer(cells, least)]
    found, together = told(known, shut)
    more = False
    for group in together:
        near = {i for total in group for i in known[total]}
        smallest = next((i for i in order if i in near and not shut[i]), None)
        if smallest is not None and (found & few)[list(near)].any():
            shut[smallest] = more = True
    return more
