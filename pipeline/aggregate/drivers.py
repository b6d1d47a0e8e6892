"""The table of drivers: which aspects go with high and low ratings, how much of the differences between ratings they account for, and how they are judged.

Stars and text come from one person at one moment: this is association. Aspects that work and are not mentioned get no importance, so how often an aspect is mentioned
stands beside. Errors of the classifier draw effects towards none, most where it reads worst: effects of different languages are not compared.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.aggregate.gathered import NOT_STARS, Flags, Gathered, Numbers, cluster_sums
from pipeline.aggregate.rows import Row, rows_to_table
from pipeline.config import AggregateConfig
from pipeline.stats.clusters import share_interval
from pipeline.stats.distinct import distinct, how_many
from pipeline.stats.importance import asymmetry, relative_weights, resampled_weights
from pipeline.stats.multiplicity import adjust
from pipeline.stats.ordinal import proportional_odds
from pipeline.stats.proportions import Array
from pipeline.tables import DRIVERS, LABELS

PER_PARAMETER = 10  # texts for each coefficient: Peduzzi et al. 1996, J. Clinical Epidemiology 49:1373
MIN_TEXTS = 100
MIN_MENTIONS = 20  # of an aspect, in praise and in blame at least a quarter of it each
MOST_TEXTS = 20_000  # more are sampled (by hash of their id): the intervals are narrow by then
PRIOR_SD = 2.5  # log-odds; Gelman et al. 2008, Annals of Applied Statistics 2:1360, with a normal for their Cauchy
RESAMPLES = 200
METHODS = {
    "effect_negative": "odds ratio of a higher rating where the aspect is blamed against not mentioned; proportional odds, errors clustered by author; association",
    "effect_positive": "odds ratio of a higher rating where the aspect is praised against not mentioned; proportional odds, errors clustered by author; association",
    "importance": "share of the differences between ratings that goes with the aspect; relative weights (Johnson 2000), bootstrap over authors",
    "asymmetry": "reward plus penalty in stars, least squares, errors clustered by author; BH over the aspects",
    "mention_rate": "rated texts that mention the aspect; Wilson with n_eff clustered by author",
    "performance": "share classified praise among rated texts that mention it; Wilson with n_eff clustered by author",
}


@dataclass(frozen=True)
class _Design:
    """Rated texts of a language: outcome, authors, and two indicators (n, n_aspects) for each aspect with mentions enough; `also` for all others together."""

    y: Array
    author: Numbers
    aspects: tuple[str, ...]
    positive: Array
    negative: Array
    mentioned: Array
    also: Array


def drivers(run: Gathered, *, config: AggregateConfig, rng: np.random.Generator) -> pa.Table:
    """Effects and importance of aspects by language; schema `tables.DRIVERS`."""
    rated = ~np.isnan(run.rating)
    if not rated.any() or not run.starred:
        why = NOT_STARS if rated.any() else "no text has a rating"
        return rows_to_table([Row(measure="importance", method="none", reason=why)], DRIVERS)
    found: list[Row] = []
    for lang, name in enumerate(run.names["lang"]):
        here = rated & (run.codes["lang"] == lang)
        row = Row(lang=name, measure="importance", method=METHODS["importance"], n=int(here.sum()), authors=how_many(run.author[here]))
        design = _design(run, here, config)
        reason = _too_small(design, config)
        found += [Row({**row, "reason": reason})] if reason else list(_measured(design, name, config, rng))
    return rows_to_table(found, DRIVERS)


def _design(run: Gathered, here: Flags, config: AggregateConfig) -> _Design:
    texts = np.flatnonzero(here)
    texts = np.sort(texts[np.argsort(run.lot[texts])[:MOST_TEXTS]])
    place = np.full(len(here), -1)
    place[texts] = np.arange(len(texts))
    at = place[run.text]
    positive, negative, mentioned = (np.zeros((len(texts), len(run.names["aspect"]))) for _ in range(3))
    for matrix, labels in ((positive, ("positive", "mixed")), (negative, ("negative", "mixed")), (mentioned, LABELS)):
        chosen = (at >= 0) & np.isin(run.polarity, [LABELS.index(label) for label in labels])
        matrix[at[chosen], run.aspect[chosen]] = 1
    enough = (mentioned.sum(axis=0) >= MIN_MENTIONS) & (np.minimum(positive.sum(axis=0), negative.sum(axis=0)) >= MIN_MENTIONS / 4)
    author = run.author[texts]
    enough &= np.array([how_many(author[column > 0]) >= config.min_authors for column in mentioned.T], dtype=bool)
    also = np.stack([each[:, ~enough].max(axis=1, initial=0) for each in (positive, negative)], axis=1)
    names = tuple(np.array(run.names["aspect"], dtype=object)[enough])
    return _Design(run.rating[texts], author, names, positive[:, enough], negative[:, enough], mentioned[:, enough], also)


def _too_small(design: _Design, config: AggregateConfig) -> str | None:
    needed = max(MIN_TEXTS, PER_PARAMETER * (2 * len(design.aspects) + 6))
    if len(design.y) < needed:
        return f"fewer than {needed} rated texts (n={len(design.y)})"
    if how_many(design.author) < config.min_authors:
        return f"fewer than {config.min_authors} authors"
    if not design.aspects:
        return f"no aspect is praised and blamed in {MIN_MENTIONS} rated texts"
    return None if len(np.unique(design.y)) > 1 else "ratings do not vary"


def _measured(design: _Design, lang: str, config: AggregateConfig, rng: np.random.Generator) -> Iterator[Row]:
    from scipy.special import stdtr, stdtrit

    authors = how_many(design.author)
    t = float(stdtrit(authors - 1, 0.5 + config.confidence / 2))
    measured: dict[str, tuple[Array, Array, Array]] = {**_effects(design, t), "importance": _importance(design, config.confidence, rng)}
    contrast = asymmetry(design.positive, design.negative, design.y, design.author, design.also)
    measured["asymmetry"] = (contrast.value, contrast.value - t * contrast.error, contrast.value + t * contrast.error)
    with np.errstate(divide="ignore", invalid="ignore"):
        p_value = 2 * stdtr(authors - 1, -np.abs(contrast.value) / contrast.error)
    q_value = adjust(p_value)
    for index, aspect in enumerate(design.aspects):
        about: dict[str, Any] = {"lang": lang, "aspect": aspect, "n": len(design.y), "authors": authors}
        for measure, (value, low, high) in measured.items():
            row = Row(**about, measure=measure, method=METHODS[measure], value=value[index], low=low[index], high=high[index])
            if measure == "asymmetry":
                row.update(p_value=p_value[index], q_value=q_value[index], finding=_kind(value[index], q_value[index]))
            yield row
        mentioned = design.mentioned[:, index]
        for measure, counted, marked in (
            ("mention_rate", np.ones(len(mentioned)), mentioned),
            ("performance", mentioned, design.positive[:, index]),
        ):
            sums = cluster_sums(np.where(counted > 0, 0, -1), design.author, np.ones(len(counted)), marked, 1)
            share = share_interval(sums, config.confidence)
            limits = {"value": share.value[0], "low": share.low[0], "high": share.high[0], "n_eff": share.n_eff[0]}
            yield Row({**about, "n": sums.n[0], "authors": sums.clusters[0], "measure": measure, "method": METHODS[measure], **limits})


def _kind(value: float, q_value: float) -> str:
    """Basic: blame costs more than praise gains; excitement: the other way round."""
    return "performance, or undecided" if not q_value < 0.05 else "basic" if value < 0 else "excitement"


def _effects(design: _Design, t: float) -> dict[str, tuple[Array, Array, Array]]:
    x = np.column_stack([design.negative, design.positive, design.also])
    _, y = np.unique(design.y, return_inverse=True)
    fit = proportional_odds(x, y.astype(np.int64), design.author, PRIOR_SD)
    error, count = np.sqrt(np.diag(fit.covariance)), len(design.aspects)
    found = {}
    for number, measure in enumerate(("effect_negative", "effect_positive")):
        part = slice(number * count, (number + 1) * count)
        found[measure] = (np.exp(fit.beta[part]), np.exp(fit.beta[part] - t * error[part]), np.exp(fit.beta[part] + t * error[part]))
    return found


def _importance(design: _Design, confidence: float, rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """Of each aspect, both indicators together."""
    x = np.column_stack([design.positive, design.negative, design.also])
    return importance_interval(x, design.y, design.author, len(design.aspects), confidence, rng)


def importance_interval(
    x: Array, y: Array, author: Numbers, count: int, confidence: float, rng: np.random.Generator
) -> tuple[Array, Array, Array]:
    """Relative weights of `count` aspects with limits from resampled authors; the columns of x are praise of each aspect, blame of each, and others."""

    _, owner = distinct(author)
    authors = int(owner.max()) + 1
    drawn = np.stack([np.bincount(rng.integers(authors, size=authors), minlength=authors)[owner] for _ in range(RESAMPLES)])
    single, several = relative_weights(x, y), resampled_weights(x, y, drawn)
    value, draws = (parts[..., :count] + parts[..., count : 2 * count] for parts in (single, several))
    # a share of explained differences grows by resampling: the percentiles are moved back by as much
    tail = (1 - confidence) / 2
    low, high = np.quantile(draws, [tail, 1 - tail], axis=0) - (draws.mean(axis=0) - value)
    return value, np.minimum(np.maximum(low, 0), value), np.maximum(high, value)
