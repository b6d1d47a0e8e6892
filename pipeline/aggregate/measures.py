"""The numbers that are estimated of a cell, and what is said of how."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from pipeline.aggregate.cells import SCORED, Cells, mention_sums
from pipeline.aggregate.correcting import Corrected, Corrector, stream
from pipeline.aggregate.labelled import Sample
from pipeline.aggregate.lineup import SCORE_UNIT
from pipeline.aggregate.people import People
from pipeline.aggregate.sums import RATING_LIMIT, RATING_UNIT
from pipeline.config import AggregateConfig
from pipeline.stats.clusters import ClusterSums, Interval, mean_interval, multinomial_effective_n, share_interval
from pipeline.stats.double_sampling import double_sampling
from pipeline.stats.ppi import ppi_mean
from pipeline.stats.proportions import Array
from pipeline.stats.quantification import Draws
from pipeline.tables import LABELS, UNSCORED

WILSON = "Wilson with n_eff clustered by author (Korn & Graubard 1998)"
CLASSIFIED = f"share classified, not corrected for classifier error; {WILSON}"
DETECTED = f"share in which the aspect was detected, not corrected for classifier error; {WILSON}"
LEFT_OPEN = f"share left without a label; {WILSON}"
RATINGS = f"mean of ratings (no number beyond {RATING_LIMIT} is taken for one); t interval clustered by author (Korn & Graubard 1999)"
CORRECTED = (
    "corrected for classifier error: Bayesian classify-and-count (Ziegler & Czyz 2024), n_eff clustered by author (Rao & Scott 1981)"
)
DETECTION = "corrected for detection error: Rogan & Gladen 1978 in Bayesian form, n_eff clustered by author (Korn & Graubard 1998)"
COUNTED = "; finite population: counted in this file, without sampling error"
ERRORS_ONLY = "; finite population: of the texts of this file, with the uncertainty of misreading only"
SAMPLED = "labelled sample: double sampling (Tenenbein 1970), {n} labelled texts of the cell"
POWERED = "labelled sample: PPI++ mean (Angelopoulos et al. 2023; strata: Fisch et al. 2024), {n} texts of the cell rated by people"


@dataclass(frozen=True)
class Measured:
    """One measure of all cells of a grouping, arrays (n_cells,)."""

    measure: str
    method: list[str]
    interval: Interval
    clusters: Array
    proportion: bool = True
    misfit: npt.NDArray[np.bool_] | None = None  # the counts contradict the error matrix
    corrected: Corrected | None = None  # what it was taken from, if it can be corrected,
    place: int | None = None  # its class there,
    plain: "Measured | None" = None  # and the naive number
    people: People | None = None


@dataclass(frozen=True)
class Task:
    """The cells of one grouping with what is needed to correct them."""

    langs: list[str]  # (n_cells,)
    names: list[str]  # (n_cells,) of the cells, to seed their draws
    corrector: Corrector
    config: AggregateConfig
    samples: Mapping[str, Sample] = field(default_factory=dict)  # labelled texts by cell

    def correct(self, kind: str, counts: Array, effective: Array, clusters: Array, aspects: Sequence[str] | None = None) -> Corrected:
        """Correct all cells, a language at a time; those that will be withheld anyway are not computed."""
        look = {"mention": self.corrector.mention, "polarity": self.corrector.polarity}
        known = [look[kind](lang, aspects[i]) if aspects else self.corrector.labels(lang) for i, lang in enumerate(self.langs)]
        c, n = self.config, counts.sum(axis=1)
        effective = n if c.finite else effective
        wanted = (n >= c.min_n) & (effective >= c.min_n) & (clusters >= c.min_authors)
        blocks = []
        langs = np.array(self.langs, dtype=object)
        for lang in dict.fromkeys(self.langs):
            own = np.flatnonzero(langs == lang)
            names = [f"{self.names[i]}\x1f{kind}" for i in own]
            blocks.append((own, self.corrector.shares(counts[own], effective[own], names, [known[i] for i in own], wanted[own])))
        found = _joined(blocks, (len(counts), counts.shape[1]))
        if kind == "labels":
            self._use_samples(found, counts, effective, wanted)
        return found

    def _use_samples(self, found: Corrected, counts: Array, effective: Array, wanted: npt.NDArray[np.bool_]) -> None:
        """Where enough texts of a cell were labelled, they replace what is assumed of the classifier's errors."""
        n = counts.sum(axis=1)
        found.scaled[:] = counts * np.divide(effective, n, out=np.zeros(len(n)), where=n > 0)[:, None]
        for i in map(int, np.flatnonzero(wanted & (n > 0))):
            if sampled := self.sampled(found, [i], "sample"):
                found.put(i, range(len(LABELS)), sampled[0], self.config.confidence)
                found.notes[i] = SAMPLED.format(n=sampled[1])

    def sampled(self, found: Corrected, cells: Sequence[int], seed: str) -> tuple[Draws, int] | None:
        """Draws of the shares of cells, taken together, from their labelled texts, and how many these are; None where they are too few."""
        own = [sample for i in cells if (sample := self.samples.get(self.names[i]))]
        labelled = Sample.together([sample.take(sample.true >= 0) for sample in own]) if own else None
        if labelled is None or len(labelled.true) < max(self.config.min_n, 2):
            return None
        counts, stratum = labelled.strata(found.scaled[list(cells)].sum(axis=0))
        rng, finite = stream(self.names[cells[0]], seed), self.config.finite
        drawn = double_sampling(counts, labelled.said, labelled.true, labelled.weight, rng, finite=finite, stratum=stratum)
        return drawn, len(labelled.true)


