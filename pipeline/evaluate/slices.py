"""Where does a model fail? Every part of the texts against the rest of its language, and every language against the others.

Errors of a text's sentiment are compared by Fisher's exact test (Fisher 1922, JRSS 85:87); the difference has Newcombe's interval (1998, Statistics in
Medicine 17:873, method 10). Parts overlap, so that the tests depend on each other in any way: false discoveries are controlled by Benjamini & Yekutieli 2001, Annals
of Statistics 29:1165.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from pipeline.evaluate.labelled import Labelled, three_way
from pipeline.evaluate.tasks import LEAST, label_number, true_label
from pipeline.protocols import Reading
from pipeline.stats.proportions import wilson

SHOWN = 12
LEVEL = 0.05  # of false discoveries
Part = tuple[str, str, np.ndarray, np.ndarray]  # corpus and language, what it is, its texts, the texts it is compared with


def worst(texts: Sequence[Labelled], readings: Sequence[Reading]) -> dict[str, Any]:
    """The parts with most wrong document labels compared with the rest: how many were compared, and the worst, surest first."""
    kept = [i for i, text in enumerate(texts) if text.document]
    wrong = np.zeros(len(texts))
    merged = {corpus: three_way([t for t in texts if t.corpus == corpus]) for corpus in {t.corpus for t in texts}}
    for i in kept:
        flag = merged[texts[i].corpus]
        wrong[i] = label_number(readings[i].document, flag) != true_label(texts[i].document or (), flag)
    rows = [_row(lang, name, wrong[inside], wrong[rest]) for lang, name, inside, rest in _parts(texts, np.array(kept, dtype=int))]
    if rows:
        from scipy.stats import false_discovery_control

        for row, q in zip(rows, false_discovery_control([row["p"] for row in rows], method="by"), strict=True):
            row["q"] = float(f"{q:.3g}")
            row["stands_out"] = bool(q < LEVEL and row["difference"] > 0)
    rows.sort(key=lambda row: (not row["stands_out"], -row["difference"], row["lang"], row["part"]))
    return {"compared": len(rows), "standing_out": sum(row["stands_out"] for row in rows), "worst": rows[:SHOWN]}


def _parts(texts: Sequence[Labelled], kept: np.ndarray) -> Iterator[Part]:
    """Languages against the other languages of their corpus; one dimension, or two together, against the rest of the language."""
    for corpus in sorted({texts[i].corpus for i in kept}):
        own = np.array([i for i in kept if texts[i].corpus == corpus], dtype=int)
        langs = np.array([texts[i].lang for i in own])
        for lang in sorted(set(langs)):
            yield from _large(str(lang), "all texts, against the other languages", own[langs == lang], own[langs != lang])
            yield from _within(texts, own[langs == lang], str(lang))


def _within(texts: Sequence[Labelled], members: np.ndarray, lang: str) -> Iterator[Part]:
    sides = sorted({side for i in members for side in texts[i].sides})
    for chosen in [*((side,) for side in sides), *combinations(sides, 2)]:
        values = [tuple(texts[i].sides.get(side) for side in chosen) for i in members]
        for value in sorted({each for each in values if None not in each}, key=str):
            inside = np.array([each == value for each in values])
            name = ", ".join(f"{side}: {within}" for side, within in zip(chosen, value, strict=True))
            yield from _large(lang, name, members[inside], members[~inside])


def _large(lang: str, name: str, inside: np.ndarray, rest: np.ndarray) -> Iterator[Part]:
    if len(inside) >= LEAST and len(rest) >= LEAST:
        yield lang, name, inside, rest


def _row(lang: str, name: str, inside: np.ndarray, rest: np.ndarray) -> dict[str, Any]:
    from scipy.stats import fisher_exact

    (a, n), (b, m) = ((int(part.sum()), len(part)) for part in (inside, rest))
    p, q = a / n, b / m
    (l1, u1), (l2, u2) = ((float(x[0]) for x in wilson(np.array([s / t]), np.array([float(t)]))) for s, t in ((a, n), (b, m)))
    return {
        "lang": lang,
        "part": name,
        "n": n,
        "wrong": round(p, 4),
        "rest": round(q, 4),
        "difference": round(p - q, 4),
        "low": round(p - q - float(np.hypot(p - l1, u2 - q)), 4),
        "high": round(p - q + float(np.hypot(u1 - p, q - l2)), 4),
        "p": float(fisher_exact([[a, n - a], [b, m - b]]).pvalue),
    }
