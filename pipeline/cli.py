"""The command line: the only place that prints."""

import argparse
import errno
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.errors import PolyvoxError, UsageError

DONE, FAILED, WRONG_USE, DONE_WITH_REJECTS = 0, 1, 2, 3
MOST_TOLD = 8  # sources whose columns are told: a screen
EXIT_CODES = "exit codes: 0 done, 1 failed, 2 wrong use, 3 done with some rows rejected"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; gives the exit code."""
    arguments = _parser().parse_args(argv)
    try:
        code: int = arguments.do(arguments)
        return code
    except PolyvoxError as error:
        return _say(arguments, str(error), error.exit_code)
    except KeyboardInterrupt:
        return _say(arguments, "Stopped. Run the same command again to go on from here.", FAILED)
    except BrokenPipeError:
        sys.stderr.close()
        return FAILED
    except OSError as error:
        from pipeline.store import refused

        if error.errno == errno.ENOSPC:
            return _say(arguments, str(refused(Path(error.filename or "the output folder"), error)), FAILED)
        return _say(arguments, f"{error.filename or 'A file'}: {error.strerror or error}. Check the path and its permissions.", FAILED)


def _say(arguments: argparse.Namespace, message: str, code: int) -> int:
    if arguments.json:
        print(json.dumps({"ok": False, "error": message, "exit_code": code}, ensure_ascii=False))
    print(f"polyvox: {message}", file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="polyvox",
        description="Reads what customers write in Welsh, German, Vietnamese, Tagalog and Arabic and tells what the numbers support.",
        epilog=f"example: polyvox run reviews.csv --out out\n\n{EXIT_CODES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"polyvox {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, row in COMMANDS.items():
        _command(commands, name, *row)
    return parser


def _command(commands: Any, name: str, does: str, example: str, options: Sequence[str], do: Callable[[argparse.Namespace], int]) -> None:
    sub = commands.add_parser(
        name,
        help=does,
        description=f"{does[0].upper()}{does[1:]}.",
        epilog=f"example: {example}\n\n{EXIT_CODES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for option in (*options, "quiet", "json"):
        flags, settings = OPTIONS[option]
        sub.add_argument(*flags, **settings)
    sub.set_defaults(do=do, command=name)


OPTIONS: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "inputs": (
        ("inputs",),
        {"nargs": "+", "metavar": "FILE", "help": "files, folders, globs (CSV, TSV, JSONL, Parquet, XLSX, .txt, .md, .html, .gz) or -"},
    ),
    "out": (
        ("--out", "-o"),
        {
            "type": Path,
            "required": True,
            "metavar": "DIR",
            "help": "folder for the results; the same input is resumed, another one replaces them",
        },
    ),
    "config": (("--config", "-c"), {"type": Path, "metavar": "TOML", "help": "settings; see docs/configuration.md"}),
    "map": (
        ("--map", "-m"),
        {
            "action": "append",
            "default": [],
            "metavar": "FIELD=COLUMN",
            "help": "which column holds what, in every file; for one file, or files of one pattern: FILE:FIELD=COLUMN; "
            "fields: text id rating time channel brand author reply reply_time weight",
        },
    ),
    "model": (("--model",), {"metavar": "NAME", "help": "a model of models/ (see `polyvox models`)"}),
    "title": (("--title",), {"metavar": "TEXT", "help": "title of the report"}),
    "report_language": (
        ("--report-language",),
        {"metavar": "LANG", "help": "language of the report: cy, de, vi, tl, ar, en (default), or two at once: cy,en"},
    ),
    "workers": (("--workers", "-w"), {"type": int, "metavar": "N", "help": "processes (default: one per core); results are the same"}),
    "engine": (("--engine",), {"choices": ("local", "cluster"), "default": "local", "help": "this machine (default), or a Ray cluster"}),
    "corpus": (
        ("--corpus",),
        {
            "action": "append",
            "required": True,
            "type": Path,
            "metavar": "PATH",
            "help": "labelled texts: our JSONL, a table (CSV, TSV, XLSX, Parquet, JSONL), a Hugging Face dataset on disk; may be repeated",
        },
    ),
    "columns": (
        ("--map", "-m"),
        {
            "action": "append",
            "default": [],
            "metavar": "FIELD=COLUMN",
            "help": "which column holds what; fields: text id author label lang split genre variety domain parallel (lang may be a code)",
        },
    ),
    "label": (
        ("--label",),
        {
            "action": "append",
            "default": [],
            "metavar": "FOUND=LABEL",
            "help": "what a label of the corpus means: 1=negative, 2=neutral|mixed",
        },
    ),
    "split": (("--split",), {"metavar": "NAME", "help": "which split to measure on (default: test where there is one, else all)"}),
    "bare": (
        ("--no-baselines",),
        {"action": "store_false", "dest": "baselines", "help": "leave the baselines out, which take most of the time"},
    ),
    "against": (("--against",), {"metavar": "NAME", "help": "a second model, compared on the same texts"}),
    "verb": (("verb",), {"choices": ("check",), "help": "offsets, ids, allowed values, split leakage, balance"}),
    "paths": (("paths",), {"nargs": "+", "type": Path, "metavar": "PATH", "help": "JSONL files, or folders of them"}),
    "model_folder": (
        ("--out", "-o"),
        {"type": Path, "required": True, "metavar": "DIR", "help": "folder of the new model; it must not exist"},
    ),
    "folder": (("run",), {"type": Path, "metavar": "DIR", "help": "folder of a finished run"}),
    "size": (("--size", "-n"), {"type": int, "required": True, "metavar": "N", "help": "texts to label, over all languages"}),
    "file": (("--out", "-o"), {"type": Path, "required": True, "metavar": "FILE", "help": "a .csv or .xlsx file that is made"}),
    "seed": (("--seed",), {"default": "1", "metavar": "TEXT", "help": "another sample of the same size (default: 1)"}),
    "labels": (("labels",), {"type": Path, "metavar": "FILE", "help": "the file of `polyvox sample`, with its column label filled in"}),
    "points": (("--points",), {"type": float, "default": 5.0, "metavar": "P", "help": "wanted: plus or minus so many points (default: 5)"}),
    "first": (("first",), {"type": Path, "metavar": "RUN_A", "help": "folder of a finished run"}),
    "second": (("second",), {"type": Path, "metavar": "RUN_B", "help": "folder of the run compared with it"}),
    "quiet": (("--quiet", "-q"), {"action": "store_true", "help": "no progress and no summary"}),
    "json": (("--json",), {"action": "store_true", "help": "print the summary as JSON"}),
}


def _run(arguments: argparse.Namespace) -> int:
    return _through("report", arguments, from_start=True)


def _one_stage(arguments: argparse.Namespace) -> int:
    return _through(arguments.command, arguments, from_start=False)


def _through(last: str, arguments: argparse.Namespace, *, from_start: bool) -> int:
    """Run stages and tell what came of it."""
    from pipeline.run import Run, finish

    with _progress(arguments) as progress:
        run = Run(arguments.out, _config(arguments), _engine(arguments), progress)
        inputs = getattr(arguments, "inputs", [])
        if from_start:
            run.until(last, inputs, sys.stdin.buffer)
        else:
            run.stage(last, inputs, sys.stdin.buffer)
    facts = finish(run, last)
    nothing = _nothing(arguments.out, facts)
    _tell(arguments, facts, nothing)
    if nothing and not facts["counts"]["rejects"]:
        return FAILED
    return DONE_WITH_REJECTS if facts["counts"]["rejects"] else DONE


def _nothing(out: Path, facts: dict[str, Any]) -> str:
    """What to say of a run without a single text; empty where there are texts."""
    counts, names = facts["counts"], [source["source"] for source in facts["reading"]]
    if not counts["records"]:
        held = "holds no row" if len(names) == 1 else "hold no row"
        return f"{', '.join(names[:MOST_TOLD])} {held}: nothing was read. Check that the export is complete."
    if counts["rejects"] == counts["records"]:
        return f"None of {counts['records']} rows could be used. {out / 'rejects'} says why of each; is the text in another column (--map text=COLUMN)?"
    return ""


def _progress(arguments: argparse.Namespace) -> Any:
    from pipeline.progress import Bar, Silent

    return Bar() if sys.stderr.isatty() and not arguments.quiet else Silent()


def _engine(arguments: argparse.Namespace) -> Any:
    workers = arguments.workers if arguments.workers is not None else _cores()
    if workers < 1:
        raise UsageError(f"--workers is {workers}. Give a number from 1.")
    if getattr(arguments, "engine", "local") == "cluster":
        from pipeline.engines.cluster import ClusterEngine

        return ClusterEngine(workers)
    from pipeline.engines.local import LocalEngine

    return LocalEngine(workers)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _config(arguments: argparse.Namespace) -> Any:
    from dataclasses import replace

    from pipeline.config import Config, load
    from pipeline.report.speech import parse

    config = load(arguments.config) if arguments.config else Config()
    columns = dict(_pair(each) for each in getattr(arguments, "map", []))
    if columns:
        config = replace(config, read=replace(config.read, map=config.read.map | columns))
    if getattr(arguments, "model", None):
        config = replace(config, analyse=replace(config.analyse, model=arguments.model))
    if getattr(arguments, "title", None):
        config = replace(config, report=replace(config.report, title=arguments.title))
    if getattr(arguments, "report_language", None):
        config = replace(config, report=replace(config.report, language=arguments.report_language))
    parse(config.report.language)  # now, rather than after the analysis
    return config


def _pair(text: str, option: str = "--map", example: str = "text=Kommentar") -> tuple[str, str]:
    name, equals, column = text.partition("=")
    if not equals or not name or not column:
        form = str(OPTIONS[option.removeprefix("--")][1]["metavar"])
        raise UsageError(f"{option} {text} is not of the form {form}. Write, for example, {option} {example}.")
    return name.strip(), column.strip()


def _tell(arguments: argparse.Namespace, facts: dict[str, Any], nothing: str) -> None:
    counts = facts["counts"]
    if nothing:
        print(f"polyvox: {nothing}", file=sys.stderr)
    if arguments.json:
        path = arguments.out / "report.html"
        said = {
            "ok": not nothing,
            **({"error": nothing} if nothing else {}),
            **counts,
            "seconds": facts["seconds"],
            "report": str(path) if path.exists() else None,
        }
        print(json.dumps(said, ensure_ascii=False))
    elif not arguments.quiet:
        rejects = (
            f", {counts['rejects']} rows rejected (see {arguments.out / 'rejects'}, each with its reason)" if counts["rejects"] else ""
        )
        print(f"{counts['records']} rows read, {counts['texts'] or counts['documents']} texts kept{rejects}.")
        told = facts["reading"][:MOST_TOLD] if arguments.command in ("run", "read") else []
        for source in told:
            if source["columns"]:
                print(f"{source['source']}: {', '.join(f'{field} = {column}' for field, column in source['columns'].items())}")
        for source in facts["reading"]:
            for note in source["notes"]:
                print(f"{source['source']}: {note}")
        if (arguments.out / "report.html").exists() and arguments.command in ("run", "report"):
            print(f"Report: {arguments.out / 'report.html'}")


def _compare(arguments: argparse.Namespace) -> int:
    from pipeline.comparing import compare
    from pipeline.report.comparison import tell

    found = compare(arguments.first, arguments.second)
    if arguments.json:
        print(json.dumps(found.as_dict(), ensure_ascii=False))
    elif not arguments.quiet:
        print(tell(found.named, len(found.changes), (found.only_first, found.only_second), found.warnings))
    return DONE


def _stages(arguments: argparse.Namespace) -> int:
    from pipeline.stages import STAGES

    rows: list[dict[str, Any]] = [
        {"stage": s.name, "does": s.does, "requires": [t.name for t in s.requires], "yields": [t.name for t in s.yields]} for s in STAGES
    ]
    if arguments.json:
        print(json.dumps(rows, ensure_ascii=False))
    else:
        for row in rows:
            print(
                f"{row['stage']:<10} {row['does']}: {', '.join(row['requires']) or 'files'} -> {', '.join(row['yields']) or 'report.html'}"
            )
    return DONE


def _models(arguments: argparse.Namespace) -> int:
    from pipeline import artifacts

    rows: list[dict[str, Any]] = []
    for name in artifacts.names():
        folder = artifacts.find(name).folder
        size = sum(path.stat().st_size for path in folder.iterdir())
        rows.append({"model": name, "folder": str(folder), "megabytes": round(size / 1e6, 1), "sha256": artifacts.find(name).sha256})
    if arguments.json:
        print(json.dumps(rows))
    else:
        for row in rows:
            print(f"{row['model']:<10} {row['megabytes']:>6} MB  {row['sha256'][:12]}  {row['folder']}")
    return DONE


def _corpus(arguments: argparse.Namespace) -> int:
    from pipeline.corpus.command import check_command

    text, sound = check_command(arguments.paths)
    print(json.dumps({"ok": sound, "report": text}, ensure_ascii=False) if arguments.json else text)
    return DONE if sound else FAILED


def _sample(arguments: argparse.Namespace) -> int:
    from pipeline.sampling import write_sample

    drawn = write_sample(arguments.run, arguments.size, arguments.out, arguments.seed)
    told = (
        f"{sum(drawn.values())} texts to label in {arguments.out} ({', '.join(f'{lang} {number}' for lang, number in drawn.items())}). "
        "Write negative, neutral, positive or mixed into the column label (and a rating, if wanted), leave the other columns as they are, then run: "
        f"polyvox learn {arguments.run} {arguments.out}"
    )
    return _told(arguments, {"texts": drawn, "file": str(arguments.out)}, told)


def _learn(arguments: argparse.Namespace) -> int:
    from pipeline.sampling import learn

    counts = learn(arguments.run, arguments.labels)
    told = (
        f"{counts['labelled']} labels and {counts['rated']} ratings learned, {counts['left open']} texts left open. "
        f"Now run: polyvox aggregate --out {arguments.run}, and polyvox report --out {arguments.run}"
    )
    return _told(arguments, counts, told)


def _plan(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from pipeline.aggregate.planning import SHARE
    from pipeline.sampling import plan

    rows = plan(arguments.run, arguments.points)
    lines = [f"Labels for an interval of plus or minus {arguments.points:g} points round a share of {SHARE:.0%}:"]
    for row in rows:
        if row.enough:
            lines.append(f"{row.lang}: {row.needed} of {row.texts} texts ({row.alone} if the classifier were no help)")
        else:
            lines.append(f"{row.lang}: too few texts; all {row.texts} labelled give plus or minus {100 * row.half:.1f} points")
    return _told(arguments, {"languages": [asdict(row) for row in rows]}, "\n".join(lines))


def _told(arguments: argparse.Namespace, facts: dict[str, Any], told: str) -> int:
    if arguments.json:
        print(json.dumps({"ok": True, **facts}, ensure_ascii=False))
    elif not arguments.quiet:
        print(told)
    return DONE


def _evaluate(arguments: argparse.Namespace) -> int:
    """Measure a model on labelled texts, and tell where the three files are."""
    from pipeline.evaluate.measuring import Asked, measure
    from pipeline.evaluate.writing import write

    asked = Asked(
        corpora=tuple(arguments.corpus),
        out=arguments.out,
        model=arguments.model or "first",
        against=arguments.against,
        split=arguments.split,
        columns=dict(_pair(each) for each in arguments.map),
        labels=dict(_pair(each, "--label", "1=negative") for each in arguments.label),
        baselines=arguments.baselines,
    )
    with _progress(arguments) as progress:
        values = measure(asked, progress)
    paths = write(arguments.out, values)
    words = values["comparison"]["words"] if values["comparison"] else []
    if arguments.json:
        print(json.dumps({"ok": True, "files": [str(path) for path in paths], "comparison": words}, ensure_ascii=False))
    elif not arguments.quiet:
        print("\n".join([*words, f"Evaluation: {', '.join(map(str, paths))}"]))
    return DONE


def _adapt(arguments: argparse.Namespace) -> int:
    """Adapt a model to labelled texts, and tell what that buys on texts left out."""
    from pipeline.adapting import adapt_model

    columns = dict(_pair(each) for each in arguments.map)
    labels = dict(_pair(each, "--label", "1=negative") for each in arguments.label)
    model = arguments.model or "first"
    found = adapt_model(arguments.corpus, columns, labels, model=model, out=arguments.out)
    if found.folder is None:
        return _say(arguments, f"These labels do not make {model} better on texts left out in turn: nothing was written. More may.", FAILED)
    name = str(found.folder) if "/" in str(found.folder) else f"./{found.folder}"  # without a slash it would be one of models/
    lines = [
        f"{sum(found.texts.values())} texts, each read by a model that was fitted without it:",
        *found.words,
        f"Use it with --model {name}. Measure it on texts that it did not learn from: "
        f"polyvox evaluate --corpus FILE --model {name} --against {model} --out DIR",
    ]
    return _told(arguments, {"model": name, "texts": found.texts, "comparison": list(found.words)}, "\n".join(lines))


def _doctor(arguments: argparse.Namespace) -> int:
    from pipeline.doctor import examine

    checks = examine()
    if arguments.json:
        print(json.dumps([check.__dict__ for check in checks], ensure_ascii=False))
    else:
        for check in checks:
            print(f"{'ok  ' if check.ok else 'FAIL'} {check.name}: {check.found}{'' if check.ok else f' -> {check.advice}'}")
    return DONE if all(check.ok for check in checks) else FAILED


STAGE_OPTIONS = ("out", "config", "workers", "engine")
# command -> what it does, an example, its options, the function
COMMANDS: dict[str, tuple[str, str, tuple[str, ...], Callable[[argparse.Namespace], int]]] = {
    "run": (
        "run all stages, from files to report",
        "polyvox run reviews.csv survey.xlsx --map text=Kommentar --out out",
        ("inputs", "map", "model", "title", "report_language", *STAGE_OPTIONS),
        _run,
    ),
    "read": ("read files into documents/", "polyvox read 'data/*.csv' --out out", ("inputs", "map", *STAGE_OPTIONS), _one_stage),
    "clean": ("clean documents/ into texts/", "polyvox clean --out out", STAGE_OPTIONS, _one_stage),
    "detect": ("name the languages of texts/", "polyvox detect --out out", STAGE_OPTIONS, _one_stage),
    "analyse": ("read sentiment and aspects", "polyvox analyse --out out --model first", ("model", *STAGE_OPTIONS), _one_stage),
    "aggregate": ("estimate shares with intervals", "polyvox aggregate --out out", STAGE_OPTIONS, _one_stage),
    "report": (
        "write report.html, results.xlsx and findings.json",
        "polyvox report --out out --report-language cy,en",
        ("title", "report_language", *STAGE_OPTIONS),
        _one_stage,
    ),
    "plan": ("say how many labels buy which precision", "polyvox plan out --points 5", ("folder", "points"), _plan),
    "sample": (
        "draw texts to be labelled by people",
        "polyvox sample out --size 300 --out labels.csv",
        ("folder", "size", "file", "seed"),
        _sample,
    ),
    "learn": ("read the labels back, for `polyvox aggregate` to use", "polyvox learn out labels.csv", ("folder", "labels"), _learn),
    "compare": ("say what changed from one run to another", "polyvox compare spring summer", ("first", "second"), _compare),
    "corpus": ("check an annotated corpus", "polyvox corpus check data/corpus/cy.jsonl", ("verb", "paths"), _corpus),
    "evaluate": (
        "measure a model on labelled texts, or compare two",
        "polyvox evaluate --corpus labelled.csv --map label=Stimmung --map lang=de --out out",
        ("corpus", "columns", "label", "split", "model", "against", "bare", "out"),
        _evaluate,
    ),
    "adapt": (
        "fit how whole texts are judged to labelled texts of your own",
        "polyvox adapt --corpus labelled.csv --map label=Stimmung --map lang=de --out mine",
        ("corpus", "columns", "label", "model", "model_folder"),
        _adapt,
    ),
    "stages": ("list the stages and their tables", "polyvox stages", (), _stages),
    "models": ("list the models", "polyvox models", (), _models),
    "doctor": ("check the installation and the models' hashes", "polyvox doctor", (), _doctor),
}
