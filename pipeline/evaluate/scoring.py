"""Scores with intervals: per language and corpus, and within these per genre, length, variety and domain."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.evaluate.labelled import Labelled, three_way
from pipeline.evaluate.tasks import MAIN, TASKS, Task
from pipeline.protocols import Reading
from pipeline.stats.proportions import Array
from pipeline.stats.resampling import bootstrap, gathered

SEED = 2026  # of every bootstrap
SIDES = ("genre", "length", "variety")  # by which every language is looked at; domains are too small and only searched for weak parts


@dataclass(frozen=True)
class Score:
    """A value with its 95 % interval and what it was measured on; `reason` says why a value is withheld (null).

    `side` and `within` name a part of the texts (side "genre", within "review"); both are empty for all of them. `left_out` are
    labels with too few items, whose F1 is not in the mean.
    """

    task: str
    metric: str
    corpus: str
    lang: str
    split: str
    side: str
    within: str
    n: int
    unit: str
    texts: int
    value: float | None
    low: float | None
    high: float | None
    left_out: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True)
class Tallied:
    """What each text adds to a task: counts (n, m), and the numbers of the texts that have labels for it (n,)."""

    counts: Array
    texts: np.ndarray


def tally(task: Task, texts: Sequence[Labelled], readings: Sequence[Reading]) -> Tallied:
    """Counts of all texts that are labelled for the task."""
    merged = {corpus: three_way([t for t in texts if t.corpus == corpus]) for corpus in {t.corpus for t in texts}}
    rows = ((i, task.counts(text, reading, merged[text.corpus])) for i, (text, reading) in enumerate(zip(texts, readings, strict=True)))
    kept = [(i, counts) for i, counts in rows if counts is not None]
    return Tallied(np.array([counts for _, counts in kept]), np.array([i for i, _ in kept], dtype=int))


def authors(texts: Sequence[Labelled]) -> np.ndarray:
    """A cluster number for each text: one an author, a text without an author is alone."""
    names = [(text.corpus, text.author) if text.author else (text.corpus, text.id, i) for i, text in enumerate(texts)]
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return np.array([numbers[name] for name in names], dtype=int)


def groups(texts: Sequence[Labelled]) -> dict[tuple[str, str, str], list[int]]:
    """Numbers of the texts by corpus, language and split."""
    found: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for i, text in enumerate(texts):
        found[text.corpus, text.lang, text.split].append(i)
    return dict(sorted(found.items()))


def scores(
    texts: Sequence[Labelled],
    readings: Sequence[Reading],
    tasks: Sequence[Task] = TASKS,
    *,
    sides: bool = True,
    rng: np.random.Generator | None = None,
) -> list[Score]:
    """Every score that the labels allow; with `sides` also of parts of each language, for the main score of each task."""
    cluster = authors(texts)
    found: list[Score] = []
    for task in tasks:
        tallied = tally(task, texts, readings)
        place = {int(number): row for row, number in enumerate(tallied.texts)}
        for (corpus, lang, split), members in groups(texts).items():
            for side, within, numbers in _parts(texts, members, sides and task in MAIN):
                rows = [place[i] for i in numbers if i in place]
                if rows:
                    key = (corpus, lang, split, side, within)
                    found.append(score(task, tallied.counts[rows], cluster[tallied.texts[rows]], *key, rng=rng))
    return found


def _parts(texts: Sequence[Labelled], members: Sequence[int], sides: bool) -> Iterator[tuple[str, str, Sequence[int]]]:
    yield "", "", members
    if sides:
        for side in SIDES:
            values = {texts[i].sides.get(side, "") for i in members}
            if len(values) > 1:
                for within in sorted(values - {""}):
                    yield side, within, [i for i in members if texts[i].sides.get(side) == within]


def score(
    task: Task,
    counts: Array,
    cluster: np.ndarray,
    corpus: str,
    lang: str,
    split: str,
    side: str = "",
    within: str = "",
    *,
    rng: np.random.Generator | None = None,
) -> Score:
    """One score from the counts of its texts (n, m) and their clusters (n,). Without `rng` the bootstrap begins at SEED."""
    total = counts.sum(axis=0)
    reason = task.withheld(total)
    value = low = high = None
    if reason is None:
        drawn = rng or np.random.default_rng(SEED)
        value, low, high = (round(x, 4) for x in bootstrap(gathered(counts, cluster), lambda sums: task.score(sums, total), drawn))
    return Score(
        task=task.name,
        metric=task.metric,
        corpus=corpus,
        lang=lang,
        split=split,
        side=side,
        within=within,
        n=task.n(total),
        unit=task.unit,
        texts=len(counts),
        value=value,
        low=low,
        high=high,
        left_out=task.left_out(total),
        reason=reason,
    )


def signature(score: Score, model: str, data: Mapping[str, str], version: str) -> str:
    """What a number is of, in one line, after sacrebleu: task, corpus and its hash, split, language, part, n, metric, interval, model, version."""
    part = f"|{score.side}={score.within}" if score.side else ""
    return (
        f"{score.task}|{score.corpus}@{data[score.corpus]}|{score.split or 'all'}|{score.lang}{part}|n={score.n}|{score.metric}"
        f"|ci=bootstrap1000@author|seed={SEED}|{model}|v{version}"
    )
