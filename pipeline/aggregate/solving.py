"""Which closed cells can be worked out from several totals together, though no total alone tells of them.

A table with the totals of two divisions (brands and channels of a language, say) is a system of equations with a closed cell for each unknown. A cell is told if it is the
same in all solutions: if its unit vector is a sum of totals (Gusfield 1988, SIAM J. Computing 17:552, has the graph of two divisions; the space of the totals serves any number).
"""

from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]
Totals = list[list[int]]  # the cells of each total
MOST = 1_000  # totals that hang together; the work grows with their number cubed
CLOSE = 1e-9


def totals(line: Sequence[Hashable]) -> Totals:
    """The cells of each total of a division, from the total that each cell (n_cells,) is part of."""
    found: dict[Hashable, list[int]] = {}
    for i, total in enumerate(line):
        found.setdefault(total, []).append(i)
    return list(found.values())


def told(known: Totals, shut: Mask) -> tuple[Mask, list[set[int]]]:
    """Which of the `shut` cells (n_cells,) follow from the `known` totals and the open cells; and what hangs together, as sets of totals by their place.

    Where more than `MOST` totals hang together it is not worked out, and every cell of theirs counts as told.
    """
    inside = [[i for i in cells if shut[i]] for cells in known]
    found: Mask = np.zeros(len(shut), dtype=bool)
    together = _together(inside)
    for group in together:
        cells = sorted({i for total in group for i in inside[total]})
        if len(group) > MOST:
            found[cells] = True
            continue
        place = {cell: at for at, cell in enumerate(cells)}
        matrix = np.zeros((len(group), len(cells)))
        for row, total in enumerate(sorted(group)):
            matrix[row, [place[i] for i in inside[total]]] = 1
        value, vector = np.linalg.eigh(matrix @ matrix.T)
        kept = value > CLOSE * max(1.0, value[-1])
        space = (
            vector[:, kept] / np.sqrt(value[kept])
        ).T @ matrix  # orthonormal rows: the length of a cell's column is 1 if its unit vector is in their space
        found[cells] = (space**2).sum(axis=0) > 1 - CLOSE**0.5
    return found, together


def _together(inside: Totals) -> list[set[int]]:
    """Totals that are linked by cells in common."""
    of_cell: dict[int, list[int]] = {}
    for total, cells in enumerate(inside):
        for i in cells:
            of_cell.setdefault(i, []).append(total)
    found, left = [], {total for total, cells in enumerate(inside) if cells}
    while left:
        group, edge = set(), [left.pop()]
        while edge:
            total = edge.pop()
            group.add(total)
            linked = {other for i in inside[total] for other in of_cell[i]} & left
            left -= linked
            edge += linked
        found.append(group)
    return found
