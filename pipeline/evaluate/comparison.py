"""Model A against model B on the same texts: is the difference more than chance, in which language, and if not, how many texts would it take?

Document sentiment: McNemar's exact test where each author has one text. All else: bootstrap of the difference over authors. False discoveries among the languages of a
task are controlled after Benjamini & Hochberg 1995, JRSS B 57:289.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.evaluate.labelled import Labelled
from pipeline.evaluate.scoring import SEED, authors, groups, tally
from pipeline.evaluate.tasks import ACCURACY, BY_KEY, MAIN, K, Task
from pipeline.languages import BY_CODE
from pipeline.protocols import Reading
from pipeline.stats.paired import bootstrap_p, mcnemar, pairs_needed, size_needed
from pipeline.stats.proportions import Array
from pipeline.stats.resampling import drawn_sums, gathered, percentile_interval

LEVEL = 0.05
MOST_TEXTS = 1_000_000  # beyond that no corpus will tell


@dataclass(frozen=True)
class Difference:
    """A less B of one task in one language. `q` is the p-value adjusted for the languages of the task; `needed` texts would tell (None: none would)."""

    task: str
    title: str
    metric: str
    corpus: str
    lang: str
    split: str
    texts: int
    a: float
    b: float
    difference: float
    low: float
    high: float
    test: str
    p: float
    only_a: int | None
    only_b: int | None
    needed: int | None
    q: float = 1.0
    verdict: str = ""


def differences(texts: Sequence[Labelled], first: Sequence[Reading], second: Sequence[Reading]) -> list[Difference]:
    """Every main score in every language, and for whole texts the share right too; with verdict `better`, `worse` or `same` (cannot be told apart)."""
    found: list[Difference] = []
    for task in (*MAIN, BY_KEY["document", ACCURACY]):
        a, b = tally(task, texts, first), tally(task, texts, second)
        place = {int(number): row for row, number in enumerate(a.texts)}
        cluster = authors(texts)
        of_task = []
        for (corpus, lang, split), members in groups(texts).items():
            rows = [place[i] for i in members if i in place]
            if rows and not task.withheld(a.counts[rows].sum(axis=0)):
                key = (corpus, lang, split)
                of_task.append(_difference(task, key, a.counts[rows], b.counts[rows], cluster[a.texts[rows]]))
        found += _judged(of_task)
    return found


def _difference(task: Task, key: tuple[str, str, str], a: Array, b: Array, cluster: np.ndarray) -> Difference:
    width = a.shape[1]
    total = a.sum(axis=0)

    def scores(sums: Array) -> tuple[Array, Array]:
        return task.score(sums[..., :width], total), task.score(sums[..., width:], total)

    sums = gathered(np.concatenate([a, b], axis=1), cluster)
    value_a, value_b = scores(sums.sum(axis=0))
    drawn = np.subtract(*scores(drawn_sums(sums, np.random.default_rng(SEED))))
    low, high = percentile_interval(drawn)
    difference = float(value_a - value_b)
    p, test, only_a, only_b = bootstrap_p(drawn), "paired bootstrap", None, None
    needed = size_needed(len(a), difference, float(np.nanstd(drawn)))
    if task.metric == ACCURACY and len(sums) == len(a):
        right_a, right_b = a[:, :: K + 1].sum(axis=1), b[:, :: K + 1].sum(axis=1)
        only_a, only_b = int((right_a > right_b).sum()), int((right_b > right_a).sum())
        p, test = mcnemar(only_a, only_b), "McNemar, exact"
        needed = pairs_needed((only_a + only_b) / len(a), difference)
    number = int(np.ceil(needed)) if needed < MOST_TEXTS else None
    corpus, lang, split = key
    return Difference(
        task=task.name,
        title=task.title,
        metric=task.metric,
        corpus=corpus,
        lang=lang,
        split=split,
        texts=len(a),
        a=round(float(value_a), 4),
        b=round(float(value_b), 4),
        difference=round(difference, 4),
        low=round(low, 4),
        high=round(high, 4),
        test=test,
        p=float(f"{p:.4g}"),
        only_a=only_a,
        only_b=only_b,
        needed=number,
    )


def _judged(found: Sequence[Difference]) -> list[Difference]:
    from dataclasses import replace

    from scipy.stats import false_discovery_control

    if not found:
        return []
    adjusted = false_discovery_control([each.p for each in found], method="bh")
    return [
        replace(each, q=float(f"{q:.4g}"), verdict="same" if q >= LEVEL else "better" if each.difference > 0 else "worse")
        for each, q in zip(found, adjusted, strict=True)
    ]


def in_words(found: Sequence[Difference], a: str, b: str) -> list[str]:
    """One sentence a task.

    >>> one = Difference("document", "document sentiment", "macro-F1", "c", "cy", "test", 412, .7, .69, .01, -.03, .05, "", .6, 1, 2, 1900, .6, "same")
    >>> in_words([one], "A", "B")
    ['Document sentiment (macro-F1): A and B cannot be told apart in Welsh (412 texts; a difference of 0.010 would take about 1,900).']
    """
    sentences = []
    for task, metric in dict.fromkeys((each.task, each.metric) for each in found):
        rows = [each for each in found if (each.task, each.metric) == (task, metric)]
        parts = [
            f"{a} is {word} than {b} in {_listed([f'{_name(each)} ({each.difference:+.2f})' for each in rows if each.verdict == word])}"
            for word in ("better", "worse")
            if any(each.verdict == word for each in rows)
        ]
        if same := [_same(each) for each in rows if each.verdict == "same"]:
            parts.append(f"{'they' if parts else f'{a} and {b}'} cannot be told apart in {_listed(same)}")
        sentences.append(f"{rows[0].title[0].upper()}{rows[0].title[1:]} ({metric}): {'; '.join(parts)}.")
    return sentences


def _same(each: Difference) -> str:
    if each.difference == 0:
        return f"{_name(each)} ({each.texts:,} texts; the scores are equal)"
    need = f"would take about {_rounded(each.needed):,}" if each.needed else "no corpus would show"
    return f"{_name(each)} ({each.texts:,} texts; a difference of {abs(each.difference):.3f} {need})"


def _rounded(number: int) -> int:
    """Two significant digits: the number is a guess from a guess."""
    digits = max(0, len(str(number)) - 2)
    return round(number, -digits)


def _name(each: Difference) -> str:
    return BY_CODE[each.lang].name if each.lang in BY_CODE else each.lang


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
