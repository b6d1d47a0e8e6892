"""Shares of cells corrected for what is known of the classifier's errors."""

import hashlib
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from pipeline.aggregate.errors import MIN_LABELS, LanguageErrors
from pipeline.config import AggregateConfig
from pipeline.stats.proportions import Array
from pipeline.stats.quantification import FEW, Draws, MatrixDraws, detector_draws, fitted_prior, matrix_draws, posterior
from pipeline.tables import LABELS

PRIOR_CELLS = 8  # fewer cells than this say too little about how shares spread over cells
MOST_PRIOR_CELLS = 200  # more do not make the prior better, only later
DIGITS = 6  # of what is drawn: the last bits of a double differ between machines
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Known:
    """Draws of a matrix over the classes `kept` (places among the classes counted), and what to say of where it is from."""

    matrix: MatrixDraws
    kept: tuple[int, ...]
    note: str


@dataclass(frozen=True)
class Corrected:
    """Estimates of all cells of a grouping, arrays (n_cells, K); NaN where nothing was computed."""

    value: Array
    low: Array
    high: Array
    known: Mask  # (n_cells, K): the class can be corrected
    fits: Mask  # (n_cells,): False where the counts contradict the matrix
    notes: list[str]  # (n_cells,)
    scaled: Array  # (n_cells, K): classes said, as effective numbers
    wanted: Mask  # (n_cells,): not withheld for too few texts or authors
    sources: list[Known | None]  # (n_cells,)
    draws: dict[int, Draws] = field(default_factory=dict)  # by cell
    again: dict[int, Callable[[int], Draws]] = field(default_factory=dict)  # by cell: at least so many draws, beginning with the same

    @classmethod
    def nothing(cls, cells: int, classes: int) -> "Corrected":
        """No cell corrected yet."""
        value, low, high = (np.full((cells, classes), np.nan) for _ in range(3))
        known, fits, wanted = np.zeros((cells, classes), bool), np.ones(cells, bool), np.zeros(cells, bool)
        return cls(value, low, high, known, fits, [""] * cells, np.zeros((cells, classes)), wanted, [None] * cells)

    def kept(self, cell: int) -> list[int]:
        """The classes that can be corrected in a cell, in the order of its draws."""
        kept: list[int] = np.flatnonzero(self.known[cell]).tolist()
        return kept

    def comparable(self, cell: int, others: Sequence[int]) -> bool:
        """Whether the same classes can be corrected on both sides."""
        return bool((self.known[list(others)] == self.known[cell]).all())

    def put(self, cell: int, classes: Sequence[int], drawn: Draws, confidence: float) -> None:
        """Fill in a cell from its draws; nothing where the counts contradict the matrix."""
        self.known[cell, list(classes)] = True
        self.fits[cell] = drawn.fits
        if drawn.fits:
            low, high = _limits(drawn, confidence)
            for array, numbers in ((self.value, drawn.mean()), (self.low, low), (self.high, high)):
                array[cell, list(classes)] = np.round(numbers, DIGITS)
            self.draws[cell] = drawn.first()


