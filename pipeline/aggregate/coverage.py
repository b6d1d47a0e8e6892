"""The table of coverage: what the numbers of each language rest on, and whether the model says of these texts what it could say if it errs as it was seen to."""

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa

from pipeline.aggregate.errors import LanguageErrors
from pipeline.aggregate.gathered import Flags, Gathered
from pipeline.aggregate.rows import Row, rows_to_table, too_few_authors
from pipeline.config import AggregateConfig
from pipeline.stats.clusters import JackknifeSums, multinomial_effective_n
from pipeline.stats.distinct import distinct, how_many
from pipeline.stats.label_shift import warning_light
from pipeline.stats.multiplicity import adjust
from pipeline.tables import COVERAGE, LABELS

LEVEL = 0.05  # of the q-value at which the light is on
SHARES = "texts of the language; counted, so without an interval"
LIGHT = (
    "labels said and how surely, against every mixture of the classes in the model's evaluation ({labels} labelled texts); value: texts said otherwise than the best mixture "
    "has it; likelihood ratio on n_eff clustered by author, BH over {langs} languages; sees little"
)
ON = "these texts are not said as in the evaluation: do not rely on corrected shares, label a sample"
OFF = "nothing seen against the correction"


def coverage(run: Gathered, *, errors: Mapping[str, LanguageErrors], config: AggregateConfig) -> pa.Table:
    """Shares of texts that the numbers can use, by language and of all, and the warning light of each language; schema `tables.COVERAGE`."""
    found = list(_counted(run))
    lights = [_light(run, code, lang, errors.get(lang, LanguageErrors()), config) for code, lang in enumerate(run.names["lang"])]
    q_values = adjust([row.get("p_value", np.nan) for row in lights])
    seen = int(np.isfinite(q_values).sum())
    for row, q_value in zip(lights, q_values, strict=True):
        row["method"] = row["method"].replace("{langs}", str(seen))
        if np.isfinite(q_value):
            row.update(q_value=q_value, finding=ON if q_value < LEVEL else OFF)
    return rows_to_table([*found, *lights], COVERAGE)


def _counted(run: Gathered) -> Iterator[Row]:
    everything = np.ones(len(run.author), dtype=bool)
    usable: dict[str, Flags] = {
        "share_unscored": run.label < 0,
        "share_with_author": run.named,
        "share_rated": ~np.isnan(run.rating),
        "share_dated": ~np.isnan(run.day),
    }
    for lang, inside in ((None, everything), *((name, run.codes["lang"] == code) for code, name in enumerate(run.names["lang"]))):
        about = {"lang": lang, "n": int(inside.sum()), "authors": how_many(run.author[inside])}
        if lang is not None:
            yield Row(
                **about,
                measure="share_of_texts",
                value=inside.mean(),
                method="texts of the language among all; counted, so without an interval",
            )
        for measure, marked in usable.items():
            known = {"value": marked[inside].mean()} if inside.any() else {"reason": "no text"}
            yield Row(**about, measure=measure, method=SHARES, **known)


def _light(run: Gathered, code: int, lang: str, errors: LanguageErrors, config: AggregateConfig) -> Row:
    inside = (run.codes["lang"] == code) & (run.label >= 0)
    authors = how_many(run.author[inside])
    row = Row(lang=lang, measure="label_shift", method="none", n=int(inside.sum()), authors=authors)
    if errors.said is None:
        row["reason"] = "the model's evaluation does not say how surely it said what in this language"
        return row
    row["method"] = LIGHT.replace("{labels}", f"{errors.said.sum():.0f}")
    author, bins = run.author[inside], len(errors.edges) + 1
    said = run.label[inside] * bins + np.searchsorted(errors.edges, run.sure[inside], side="right")
    _, writer = distinct(author)
    ways = len(LABELS) * bins
    by_author = np.bincount(writer * ways + said, minlength=authors * ways).reshape(authors, ways)
    sums = [JackknifeSums.of(by_author.sum(axis=1), way) for way in by_author.T]
    number = float(multinomial_effective_n(sums, config.confidence)[0]) if len(said) else 0.0
    row["n_eff"] = number
    row["reason"] = f"effective n below {config.min_n}" if number < config.min_n else too_few_authors(authors, config)
    if row["reason"]:
        return row
    counts = np.array([each.total[0] for each in sums])
    light = warning_light(counts * (number / counts.sum()), errors.said)
    row.update(value=float(light.distance), p_value=float(light.p_value))
    return row
