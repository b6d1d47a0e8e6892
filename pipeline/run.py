"""Composition root: which stages in which order, with which models, settings and engine, into which folder."""

import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TypeVar

from pipeline import artifacts, manifest, stages
from pipeline.config import Config
from pipeline.errors import PolyvoxError, StorageError, UsageError
from pipeline.store import Columns, Store, digest
from pipeline.tables import ASPECTS, DOCUMENTS, LANGUAGES, REJECTS, SENTIMENT, TEXTS, Spec
from pipeline.work import SCRATCH, Task, perform

Item = TypeVar("Item")
Made = TypeVar("Made")


class Engine(Protocol):
    """Where tasks are worked on."""

    workers: int

    def map(self, function: Callable[[Item], Made], tasks: Sequence[Item]) -> Iterable[Made]:
        """Results in any order."""
        ...


class Progress(Protocol):
    """Told how far a run is. The library itself never prints."""

    def begin(self, stage: str, total: int | None, unit: str) -> None:
        """A stage begins; `total` is None when it cannot be known."""
        ...

    def advance(self, amount: int) -> None:
        """So much more is done."""
        ...

    def end(self) -> None:
        """The stage is over."""
        ...


@dataclass
class Run:
    """A run in a folder. Each stage method makes what is missing or out of date and leaves the rest."""

    out: Path
    config: Config
    engine: Engine
    progress: Progress
    seconds: dict[str, float] = field(default_factory=dict)
    made: dict[str, int] = field(default_factory=dict)  # parts made by each stage in this run; 0: nothing was to do

    def __post_init__(self) -> None:
        self.store = Store(self.out)
        self.scratch = Store(self.out / SCRATCH)

    def until(self, last: str, inputs: Sequence[str], stdin: BinaryIO | None) -> None:
        """Run the stages up to `last`. Raises PolyvoxError when something stands in the way."""
        for stage in stages.until(last):
            self.stage(stage.name, inputs, stdin)

    def stage(self, name: str, inputs: Sequence[str] = (), stdin: BinaryIO | None = None) -> None:
        """Run one stage on what the stages before it left in the folder."""
        began = time.perf_counter()
        if name == "read":
            self.made[name] = self._read(inputs, stdin)
        else:
            self.made[name] = {
                "clean": self._clean,
                "detect": self._detect,
                "analyse": self._analyse,
                "aggregate": self._aggregate,
                "report": self._report,
            }[name]()
        self.seconds[name] = round(time.perf_counter() - began, 3)

    # -- read

    def _read(self, inputs: Sequence[str], stdin: BinaryIO | None) -> int:
        from pipeline.read.sources import find_sources
        from pipeline.read.stage import read
        from pipeline.read.tally import Tally

        sources = find_sources(inputs, stdin=stdin)
        self._check_free(sources)
        known = [(s.name, artifacts.file_sha256(s.path)) if s.repeatable and s.path else None for s in sources]
        key = digest(self._code("read"), asdict(self.config.read), known)
        before = self._note(DOCUMENTS)
        if None not in known and before.get("key") == key and self._all_there(DOCUMENTS, before["parts"]):
            return 0
        self._forget(DOCUMENTS)
        tally, keys = Tally(), []
        self.progress.begin("read", None, "rows")
        for number, (documents, rejects) in enumerate(read(sources, config=self.config.read, tally=tally)):
            self.store.write(REJECTS, number, rejects, origin="read")
            keys.append(self.store.write(DOCUMENTS, number, documents))
            self.progress.advance(len(documents) + len(rejects))
        self.progress.end()
        tally.check()
        for spec in (DOCUMENTS, REJECTS):
            self.store.drop_from(spec.name, len(keys))
        self._remember(DOCUMENTS, key=key, parts=keys, tally=tally.as_dict(), inputs=[s.name for s in sources])
        return len(keys)

    # -- stages that work part by part

    def _clean(self) -> int:
        from pipeline.clean.cleaned import CLEANED

        parts = self._parts(DOCUMENTS, "read")
        base = digest(self._code("clean"), asdict(self.config.clean))
        keys = [digest(base, part) for part in parts]
        made = self._each("clean", keys, ((self.scratch, CLEANED, ""), (self.store, REJECTS, "clean")))
        key = digest(base, keys)
        before = self._note(TEXTS)
        if before.get("key") != key or not self._all_there(TEXTS, before["parts"]):
            self._remember(TEXTS, key=key, parts=self._mark_duplicates(len(keys)))
        return made

    def _mark_duplicates(self, count: int) -> list[str]:
        from pipeline.clean.cleaned import CLEANED
        from pipeline.clean.duplicates import finish, mark

        self._forget(TEXTS)
        self.progress.begin("duplicates", count, "parts")
        keys = []
        for number, marks in enumerate(mark(lambda names: Columns(self.scratch, CLEANED, tuple(names)), config=self.config.clean)):
            keys.append(self.store.write(TEXTS, number, finish(self.scratch.read(CLEANED, number), *marks)))
            self.progress.advance(1)
        self.progress.end()
        self.store.drop_from(TEXTS.name, count)
        return keys

    def _detect(self) -> int:
        base = digest(self._code("detect"), asdict(self.config.detect))
        keys = [digest(base, part) for part in self._parts(TEXTS, "clean")]
        made = self._each("detect", keys, ((self.store, LANGUAGES, ""),))
        self._remember(LANGUAGES, parts=keys)
        return made

    def _analyse(self) -> int:
        from pipeline import models

        parts = list(zip(self._parts(TEXTS, "clean"), self._parts(LANGUAGES, "detect"), strict=True))
        settings = asdict(self.config.analyse) | {"batch_tokens": None}  # does not change results
        base = digest(self._code("analyse"), settings, models.sha256s(("encoder", self.config.analyse.model)))
        keys = [digest(base, *part) for part in parts]
        made = self._each("analyse", keys, ((self.store, SENTIMENT, ""), (self.store, ASPECTS, "")))
        self._remember(SENTIMENT, parts=keys)
        return made

    def _aggregate(self) -> int:
        from pipeline.aggregate.stage import estimate, merge
        from pipeline.report.delimited import write_csv
        from pipeline.tables import ESTIMATES
        from pipeline.work import counts_spec, quotes_spec

        base = digest(self._code("aggregate"), asdict(self.config.aggregate), self.config.report.quotes)
        keys = [digest(base, part) for part in self._parts(SENTIMENT, "analyse")]
        made = self._each("summarise", keys, ((self.scratch, counts_spec(), ""), (self.scratch, quotes_spec(), "")))
        key = digest(base, keys)
        csv = self.out / "estimates.csv"
        if self.store.key(ESTIMATES.name, 0) != key or not csv.exists():
            estimates = estimate(merge(self.scratch.scan(counts_spec())), config=self.config.aggregate)
            self.store.drop_from(ESTIMATES.name, 0)
            self.store.write(ESTIMATES, 0, estimates, key)
            write_csv(estimates, csv)
            made += 1
        return made

    def _report(self) -> int:
        from pipeline.reporting import write_report

        return write_report(self.store, self.scratch, self.config, self._note(DOCUMENTS), self._parts(SENTIMENT, "analyse"))

    # -- shared steps

    def _each(self, stage: str, keys: Sequence[str], wanted: Sequence[tuple[Store, Spec, str]]) -> int:
        """Do the tasks whose parts are missing or out of date; drop parts of an earlier, larger input."""
        stale = [
            number for number, key in enumerate(keys) if any(store.key(spec.name, number, origin) != key for store, spec, origin in wanted)
        ]
        threads = max(1, self.engine.workers // max(1, len(stale)))  # a single part may use every core
        tasks = [Task(stage, str(self.out), number, keys[number], self.config, threads) for number in stale]
        if tasks:
            self.progress.begin(stage, len(tasks), "parts")
            for _ in self.engine.map(perform, tasks):
                self.progress.advance(1)
            self.progress.end()
        for store, spec, _ in wanted:
            store.drop_from(spec.name, len(keys))
        return len(tasks)

    def _code(self, stage: str) -> str:
        return artifacts.code_sha256(*stages.BY_NAME[stage].code)

    def _parts(self, spec: Spec, maker: str) -> list[str]:
        note = self._note(spec)
        if "parts" not in note:
            raise UsageError(
                f"{self.out} holds no finished {spec.name}/. Run `polyvox {maker}` on it first, or `polyvox run FILE --out DIR`."
            )
        parts: list[str] = note["parts"]
        return parts

    def _all_there(self, spec: Spec, keys: Sequence[str]) -> bool:
        return all(self.store.key(spec.name, number) == key for number, key in enumerate(keys))

    def _note_path(self, spec: Spec) -> Path:
        return self.out / SCRATCH / f"{spec.name}.json"

    def _note(self, spec: Spec) -> dict[str, Any]:
        return manifest.read(self._note_path(spec))

    def _remember(self, spec: Spec, **values: object) -> None:
        if self._note(spec) != values:
            manifest.write(self._note_path(spec), values)

    def _forget(self, spec: Spec) -> None:
        self._note_path(spec).unlink(missing_ok=True)

    def _check_free(self, sources: Sequence[Any]) -> None:
        """Say at the start that the disk is too small, rather than after hours."""
        needed = 2 * sum(source.path.stat().st_size for source in sources if source.repeatable and source.path)
        folder = next(each for each in (self.out, *self.out.absolute().parents) if each.exists())
        free = shutil.disk_usage(folder).free
        if free < needed:
            raise StorageError(
                f"{folder} has {free / 1e9:.1f} GB free, and this input needs about {needed / 1e9:.1f} GB. "
                "Free some space or choose another --out."
            )


def finish(run: Run, last: str) -> dict[str, Any]:
    """Check that no row was lost, and write run.json: versions, hashes, counts, timings."""
    note = manifest.read(run._note_path(DOCUMENTS))
    tally = note["tally"]
    counts = {spec.name: _rows(run.store, spec) for spec in (DOCUMENTS, TEXTS, LANGUAGES, SENTIMENT, ASPECTS, REJECTS)}
    if last != "read" and tally["records"] != counts["texts"] + counts["rejects"]:
        raise PolyvoxError(
            f"{tally['records']} rows came in, but {counts['texts']} texts and {counts['rejects']} rejects came out. "
            "A row was lost or doubled: please report this as a bug."
        )
    values = {
        "versions": manifest.versions(),
        "config": asdict(run.config),
        "models": manifest_models(run.config) if last in ("analyse", "aggregate", "report") else {},
        "code": {stage.name: artifacts.code_sha256(*stage.code) for stage in stages.until(last)},
        "counts": {"records": tally["records"], **counts},
        "reading": tally["sources"],
        "seconds": run.seconds,
        "made": run.made,
    }
    manifest.write(run.out / "run.json", values)
    return values


def manifest_models(config: Config) -> dict[str, str]:
    """Hashes of the models that were used."""
    from pipeline import models

    return models.sha256s(("encoder", config.analyse.model))


def _rows(store: Store, spec: Spec) -> int:
    return sum(store.rows(path) for path in store.parts(spec.name))