class Corrector:
    """Holds the matrix draws of a run, one set per language and task, so that all cells share them."""

    def __init__(self, errors: Mapping[str, LanguageErrors], config: AggregateConfig) -> None:
        self._errors, self._config = errors, config
        self._known: dict[Hashable, Known | None] = {}

    def labels(self, lang: str) -> Known | None:
        """How document labels are confused in a language."""
        return self._once((lang, "labels"), lambda: self._matrix(lang, "labels", self._of(lang).document, len(LABELS)))

    def counted(self, lang: str, aspect: str) -> bool:
        """Whether the evaluation of the language knows the aspect: it never knows those that a user adds."""
        return aspect in self._of(lang).mention

    def polarity(self, lang: str, aspect: str) -> Known | None:
        """How polarities of detected aspects are confused, counted over all aspects; classes that the evaluation hardly met are left out."""
        if not self.counted(lang, aspect):
            return None
        return self._once((lang, "polarity"), lambda: self._matrix(lang, "polarity", self._of(lang).polarity, 2))

    def mention(self, lang: str, aspect: str) -> Known | None:
        """How an aspect is found and invented."""
        return self._once((lang, "mention", aspect), lambda: self._detector(lang, aspect))

    def precision(self, lang: str, aspect: str) -> float | None:
        """Part of detected aspects that were there, where it was counted."""
        return self._of(lang).precision if self.counted(lang, aspect) else None

    def shares(self, counts: Array, effective: Array, names: Sequence[str], known: Sequence[Known | None], wanted: Mask) -> Corrected:
        """Correct the cells of one grouping and language; `counts` (n_cells, K) of classes said.

        `effective` (n_cells,) is the effective number of texts of each cell. `names` (n_cells,) seed the draws: a cell's
        estimate does not depend on its neighbours but through the prior. Only `wanted` cells are computed.
        """
        found = Corrected.nothing(*counts.shape)
        cells = {i: (_effective(counts[i], effective[i], each), each) for i, each in enumerate(known) if each}
        prior, note = self._prior({i: cell for i, cell in cells.items() if cell[0].sum() >= 1}, names)
        found.wanted[:] = wanted
        for i, each in enumerate(known):
            found.sources[i] = each
            if not each:
                continue
            found.scaled[i, list(each.kept)] = cells[i][0]
            found.notes[i] = f"{each.note}; {note}"
            found.known[i, list(each.kept)] = True
            if wanted[i] and cells[i][0].sum() > 0:
                found.again[i] = self._drawing(cells[i][0], each, prior[: len(each.kept)], names[i])
                found.put(i, each.kept, found.again[i](FEW), self._config.confidence)
        return found

    def _drawing(self, counts: Array, known: Known, prior: Array, name: str) -> Callable[[int], Draws]:
        return lambda least: posterior(counts, known.matrix, prior, stream(name), self._config.finite, least)

    def _prior(self, cells: Mapping[int, tuple[Array, Known]], names: Sequence[str]) -> tuple[Array, str]:
        if len(cells) < PRIOR_CELLS or len({each.kept for _, each in cells.values()}) > 1:
            return np.ones(len(LABELS)), "flat prior"
        step = -(-len(cells) // MOST_PRIOR_CELLS)
        used = sorted(cells)[::step]
        alpha = fitted_prior(
            [(cells[i][0], cells[i][1].matrix) for i in used],
            lambda at: stream("prior", names[used[at]]),
            float(max(self._config.min_n, 2)),
        )
        return alpha, f"prior fitted over {len(cells)} cells, worth {alpha.sum():.1f} texts"

    def _of(self, lang: str) -> LanguageErrors:
        return self._errors.get(lang, LanguageErrors())

    def _once(self, key: Hashable, make: Callable[[], Known | None]) -> Known | None:
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]

    def _matrix(self, lang: str, task: str, counts: Array | None, least: int) -> Known | None:
        """The matrix over the classes with enough labelled texts, if these are at least `least`."""
        if counts is None:
            return None
        kept = tuple(int(k) for k in np.flatnonzero(counts.sum(axis=1) >= MIN_LABELS))
        if len(kept) < least:
            return None
        table = counts[np.ix_(kept, kept)]
        note = f"error counts of {self._of(lang).source} ({table.sum():.0f} labelled {lang} texts)"
        return Known(matrix_draws(table, stream(lang, task)), kept, note)

    def _detector(self, lang: str, aspect: str) -> Known | None:
        rates = self._of(lang).mention.get(aspect)
        if rates is None:
            return None
        matrix = detector_draws(rates.found, rates.invented, stream(lang, "mention", aspect))
        return Known(matrix, (0, 1), f"detection counts of {self._of(lang).source}")


def _limits(drawn: Draws, confidence: float) -> tuple[Array, Array]:
    if len(drawn.shares) > 2:
        return drawn.interval(confidence)
    low, high = Draws(drawn.shares[:1], drawn.weight).interval(confidence)  # of two classes one is what the other is not
    return np.append(low, 1 - high), np.append(high, 1 - low)


def _effective(counts: Array, effective: float, known: Known) -> Array:
    """Counts of the classes of the matrix, scaled down to the effective number of texts."""
    kept = counts[list(known.kept)]
    total = counts.sum()
    return np.asarray(kept * (effective / total) if total > 0 else kept, dtype=np.float64)


def stream(*names: str) -> np.random.Generator:
    """A stream of random numbers of its own for each name: the same in every run, whatever else is computed.

    >>> float(stream("de").random()) == float(stream("de").random()) != float(stream("ar").random())
    True
    """
    seed = hashlib.blake2b("\x1f".join(names).encode(), digest_size=16).digest()
    return np.random.default_rng(int.from_bytes(seed, "little"))
