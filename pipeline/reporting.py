"""Gather what the report shows from a run's folder, and write it."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline import artifacts, manifest, models, taxonomy
from pipeline.aggregate.planning import plans
from pipeline.config import Config
from pipeline.errors import UsageError
from pipeline.report.coverage import Coverage, combine
from pipeline.report.inputs import ReportInputs
from pipeline.report.quotes import cut_quotes, merge_quotes
from pipeline.report.readings import READINGS, list_readings
from pipeline.report.term_quotes import TERM_QUOTES
from pipeline.store import Columns, Store, digest, write_whole
from pipeline.tables import ASPECTS, DOCUMENTS, ESTIMATES, LANGUAGES, SENTIMENT, SPECS, TEXTS
from pipeline.work import accepted, coverage_path, quotes_spec

NAME, WORKBOOK, EXPORT = "report.html", "results.xlsx", "findings.json"
EXACT = 0.05  # half the width of an interval that decisions can rest on
# Tables of a run that are no results: they hold what single customers wrote.
SINGLE = ("documents", "texts", "languages", "sentiment", "aspects", "rejects", "labelled")


def write_report(store: Store, scratch: Store, config: Config, reading: dict[str, Any], parts: list[str]) -> int:
    """Write the report, the workbook and the JSON if one is missing or out of date; 1 if they were written, else 0."""
    from pipeline.report.content import Content
    from pipeline.report.export import export
    from pipeline.report.render import render
    from pipeline.report.speech import Speech
    from pipeline.report.workbook import about, workbook

    paths, note = [store.root / name for name in (NAME, WORKBOOK, EXPORT)], scratch.root / "report.json"
    made_from = store.key(ESTIMATES.name, 0)
    if not made_from:
        raise UsageError(f"{store.root} holds no estimates/. Run `polyvox aggregate` on it first.")
    hashes = models.sha256s(("encoder", config.analyse.model))
    code = artifacts.code_sha256("report", "reporting"), artifacts.file_sha256(taxonomy.default_path()), manifest.versions()
    more = [spec for spec in SPECS if spec.name not in (*SINGLE, ESTIMATES.name) and store.parts(spec.name)]
    own = [asdict(each) for each in config.analyse.aspects]
    key = digest(*code, made_from, [store.key(spec.name, 0) for spec in more], asdict(config.report), own, hashes, reading["key"])
    if all(path.exists() for path in paths) and manifest.read(note).get("key") == key:
        return 0
    aspects = taxonomy.load().plus(config.analyse.aspects).aspects
    inputs = ReportInputs(
        estimates=store.read(ESTIMATES, 0),
        tables={spec.name: store.read(spec, 0) for spec in more},
        coverage=_coverage(scratch, reading),
        term_quotes=scratch.read(TERM_QUOTES, 0),
        quotes=cut_quotes(
            merge_quotes(scratch.scan(quotes_spec()), per_cell=config.report.quotes), Columns(store, TEXTS, ("doc_id", "clean", "offsets"))
        ),
        readings=_readings(store) if len(parts) == 1 else READINGS.empty_table(),
        config=_settings(config),
        aspect_names={lang: {aspect.id: aspect.name(lang) for aspect in aspects} for lang in taxonomy.NAMED_IN},
        title=config.report.title,
        language=config.report.language,
        confidence=config.aggregate.confidence,
        labels=_labels(store.read(ESTIMATES, 0), config),
        **_card(config.analyse.model),
    )
    speech, content = Speech.of(inputs.language, inputs.aspect_names), Content.of(inputs)
    tables = {ESTIMATES.name: inputs.estimates, **inputs.tables, "quotes": inputs.quotes.drop_columns(["author", "untypical"])}
    made: tuple[str | bytes, ...] = (
        render(inputs, speech, content),
        workbook(tables, about(content, inputs, speech), right_to_left=speech.first.direction == "rtl"),
        export(content, inputs, speech),
    )
    for path, data in zip(paths, made, strict=True):
        write_whole(path, data)
    write_whole(note, json.dumps({"key": key}))
    return 1


def _settings(config: Config) -> dict[str, Any]:
    """All settings; own aspects as their ids and words."""
    own = {each.id: each.words for each in config.analyse.aspects}
    values = asdict(config)
    return {**values, "analyse": {**values["analyse"], "aspects": own}}


def _readings(store: Store) -> pa.Table:
    documents, texts, *others = (store.read(spec, 0) for spec in (DOCUMENTS, TEXTS, LANGUAGES, SENTIMENT, ASPECTS))
    return list_readings(accepted(documents, texts), texts, *others)


def _coverage(scratch: Store, reading: dict[str, Any]) -> Coverage:
    summaries = range(len(scratch.parts(quotes_spec().name)))
    described = (json.loads(coverage_path(scratch, number).read_text(encoding="utf-8")) for number in summaries)
    facts = {each["source"]: {name: each[name] for name in ("encoding", "columns", "notes")} for each in reading["tally"]["sources"]}
    return combine(described, facts)


def _labels(estimates: pa.Table, config: Config) -> dict[str, tuple[int | None, int | None]]:
    """By language, how many texts to label until a share of it can be shown, and for an interval of about 5 points either side; None where all are too few."""
    wanted = pc.and_(pc.equal(estimates["measure"], "share_negative"), pc.is_valid(estimates["lang"]))
    for name in ("brand", "channel", "period", "aspect"):
        wanted = pc.and_(wanted, pc.is_null(estimates[name]))
    texts = {row["lang"]: row["n"] for row in estimates.filter(wanted).to_pylist()}
    evaluation = models.evaluation(config.analyse.model)
    texts = {lang: number for lang, number in texts.items() if number}
    shown, exact = (
        {each.lang: each.needed if each.enough else None for each in plans(evaluation, texts, half)}
        for half in (config.aggregate.max_width / 2, EXACT)
    )
    least = config.aggregate.min_n
    return {lang: (None if needed is None else min(max(needed, least), texts[lang]), exact[lang]) for lang, needed in shown.items()}


def _card(model: str) -> dict[str, Any]:
    """What the report says of the model: its name and purpose, what it reached on texts it never saw, and its weaknesses."""
    path: Path = artifacts.find(model).folder / "evaluation.json"
    if not path.exists():
        return {"model": {"name": model}}
    evaluation = json.loads(path.read_text(encoding="utf-8"))
    scores = [score for score in evaluation["scores"] if _asked(score)]
    summary = evaluation["summary"]
    return {"model": {"name": model, "what": summary["what"]}, "scores": scores, "weaknesses": summary["weaknesses"]}


def _asked(score: dict[str, Any]) -> bool:
    """Our own test texts; and texts that say the same in two languages, whichever corpus they are from."""
    return score["split"] == "test" and score["value"] is not None and (score["corpus"] == "own" or score["task"] == "consistency")
