"""From merged sums to the table of estimates."""

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.aggregate.cells import Cells, Rows
from pipeline.aggregate.contrasts import contrast, pairs
from pipeline.aggregate.correcting import Corrector
from pipeline.aggregate.errors import LanguageErrors
from pipeline.aggregate.families import adjusted
from pipeline.aggregate.groupings import parse
from pipeline.aggregate.labelled import LINED, Sample, local_errors, samples, weigh
from pipeline.aggregate.measures import Measured, Task, aspect_measures, text_measures
from pipeline.aggregate.people import REVEALING
from pipeline.aggregate.strata import STRATA
from pipeline.aggregate.sums import DIMENSIONS
from pipeline.aggregate.weighting import weighted
from pipeline.aggregate.withholding import complementary, reasons
from pipeline.config import AggregateConfig
from pipeline.contract import conform
from pipeline.tables import CONTRASTS, ESTIMATES, LABELS, Spec

Keys = dict[str, pa.Array]
NO_AUTHORS = "; no text of this run names its author, so texts of one person count as independent"


def estimate(
    merged: pa.Table,
    *,
    config: AggregateConfig,
    errors: Mapping[str, LanguageErrors] | None = None,
    labelled: pa.Table | None = None,
    strata: pa.Table | None = None,
) -> pa.Table:
    """Value and interval of each cell and measure (schema `tables.ESTIMATES`), or why they are withheld; sorted by cell.

    Leaves out groupings by a column that no text of the run states, cells without a text, aspects that a cell never
    mentions, and mean ratings where nothing is rated. `labelled` (schema `labelled.LINED`) are texts that people labelled; cells with enough of
    them use these, others `errors`; shares of languages without either are shares *classified as*, and say so. `strata` (schema
    `strata.STRATA`) counts all texts as the labelled ones were drawn; without it, having drawn unequally costs precision.
    """
    return estimate_all(merged, config=config, errors=errors, labelled=labelled, strata=strata)[0]


def estimate_all(
    merged: pa.Table,
    *,
    config: AggregateConfig,
    errors: Mapping[str, LanguageErrors] | None = None,
    labelled: pa.Table | None = None,
    strata: pa.Table | None = None,
) -> tuple[pa.Table, pa.Table]:
    """The estimates, and the differences between cells (schema `tables.CONTRASTS`)."""
    stated = {name: merged[name].null_count < len(merged) for name in (*DIMENSIONS, "author")}
    anonymous = len(merged) > 0 and not stated["author"]
    unraked = Rows.of(merged)
    del merged  # a large run's rows are held once
    lined = LINED.empty_table() if labelled is None else labelled
    rows, remarks = weighted(unraked, unraked.is_text, config)
    lined = weigh(lined, unraked, rows, config)
    strata = weigh(STRATA.empty_table() if strata is None else strata, unraked, rows, config)
    corrector = Corrector(local_errors(errors or {}, lined), config)
    texts, mentions = rows.take(rows.is_text), rows.amounting(("texts", *LABELS)).take(~rows.is_text)
    del rows, unraked
    if anonymous:
        remarks = {lang: remark + NO_AUTHORS for lang, remark in remarks.items()}
    blocks, compared = [ESTIMATES.schema.empty_table()], [CONTRASTS.schema.empty_table()]
    for columns in parse(config.groupings):
        if all(name == "aspect" or stated[name] for name in columns):
            labels = {} if "aspect" in columns else samples(lined, strata, columns)
            for some_texts, some_mentions in _divided(columns, texts, mentions):
                keys, measured, task = _measured(columns, some_texts, some_mentions, corrector, labels, config)
                why = [_reasons(keys, each, config) for each in measured]
                blocks += [_block(keys, each, said, remarks, config) for each, said in zip(measured, why, strict=True)]
                compared += _contrasts(columns, keys, measured, why, task)
    contrasts = adjusted(pa.concat_tables(compared), config.confidence)
    return _sorted(pa.concat_tables(blocks), ESTIMATES), _sorted(contrasts, CONTRASTS)