def text_measures(cells: Cells, task: Task) -> Iterator[Measured]:
    """Of whole texts: shares of labels among scored texts, the unscored among all, the mean of ratings."""
    sums = [cells.cluster_sums(SCORED, label) for label in LABELS]
    yield from _shares(sums, cells.texts[SCORED], task, "labels", [""] * len(task.langs), People.of(cells, SCORED))
    unscored = cells.cluster_sums("texts", UNSCORED)
    yield _plain(f"share_{UNSCORED}", LEFT_OPEN, unscored, cells.texts["texts"], task, People.of(cells, "texts"))
    rated = cells.cluster_sums("rated", "rating_sum", "rating_squares")
    interval = mean_interval(rated, cells.total("rating_squares") * cells.scale("rated"), task.config.confidence)
    value, low, high = (each / RATING_UNIT for each in (interval.value, interval.low, interval.high))
    scaled, method = Interval(value, low, high, cells.texts["rated"], interval.n_eff), RATINGS
    if task.config.finite:
        scaled, method = _counted(scaled), RATINGS.partition("; t interval")[0] + COUNTED
    yield Measured("mean_rating", [method] * len(rated.n), scaled, rated.clusters, proportion=False, people=People.of(cells, "rated"))
    if any(np.isfinite(sample.rating).any() for sample in task.samples.values()):
        yield _powered(cells, task)


def _powered(cells: Cells, task: Task) -> Measured:
    """The mean rating that people gave to a labelled sample, carried over to all scored texts by the classifier's scores."""
    scored, total, squares = (cells.total(name) for name in (SCORED, "score_sum", "score_squares"))
    scale = cells.scale(SCORED)  # to Kish's effective number
    rows = np.full((5, len(scored)), np.nan)
    methods = []
    for i, name in enumerate(task.names):
        sample = task.samples.get(name)
        rated = sample.take(np.isfinite(sample.rating)) if sample else None
        methods.append(POWERED.format(n=len(rated.rating) if rated else 0))
        rows[3:, i] = 0
        if rated is not None and len(rated.rating) > 1:
            others = cells.texts[SCORED][i] > len(rated.rating)
            sums = _without((scored[i], total[i] / SCORE_UNIT, squares[i] / SCORE_UNIT**2), rated.score, rated.stands)
            everywhere = (sums[0] * scale[i], *sums[1:]) if others else (0.0, 0.0, 0.0)
            strata = rated.stratum if name == task.langs[i] else None  # of a part of a language, how many fall into each is chance
            mean = ppi_mean(rated.rating, rated.score, everywhere, strata, rated.rating_weight)
            low, high = mean.interval(task.config.confidence)
            effective = rated.rating.var(ddof=1) / mean.error**2 if mean.error > 0 else len(rated.rating)
            rows[:, i] = mean.value, low, high, cells.texts[SCORED][i], min(effective, cells.texts[SCORED][i])
    clusters = cells.cluster_sums(SCORED, SCORED).clusters
    return Measured("labelled_rating", methods, Interval(*rows), clusters, proportion=False, people=People.of(cells, SCORED))


def _without(sums: tuple[float, float, float], own: Array, weight: Array) -> tuple[float, float, float]:
    """Number, mean and variance from weighted number, sum and sum of squares of values, without some of them."""
    n, rest, square = (whole - (weight * own**power).sum() for power, whole in enumerate(sums))
    return (n, rest / n, max(square / n - (rest / n) ** 2, 0.0)) if n > 0 else (0.0, 0.0, 0.0)


