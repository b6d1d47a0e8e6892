"""One HTML file that needs nothing else: no font, no request, one small script of its own."""

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

from markupsafe import Markup

from pipeline.languages import BY_CODE, CODES, direction, language_tag
from pipeline.report.anchors import Anchors
from pipeline.report.answers import answers
from pipeline.report.board import Board
from pipeline.report.content import Content
from pipeline.report.contrasts import LABELS as DIFFERENCE_LABELS
from pipeline.report.contrasts import contrasts
from pipeline.report.disputes import disputes
from pipeline.report.drivers import drivers
from pipeline.report.evidence import evidence, file_name
from pipeline.report.excerpts import excerpt
from pipeline.report.grades import corrected
from pipeline.report.hostile import present
from pipeline.report.inputs import ReportInputs
from pipeline.report.lights import lights
from pipeline.report.naming import naming
from pipeline.report.over_time import over_time
from pipeline.report.quotable import Quotable
from pipeline.report.rankings import rankings
from pipeline.report.scores import TASKS, alike, scores
from pipeline.report.sections import Section, language_row, section
from pipeline.report.speech import Speech
from pipeline.report.spread import ratings
from pipeline.report.term_rows import KIND, term_section
from pipeline.report.voice import Voice
from pipeline.report.wording import summary, words
from pipeline.tables import CONTRASTS, COVERAGE, DRIVERS, LABELS, RANKINGS, TERMS

KINDS = ("", "aspect", KIND, "brand", "channel", "period")  # order of the tables of a language
MOST_OTHER = 20  # rows of languages outside the five
MOST_LISTED = 30  # sources and reasons that are listed one by one
SECTIONS = (  # what `_decisions` makes of a table, the table, and the anchor of its section
    *(("drivers", "drivers", "drivers"), ("rankings", "rankings", "rankings"), ("differences", "contrasts", "differences")),
    *(("over_time", "changes", "time"), ("disputes", "conflicts", "conflicts"), ("ratings", "profiles", "ratings")),
    *(("answers", "replies", "replies"), ("naming", "mentions", "mentions")),
    ("lights", "coverage", "light"),
)
NOTED = ("event", "recovery", "language", "driver", "unusual")  # groups of findings that need a word of caution
TEMPLATES = Path(__file__).parent / "templates"


def render(inputs: ReportInputs, speech: Speech | None = None, content: Content | None = None) -> str:
    """The report. The same inputs give the same bytes; texts appear as text only, whatever is in them.

    `speech` says everything and `content` is what it says; they are made from `inputs` unless they are given.
    """
    speech = speech or Speech.of(inputs.language, inputs.aspect_names)
    content = content or Content.of(inputs)
    board, spoken = content.board, content.spoken
    others = [code for code in board.estimates if code not in CODES][:MOST_OTHER]
    tables = [(code, list(_sections(board, inputs, code, speech.first))) for code in spoken]
    rows = [row for _, sections in tables for table in sections for row in table.rows]
    decided = _decisions(inputs, board, tables, Quotable(rows), speech)
    page: str = _template().render(
        **words(speech, inputs.confidence),
        title=present(inputs.title).text or speech.plain(lambda voice: voice.say("page.title")),
        own_title=bool(inputs.title),
        summary=speech.render(partial(summary, inputs.coverage)),
        groups=content.groups,
        contested=content.contested,
        anchors=Anchors(rows, {table: anchor for name, table, anchor in SECTIONS if decided[name]}),
        compared=content.compared,
        uncorrected=any(not corrected(row) for row in _share_rows(board, spoken)),
        limits=content.limits,
        overview=[language_row(board, code, speech.first) for code in (*spoken, *others)],
        languages=[(code, [table for table in found if table.kind != "period"]) for code, found in tables],
        **decided,
        evidence=evidence(rows),
        readings=inputs.readings.to_pylist(),
        coverage=inputs.coverage,
        methods=sorted(set(inputs.estimates["method"].to_pylist())),
        scores=scores(inputs.scores, speech.first),
        alike=alike(inputs.scores, spoken, speech.first),
        weaknesses=inputs.weaknesses,
        model=list(_facts(inputs.model)),
        config=list(_facts(inputs.config)),
    )
    return page


def _sections(board: Board, inputs: ReportInputs, code: str, voice: Voice) -> Iterator[Section]:
    for kind in KINDS:
        if kind == KIND:
            found = term_section(inputs.tables.get(TERMS.name, TERMS.schema.empty_table()), inputs.term_quotes, code, voice)
        else:
            found = section(board, code, kind, voice)
        if found:
            yield found


def _share_rows(board: Board, spoken: Sequence[str]) -> Iterator[dict[str, Any]]:
    for code in spoken:
        for measures in board.estimates[code].values():
            yield from (row for measure, row in measures.items() if measure.removeprefix("share_") in LABELS and row["value"] is not None)


def _decisions(
    inputs: ReportInputs, board: Board, tables: Sequence[tuple[str, list[Section]]], quotable: Quotable, speech: Speech
) -> dict[str, Any]:
    """The sections on drivers, rankings, differences, what changed, what divides, how ratings spread, replies and mentions; None: nothing to tell."""
    months = {code: table for code, found in tables for table in found if table.kind == "period"}
    found, voice = inputs.tables.get, speech.first
    return {
        "drivers": drivers(found(DRIVERS.name), speech, quotable),
        "rankings": rankings(found(RANKINGS.name), voice, quotable),
        "differences": contrasts(found(CONTRASTS.name), board, voice, quotable),
        "over_time": over_time(found("changes"), board, months, speech),
        "disputes": disputes(found("conflicts"), board, quotable, voice),
        "ratings": ratings(found("profiles"), board, voice),
        "answers": answers(found("replies"), board, speech),
        "naming": naming(found("mentions"), board, voice),
        "lights": lights(found(COVERAGE.name), [code for code, _ in tables]),
    }


def _facts(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Nested facts as lines: 'name', 'value'."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _facts(value, f"{prefix}{name} / ")
        elif isinstance(value, Sequence) and not isinstance(value, str):
            yield prefix + str(name), ", ".join(str(each) for each in value)
        elif value not in ("", None):
            yield prefix + str(name), str(value)


@cache  # compiling takes longer than filling in
def _template() -> Any:
    import jinja2

    loader = jinja2.FileSystemLoader(TEMPLATES)
    environment = jinja2.Environment(
        loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined, keep_trailing_newline=True
    )
    environment.filters.update(
        language_tag=language_tag,
        file=lambda text: present(file_name(str(text))).text,
        plain=lambda text: present(str(text)).text,
        cut=lambda text: excerpt(str(text)).text,
    )
    style, script = ((TEMPLATES / name).read_text(encoding="utf-8") for name in ("style.css", "filter.js"))
    environment.globals.update(
        labels=LABELS,
        our_languages=BY_CODE,
        direction=direction,
        most=MOST_LISTED,
        tasks=TASKS,
        difference_labels=DIFFERENCE_LABELS,
        noted=NOTED,
    )
    environment.globals.update(style=Markup(style), script=Markup(script), style_hash=_sha256(style), script_hash=_sha256(script))
    return environment.get_template("report.html.j2")


def _sha256(text: str) -> str:
    """As a Content-Security-Policy names it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
