"""Composition root: which stages in which order, with which models, settings and engine, into which folder."""

import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TypeVar

from pipeline import artifacts, manifest, stages, taxonomy
from pipeline.concluding import CONCLUSIONS, counts_spec, csv_path, lined_spec, strata_spec
from pipeline.config import Config, OwnAspect
from pipeline.errors import PolyvoxError, StorageError, UsageError
from pipeline.store import AGAIN, Columns, Store, content_key, digest
from pipeline.tables import ASPECTS, DOCUMENTS, ESTIMATES, LABELLED, LANGUAGES, REJECTS, SENTIMENT, TEXTS, Spec
from pipeline.work import SCRATCH, Task, perform

NOTED = {  # tables with a note that they are finished, each made from those before, and what the note says
    DOCUMENTS: {"key", "parts", "rejects", "written", "tally", "inputs"},
    TEXTS: {"key", "parts"},
    LANGUAGES: {"parts"},
    SENTIMENT: {"parts", "model", "aspects"},
    ESTIMATES: {"parts", "code"},
}
MANY = 2_000_000  # opinions from which conclusions are drawn one after another: each needs a gigabyte then
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
        taxonomy.load().plus(self.config.analyse.aspects).without(
            self.config.analyse.off
        )  # a wrong id is said now, before reading for hours
        self.store = Store(self.out)
        self.scratch = Store(self.out / SCRATCH)

    def until(self, last: str, inputs: Sequence[str], stdin: BinaryIO | None) -> None:
        """Run the stages up to `last`. Raises PolyvoxError when something stands in the way."""
        chosen = stages.until(last)
        self._check_settings(chosen)  # now, rather than after reading for hours
        self._check_models(chosen)
        for stage in chosen:
            self.stage(stage.name, inputs, stdin)

    def stage(self, name: str, inputs: Sequence[str] = (), stdin: BinaryIO | None = None) -> None:
        """Run one stage on what the stages before it left in the folder."""
        for folder in (self.out, *self.out.parents):
            if folder.exists() and not folder.is_dir():
                raise UsageError(f"--out {self.out}: {folder} is a file. Name a folder; it is made if it does not exist.")
        began = time.perf_counter()
        if name == "read":
            self.made[name] = self._read(inputs, stdin)
        else:
            self._parts(DOCUMENTS, "read")
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
        there = before.get("key") == key and self._all_there(DOCUMENTS, before["parts"])
        if None not in known and there and self._all_there(REJECTS, before["rejects"], "read"):
            return 0
        self._forget_from(DOCUMENTS)
        tally = Tally()
        keys, rejected, written = [], [], []  # of documents, of rejects, of what people wrote
        self.progress.begin("read", None, "rows")
        for number, (documents, rejects) in enumerate(read(sources, config=self.config.read, tally=tally)):
            rejected.append(self.store.write(REJECTS, number, rejects, origin="read"))
            written.append(content_key(documents.select(["doc_id", "text"])))
            keys.append(self.store.write(DOCUMENTS, number, documents))
            self.progress.advance(len(documents) + len(rejects))
        self.progress.end()
        tally.check()
        for spec in (DOCUMENTS, REJECTS):
            self.store.drop_from(spec.name, len(keys))
        self._remember(
            DOCUMENTS, key=key, parts=keys, rejects=rejected, written=written, tally=tally.as_dict(), inputs=[s.name for s in sources]
        )
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

        self._forget_from(TEXTS)
        self.progress.begin("duplicates", count, "parts")
        keys = []
        for number, marks in enumerate(mark(lambda names: Columns(self.scratch, CLEANED, tuple(names)), config=self.config.clean)):
            keys.append(self.store.write(TEXTS, number, finish(self.scratch.read(CLEANED, number), *marks)))
            self.progress.advance(1)
        self.progress.end()
        self.store.drop_from(TEXTS.name, count)
        return keys

    def _detect(self) -> int:
        from pipeline import models

        own = self.config.detect.detector == "own"
        base = digest(self._code("detect"), asdict(self.config.detect), models.sha256s((models.LANGUAGE,) if own else ()))
        keys = [digest(base, part) for part in self._parts(TEXTS, "clean")]
        made = self._each("detect", keys, ((self.store, LANGUAGES, ""),), LANGUAGES)
        self._remember(LANGUAGES, parts=keys)
        return made

    def _analyse(self) -> int:
        from pipeline import models

        written = self._note(DOCUMENTS)["written"]
        parts = list(zip(self._parts(TEXTS, "clean"), self._parts(LANGUAGES, "detect"), written, strict=True))
        own = self.config.analyse.aspects
        settings = asdict(self.config.analyse) | {"batch_tokens": None}  # does not change results
        settings["aspects"] = [(each.id, each.words) for each in own]  # nor does a name
        base = digest(self._code("analyse"), settings, models.sha256s(("encoder", self.config.analyse.model)))
        keys = [digest(base, *part) for part in parts]
        made = self._each("analyse", keys, ((self.store, SENTIMENT, ""), (self.store, ASPECTS, "")), SENTIMENT)
        self._remember(
            SENTIMENT, parts=keys, model=self.config.analyse.model, aspects=[{**asdict(each), "words": list(each.words)} for each in own]
        )
        return made

    def _aggregate(self) -> int:
        from pipeline import models
        from pipeline.aggregate.stage import OPINIONS, RECORDS, USES
        from pipeline.work import coverage_path, quotes_spec, summarised

        base = digest(self._code("aggregate"), asdict(self.config.aggregate), self.config.report.quotes)
        parts = zip(self._parts(DOCUMENTS, "read"), self._parts(TEXTS, "clean"), self._parts(SENTIMENT, "analyse"), strict=True)
        made_from = [
            (*part, *(self.store.key(REJECTS.name, number, origin) for origin in ("read", "clean"))) for number, part in enumerate(parts)
        ]
        groups = summarised([self.store.size(self.store.part(TEXTS.name, number)) for number in range(len(made_from))])
        keys = [digest(base, [made_from[number] for number in group]) for group in groups]
        for number in range(len(keys)):
            if not coverage_path(self.scratch, number).exists():
                self.scratch.part("counts", number).unlink(missing_ok=True)  # so that it is summarised again
        summaries = (RECORDS, OPINIONS, USES, counts_spec(), quotes_spec())
        made = self._each("summarise", keys, tuple((self.scratch, spec, "") for spec in summaries), made_from=groups)
        model = self._note(SENTIMENT)["model"]
        key = digest(base, keys, models.evaluation(model), self.store.key(LABELLED.name, 0))
        made += self._conclude(key, len(made_from), replace(self.config, analyse=replace(self.config.analyse, model=model)))
        self._remember(ESTIMATES, parts=[key], code=self._source("aggregate"))
        return made

    def _conclude(self, key: str, parts: int, config: Config) -> int:
        """Draw the conclusions of which a table is missing or out of date. Returns 1 if there were any, else 0."""
        from pipeline import sampling
        from pipeline.aggregate.stage import OPINIONS
        from pipeline.report.term_quotes import TERM_QUOTES

        stale = [name for name, each in CONCLUSIONS.items() if any(self._lost(spec, key) for spec in each.tables)]
        if self.scratch.key(TERM_QUOTES.name, 0) != key and "terms" not in stale:
            stale.append("terms")
        if stale:
            self._forget_from(ESTIMATES)
            labels = sampling.labelled(self.store, parts) or ()
            for spec in (lined_spec(), strata_spec()):
                self.scratch.drop_from(spec.name, 0)
            for spec, table in zip((lined_spec(), strata_spec()), labels, strict=False):
                self.scratch.write(spec, 0, table, key)
            tasks = [Task(name, str(self.out), 0, key, config) for name in stale]
            self.progress.begin("aggregate", len(tasks), "conclusions")
            opinions = sum(map(self.scratch.rows, self.scratch.parts(OPINIONS.name)))
            for together in [tasks] if opinions < MANY else [[task] for task in tasks]:
                for _ in self.engine.map(perform, together):
                    self.progress.advance(1)
            self.progress.end()
        return int(bool(stale))

    def _lost(self, spec: Spec, key: str) -> bool:
        return self.store.key(spec.name, 0) != key or not csv_path(self.store, spec).exists()

    def _report(self) -> int:
        from pipeline.reporting import write_report

        self._parts(ESTIMATES, "aggregate")
        self._parts(SENTIMENT, "analyse")
        if self._note(ESTIMATES)["code"] != self._source("aggregate"):
            raise StorageError(
                f"{self.out / ESTIMATES.name} was made by another version of Polyvox; its report needs tables of this one. "
                f"Run `polyvox aggregate --out {self.out}` first, with the same settings."
            )
        made = self._note(SENTIMENT)
        own = tuple(OwnAspect(**{**each, "words": tuple(each["words"])}) for each in made.get("aspects", []))
        config = replace(self.config, analyse=replace(self.config.analyse, model=made["model"], aspects=own))
        return write_report(self.store, self.scratch, config, self._note(DOCUMENTS), self._parts(SENTIMENT, "analyse"))

    # -- shared steps

    def _each(
        self,
        stage: str,
        keys: Sequence[str],
        wanted: Sequence[tuple[Store, Spec, str]],
        forget: Spec | None = None,
        made_from: Sequence[range] | None = None,
    ) -> int:
        """Do the tasks whose parts are missing or out of date; drop parts of an earlier, larger input. `made_from` says which parts each task takes, if not one.

        Before anything is done, `forget` and what was made from it count as unfinished.
        """
        stale = [
            number for number, key in enumerate(keys) if any(store.key(spec.name, number, origin) != key for store, spec, origin in wanted)
        ]
        threads = max(1, self.engine.workers // max(1, len(stale)))  # a single part may use every core
        parts = made_from or [range(number, number + 1) for number in range(len(keys))]
        tasks = [Task(stage, str(self.out), number, keys[number], self.config, threads, parts[number]) for number in stale]
        if tasks:
            if forget is not None:
                self._forget_from(forget)
            self.progress.begin(stage, sum(len(parts[number]) for number in stale), "parts")
            for number in self.engine.map(perform, tasks):
                self.progress.advance(len(parts[number]))
            self.progress.end()
        for store, spec, _ in wanted:
            store.drop_from(spec.name, len(keys))
        return len(tasks)

    def _code(self, stage: str) -> str:
        """What decides a stage's results besides settings and models: our code, the taxonomy, and the libraries."""
        return digest(self._source(stage), artifacts.file_sha256(taxonomy.default_path()), manifest.versions())

    @staticmethod
    def _source(stage: str) -> str:
        return artifacts.code_sha256(*stages.BY_NAME[stage].code)

    def _parts(self, spec: Spec, maker: str) -> list[str]:
        note = self._note(spec)
        if note and (missing := sorted(NOTED[spec] - note.keys())):
            raise StorageError(
                f"{self._note_path(spec)} was written by another version of Polyvox: it does not say {', '.join(missing)}. {AGAIN}"
            )
        if "parts" not in note:
            raise UsageError(
                f"{self.out} holds no finished {spec.name}/. Run `polyvox {maker}` on it first, or `polyvox run FILE --out DIR`."
            )
        parts: list[str] = note["parts"]
        return parts

    def _all_there(self, spec: Spec, keys: Sequence[str], origin: str = "") -> bool:
        return all(self.store.key(spec.name, number, origin) == key for number, key in enumerate(keys))

    def _note_path(self, spec: Spec) -> Path:
        return self.out / SCRATCH / f"{spec.name}.json"

    def _note(self, spec: Spec) -> dict[str, Any]:
        return manifest.read(self._note_path(spec))

    def _remember(self, spec: Spec, **values: object) -> None:
        if self._note(spec) != values:
            manifest.write(self._note_path(spec), values)

    def _forget_from(self, spec: Spec) -> None:
        """Nothing made from an older state of a table may pass for finished, should this run end early."""
        for each in list(NOTED)[list(NOTED).index(spec) :]:
            self._note_path(each).unlink(missing_ok=True)

    def _check_settings(self, chosen: Sequence[stages.Stage]) -> None:
        from pipeline import models
        from pipeline.aggregate import groupings, weighting

        names = {stage.name for stage in chosen}
        if "detect" in names:
            models.check_detector(self.config.detect)
        if "aggregate" in names:
            groupings.parse(self.config.aggregate.groupings)
            weighting.check_margins(self.config.aggregate.margins)
            weighting.check_population(self.config.aggregate)

    def _check_models(self, chosen: Sequence[stages.Stage]) -> None:
        if any(stage.name == "analyse" for stage in chosen):
            for name in ("encoder", self.config.analyse.model):
                artifacts.find(name)

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
        "models": models_used(run._note(SENTIMENT)),
        "code": {stage.name: artifacts.code_sha256(*stage.code) for stage in stages.until(last)},
        "counts": {"records": tally["records"], **counts},
        "reading": tally["sources"],
        "seconds": run.seconds,
        "made": run.made,
    }
    manifest.write(run.out / "run.json", values)
    return values


def models_used(note: dict[str, Any]) -> dict[str, str]:
    """Hashes of the models that read the sentiment; none while nothing was read."""
    from pipeline import models

    return models.sha256s(("encoder", note["model"])) if note else {}


def _rows(store: Store, spec: Spec) -> int:
    return sum(store.rows(path) for path in store.parts(spec.name))