def aspect_measures(texts: Cells, mentions: Cells, aspects: Sequence[str], number: int, task: Task) -> Iterator[Measured]:
    """Of an aspect: how often texts mention it, and what those in which it was detected say of it.

    `aspects` (n_cells,) of the cells; `number` is how many there are in the run.
    """
    sums = mention_sums(texts, mentions, number)
    parents = np.searchsorted(texts.numbers, mentions.numbers // number)
    raw = _plain("detected_rate", DETECTED, sums, texts.texts["texts"][parents], task, People.of(texts, "texts", parents))
    yield raw
    counts = np.stack([sums.total, sums.n - sums.total], axis=1)
    found = task.correct("mention", counts, raw.interval.n_eff, sums.clusters, aspects)
    yield _corrected("mention_rate", 0, found, raw, DETECTION, task.config.finite)
    classes = [mentions.cluster_sums("texts", label) for label in LABELS]
    remarks = [_detected(task.corrector.precision(lang, aspect)) for lang, aspect in zip(task.langs, aspects, strict=True)]
    yield from _shares(classes, mentions.texts["texts"], task, "polarity", remarks, People.of(mentions, "texts"), aspects)


def _detected(precision: float | None) -> str:
    return (
        ""
        if precision is None
        else f"; among texts in which the aspect was detected ({precision:.0%} of detections were right in evaluation)"
    )


def _shares(
    sums: Sequence[ClusterSums],
    n: Array,
    task: Task,
    kind: str,
    remarks: Sequence[str],
    people: People,
    aspects: Sequence[str] | None = None,
) -> Iterator[Measured]:
    """Each label twice: as classified, and corrected where the language's errors are known."""
    plain = [_plain(f"classified_{label}", CLASSIFIED, each, n, task, people) for label, each in zip(LABELS, sums, strict=True)]
    yield from plain
    counts = np.stack([each.total for each in sums], axis=1)
    effective = multinomial_effective_n(sums, task.config.confidence)
    found = task.correct(kind, counts, effective, sums[0].clusters, aspects)
    for k, label in enumerate(LABELS):
        measured = _corrected(
            f"share_{label}", k, found, plain[k], CORRECTED, task.config.finite, None if task.config.finite else effective
        )
        yield replace(measured, method=[method + remark for method, remark in zip(measured.method, remarks, strict=True)])


def _plain(measure: str, method: str, sums: ClusterSums, n: Array, task: Task, people: People) -> Measured:
    """The naive share; `n` are texts, while `sums` may be weighted."""
    interval = replace(share_interval(sums, task.config.confidence), n=n)
    if task.config.finite:
        interval, method = _counted(interval), method.partition("; Wilson")[0] + COUNTED
    return Measured(measure, [method] * len(n), interval, sums.clusters, people=people)


def _counted(interval: Interval) -> Interval:
    """Without sampling error, where the file is all there is."""
    return Interval(interval.value, interval.value, interval.value, interval.n, interval.n)


def _corrected(
    measure: str, k: int, found: Corrected, plain: Measured, method: str, finite: bool, effective: Array | None = None
) -> Measured:
    """Column k of what was corrected, and the plain share where it cannot be corrected."""
    raw, known = plain.interval, found.known[:, k]
    only = ERRORS_ONLY if finite else ""
    interval = Interval(
        np.where(known, found.value[:, k], raw.value),
        np.where(known, found.low[:, k], raw.low),
        np.where(known, found.high[:, k], raw.high),
        raw.n,
        raw.n_eff if effective is None else np.where(known, effective, raw.n_eff),
    )
    sampled = SAMPLED.split(":")[0]
    notes = [note if note.startswith(sampled) else f"{method}; {note}" for note in found.notes]
    methods = [notes[i] + only if known[i] else plain.method[i] for i in range(len(known))]
    return Measured(measure, methods, interval, plain.clusters, True, known & ~found.fits, found, k, plain, plain.people)


def _joined(blocks: Sequence[tuple[npt.NDArray[np.int64], Corrected]], shape: tuple[int, int]) -> Corrected:
    """The cells of all languages in their order."""
    whole = Corrected.nothing(*shape)
    for own, block in blocks:
        for name in ("value", "low", "high", "known", "fits", "scaled", "wanted"):
            getattr(whole, name)[own] = getattr(block, name)
        for at, i in enumerate(own):
            whole.notes[i], whole.sources[i] = block.notes[at], block.sources[at]
        whole.draws.update({int(own[at]): drawn for at, drawn in block.draws.items()})
        whole.again.update({int(own[at]): draw for at, draw in block.again.items()})
    return whole
