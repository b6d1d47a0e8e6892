"""What a worker does: one stage on one part (a summary: on several), from tables on disk to tables on disk."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.concluding import CONCLUSIONS, conclude, counts_spec
from pipeline.config import Config
from pipeline.store import Store, write_whole
from pipeline.tables import ASPECTS, DOCUMENTS, LABELS, LANGUAGES, REJECTS, SENTIMENT, TEXTS, Spec

SCRATCH = ".work"  # beside the tables: what lets a run resume
TOGETHER = 10  # parts of texts that are summarised together: most of what a small table costs is there for any table
MOST_BYTES = 100_000_000  # of texts that are: large parts are there to be as large as memory allows

SUMMARISED = (  # what the summary of a part is made from
    DOCUMENTS.only(
        *("doc_id", "source", "line", "rating", "time", "channel", "brand", "author", "reply", "reply_time", "weight"),
    ),
    TEXTS.only("doc_id", "clean", "duplicate"),
    LANGUAGES.only("doc_id", "sentence", "start", "lang"),
    SENTIMENT.only("doc_id", "level", "label", *(f"p_{label}" for label in LABELS)),
    ASPECTS,
)


@dataclass(frozen=True)
class Task:
    """Make part `number` of what `stage` yields, or draw the conclusion of that name; `key` marks it as finished.

    It is made from the part of its number of the stages before, a summary from all `parts`.
    """

    stage: str
    root: str
    number: int
    key: str
    config: Config
    threads: int = 1  # of the encoder: does not change results
    parts: range | None = None


def perform(task: Task) -> int:
    """Do one task and give its part number. Imports what the stage needs only here, in the process that works.

    Linear algebra runs in one thread: matrices are small, threads that wait for one another cost more than they bring, and the last bits do not depend on their number.
    """
    import scipy.linalg  # noqa: F401  so that its threads, too, are known to what limits them
    from threadpoolctl import threadpool_limits

    store, scratch = Store(Path(task.root)), Store(Path(task.root) / SCRATCH)
    with threadpool_limits(limits=1, user_api="blas"):
        _STAGES[task.stage](task, store, scratch)
    return task.number


def _clean(task: Task, store: Store, scratch: Store) -> None:
    from pipeline.clean import stage
    from pipeline.clean.cleaned import CLEANED

    cleaned, rejects = stage.run(store.read(DOCUMENTS, task.number), config=task.config.clean)
    store.write(REJECTS, task.number, rejects, task.key, origin="clean")
    scratch.write(CLEANED, task.number, cleaned, task.key)


def _detect(task: Task, store: Store, scratch: Store) -> None:
    from pipeline import models
    from pipeline.detect import stage

    (languages,) = stage.run(store.read(TEXTS, task.number), config=task.config.detect, model=models.detector(task.config.detect))
    store.write(LANGUAGES, task.number, languages, task.key)


def _analyse(task: Task, store: Store, scratch: Store) -> None:
    from pipeline import models
    from pipeline.analyse import stage

    tables = (store.read(spec, task.number) for spec in (TEXTS, LANGUAGES, DOCUMENTS))
    sentiment, aspects = stage.run(*tables, config=task.config.analyse, model=models.remembering(task.config.analyse, task.threads))
    store.write(ASPECTS, task.number, aspects, task.key)
    store.write(SENTIMENT, task.number, sentiment, task.key)


def _summarise(task: Task, store: Store, scratch: Store) -> None:
    """What aggregation and report need of some parts: counts, records, quotes, coverage."""
    from pipeline.aggregate.stage import OPINIONS, RECORDS, USES, count, record, uses
    from pipeline.report.coverage import describe
    from pipeline.report.quotes import choose_quotes

    parts = task.parts or range(task.number, task.number + 1)
    documents, texts, languages, sentiment, aspects = (
        pa.concat_tables([store.read(spec, number) for number in parts]).combine_chunks() for spec in SUMMARISED
    )
    documents = accepted(documents, texts)
    quotes = choose_quotes(documents, texts, languages, sentiment, aspects, per_cell=task.config.report.quotes)
    rejects = pa.concat_tables([store.read(REJECTS, number, origin) for number in parts for origin in ("read", "clean")])
    coverage = describe(documents, texts, languages, sentiment, rejects)
    write_whole(coverage_path(scratch, task.number), json.dumps(coverage, ensure_ascii=False))
    scratch.write(quotes_spec(), task.number, quotes, task.key)
    records, opinions = record(documents, texts, languages, sentiment, aspects, config=task.config.aggregate)
    scratch.write(RECORDS, task.number, records, task.key)
    scratch.write(OPINIONS, task.number, opinions, task.key)
    scratch.write(USES, task.number, uses(documents, texts, languages, sentiment, aspects), task.key)
    counts = count(documents, languages, sentiment, aspects, texts, config=task.config.aggregate)
    scratch.write(counts_spec(), task.number, counts, task.key)


def _conclude(task: Task, store: Store, scratch: Store) -> None:
    conclude(task.stage, store, scratch, task.config, task.key)


def accepted(documents: pa.Table, texts: pa.Table) -> pa.Table:
    """Documents with something left after cleaning; the others are among the rejects."""
    return documents.filter(pc.is_in(documents["doc_id"], value_set=texts["doc_id"].combine_chunks()))


def summarised(sizes: Sequence[int]) -> list[range]:
    """Which parts of a run each summary is made from, by the bytes of their texts.

    >>> summarised([1] * 12), summarised([70_000_000, 40_000_000, 50_000_000])
    ([range(0, 10), range(10, 12)], [range(0, 1), range(1, 3)])
    """
    groups: list[range] = []
    for number in range(len(sizes)):
        first = groups[-1].start if groups else number
        if groups and number - first < TOGETHER and sum(sizes[first : number + 1]) <= MOST_BYTES:
            groups[-1] = range(first, number + 1)
        else:
            groups.append(range(number, number + 1))
    return groups


def coverage_path(scratch: Store, number: int) -> Path:
    """Where the coverage of a summary is kept."""
    return scratch.root / "coverage" / f"part-{number:05d}.json"


def quotes_spec() -> Spec:
    """The quotes chosen in a summary."""
    from pipeline.report.quotes import CHOSEN

    return Spec("quotes", CHOSEN)


_STAGES: dict[str, Callable[[Task, Store, Store], None]] = {
    "clean": _clean,
    "detect": _detect,
    "analyse": _analyse,
    "summarise": _summarise,
    **dict.fromkeys(CONCLUSIONS, _conclude),
}