def _divided(columns: tuple[str, ...], texts: Rows, mentions: Rows) -> Iterator[tuple[Rows, Rows]]:
    """The rows of a grouping, a language at a time where no language is compared with another: draws of all cells are held until they are compared."""
    if set(columns) <= {"lang", "aspect"}:
        yield texts, mentions
        return
    for lang in range(len(texts.names["lang"])):
        yield texts.take(texts.codes["lang"] == lang), mentions.take(mentions.codes["lang"] == lang)


def _sorted(table: pa.Table, spec: Spec) -> pa.Table:
    table = conform(table, spec)
    keys = [(name, "ascending", "at_start") for name in spec.key]
    return table.take(pc.sort_indices(table, sort_keys=keys)).combine_chunks()


def _measured(
    columns: tuple[str, ...], texts: Rows, mentions: Rows, corrector: Corrector, labels: Mapping[str, Sample], config: AggregateConfig
) -> tuple[Keys, list[Measured], Task]:
    whole = tuple(name for name in columns if name != "aspect")
    cells = Cells.of(texts if whole == columns else texts.amounting(("texts",)), whole)
    mentioned = cells if whole == columns else Cells.of(mentions, columns)
    keys = (texts if whole == columns else mentions).cell_names(columns, mentioned.numbers)
    named = {name: values.to_pylist() for name, values in keys.items()}
    names = ["\x1f".join(cell) for cell in zip(*(named[name] for name in columns), strict=True)]
    task = Task(named["lang"], names, corrector, config, labels)
    if whole == columns:
        return keys, list(text_measures(cells, task)), task
    return keys, list(aspect_measures(cells, mentioned, named["aspect"], len(mentions.names["aspect"]), task)), task


def _contrasts(columns: tuple[str, ...], keys: Keys, measured: list[Measured], why: list[list[str | None]], task: Task) -> list[pa.Table]:
    """Of the measures that can be corrected, those of one correction together."""
    named = {name: values.to_pylist() for name, values in keys.items()}
    wanted = pairs(columns, named)
    together: dict[int, list[int]] = {}
    for i, each in enumerate(measured):
        if each.corrected is not None:
            together.setdefault(id(each.corrected), []).append(i)
    return [contrast([measured[i] for i in group], [why[i] for i in group], wanted, columns, named, task) for group in together.values()]


def _reasons(keys: Keys, measured: Measured, config: AggregateConfig) -> list[str | None]:
    """Why the measure's estimates are withheld, by cell."""
    lines = []
    for name in ("brand", "channel", "period"):
        if name in keys:
            rest = [keys[each].to_pylist() for each in keys if each != name]
            lines.append(list(zip(*rest, strict=True)))
    if len(lines) > 1:  # cells add up to the whole, too
        lines.append(list(zip(*(keys[each].to_pylist() for each in keys if each not in ("brand", "channel", "period")), strict=True)))
    names = list(zip(*(keys[name].to_pylist() for name in DIMENSIONS if name in keys), strict=True))
    return complementary(reasons(measured, config), measured, names, lines, config)


def _block(keys: Keys, measured: Measured, why: list[str | None], remarks: Mapping[str, str], config: AggregateConfig) -> pa.Table:
    """The rows of one measure."""
    interval, length = measured.interval, len(measured.clusters)
    reason = pa.array(why, pa.string())
    hidden = reason.is_valid().to_numpy(zero_copy_only=False)
    revealing = REVEALING.format(min_authors=config.min_authors)
    private = hidden & ((measured.clusters < config.min_authors) | np.array([said == revealing for said in why], dtype=bool))
    columns = {
        **{name: keys.get(name, pa.nulls(length, pa.string())) for name in DIMENSIONS},
        "measure": pa.array([measured.measure] * length, pa.string()),
        "value": pa.array(interval.value, mask=hidden),
        "low": pa.array(interval.low, mask=hidden),
        "high": pa.array(interval.high, mask=hidden),
        "n": interval.n.astype(np.int64),
        "n_eff": pa.array(interval.n_eff, mask=private),  # it would tell of the share
        "authors": measured.clusters.astype(np.int64),
        "method": pa.array(
            [method + remarks[lang] for method, lang in zip(measured.method, keys["lang"].to_pylist(), strict=True)], pa.string()
        ),
        "reason": reason,
    }
    table = pa.table({name: columns[name] for name in ESTIMATES.schema.names}, schema=ESTIMATES.schema)
    return table if measured.proportion else table.filter(interval.n > 0)
