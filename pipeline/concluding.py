"""What is made of the summaries of all parts of a run: estimates, decision tables, terms. Each conclusion is a task of its own, so that they can be drawn at the same time."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.config import Config
from pipeline.store import Columns, Store
from pipeline.tables import CONTRASTS, DECISIONS, DOCUMENTS, ESTIMATES, TERMS, TEXTS, Spec

SEED = 20_260  # of the simulations in the decision tables


@dataclass(frozen=True)
class Conclusion:
    """The tables that are made together, in the order in which `draw` gives them, from the tables of a run, its scratch and its settings."""

    tables: tuple[Spec, ...]
    draw: Callable[[Store, Store, Config, str], Iterable[pa.Table]]


def conclude(name: str, store: Store, scratch: Store, config: Config, key: str) -> None:
    """Make the tables of a conclusion, as Parquet and CSV, marked by `key`."""
    from pipeline.report.delimited import write_csv

    conclusion = CONCLUSIONS[name]
    for spec, table in zip(conclusion.tables, conclusion.draw(store, scratch, config, key), strict=True):
        csv = csv_path(store, spec)
        csv.unlink(missing_ok=True)  # should this run end between the two files, both are made again
        store.drop_from(spec.name, 0)
        store.write(spec, 0, table, key)
        write_csv(table, csv)


def csv_path(store: Store, spec: Spec) -> Path:
    """The table for people who do not read Parquet."""
    return store.root / f"{spec.name}.csv"


def counts_spec() -> Spec:
    """The counts of a part, that add up over parts."""
    from pipeline.aggregate.sums import SUMS

    return Spec("counts", SUMS)


def lined_spec() -> Spec:
    """The labelled texts with their cells and what the classifier says of them; there only where labels are."""
    from pipeline.aggregate.labelled import LINED

    return Spec("lined", LINED)


def strata_spec() -> Spec:
    """All scored texts counted as labelled ones are drawn; there only where labels are."""
    from pipeline.aggregate.stage import STRATA

    return Spec("strata", STRATA)


def _estimates(store: Store, scratch: Store, config: Config, key: str) -> tuple[pa.Table, pa.Table]:
    from pipeline import models
    from pipeline.aggregate.stage import estimate_all, merge, read_errors

    labelled, strata = (scratch.read(spec, 0) if scratch.parts(spec.name) else None for spec in (lined_spec(), strata_spec()))
    errors = read_errors(models.evaluation(config.analyse.model))
    return estimate_all(merge(scratch.scan(counts_spec())), config=config.aggregate, errors=errors, labelled=labelled, strata=strata)


def _decisions(store: Store, scratch: Store, config: Config, key: str) -> Iterator[pa.Table]:
    from pipeline import models
    from pipeline.aggregate.stage import OPINIONS, RECORDS, decide, read_errors

    errors = read_errors(models.evaluation(config.analyse.model))
    tables = (scratch.scan(spec) for spec in (RECORDS, OPINIONS))
    yield from (table for _, table in decide(*tables, config=config.aggregate, seed=SEED, errors=errors))


def _terms(store: Store, scratch: Store, config: Config, key: str) -> Iterator[pa.Table]:
    from pipeline.aggregate.stage import USES, terms
    from pipeline.report.term_quotes import TERM_QUOTES, term_quotes

    named, chosen = terms(lambda: scratch.scan(USES), config=config.aggregate, quotes=config.report.quotes)
    scratch.write(TERM_QUOTES, 0, term_quotes(chosen, _quoted(chosen, store, scratch)), key)
    yield named


def _quoted(chosen: pa.Table, store: Store, scratch: Store) -> Iterator[tuple[pa.Table, pa.Table]]:
    """Documents and texts of the parts in which chosen texts lie."""
    from pipeline.aggregate.stage import RECORDS

    ends = np.cumsum([store.rows(path) for path in store.parts(TEXTS.name)])  # records stand in the order of the texts of all parts
    texts = pa.concat_tables([RECORDS.only("text").schema.empty_table(), *Columns(scratch, RECORDS, ("text",))])["text"]
    places = pc.indices_nonzero(pc.is_in(texts, value_set=chosen["text"].combine_chunks())).to_numpy()
    for number in np.unique(np.searchsorted(ends, places, side="right")):
        yield store.read(DOCUMENTS, int(number)), store.read(TEXTS, int(number))


CONCLUSIONS = {  # the longest first
    "estimates": Conclusion((ESTIMATES, CONTRASTS), _estimates),
    "decisions": Conclusion(DECISIONS, _decisions),
    "terms": Conclusion((TERMS,), _terms),
}
