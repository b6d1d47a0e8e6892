"""One HTML file that needs nothing else: no script, no font, no request."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from pipeline.languages import BY_CODE, CODES, direction
from pipeline.report import wording
from pipeline.report.board import Board
from pipeline.report.coverage import Coverage
from pipeline.report.excerpts import excerpt
from pipeline.report.findings import compared, stand_out
from pipeline.report.hostile import present
from pipeline.report.inputs import ReportInputs
from pipeline.report.limits import limits
from pipeline.report.sections import Section, language_row, row_id, section
from pipeline.tables import LABELS

KINDS = ("", "aspect", "brand", "channel", "period")  # order of the tables of a language
MOST_OTHER = 20  # rows of languages outside the five
MOST_LISTED = 30  # sources and reasons that are listed one by one


def render(inputs: ReportInputs) -> str:
    """The report. The same inputs give the same bytes; texts appear as text only, whatever is in them."""
    board = Board.of(inputs.estimates, inputs.quotes)
    spoken = tuple(code for code in CODES if code in board.estimates)
    others = [code for code in board.estimates if code not in CODES][:MOST_OTHER]
    findings = stand_out(board, spoken, inputs.aspect_names, inputs.confidence)
    page: str = _template().render(
        title=present(inputs.title).text,
        level=f"{100 * inputs.confidence:g}%",
        summary=_summary(inputs.coverage),
        findings=[(found, row_id(found.lang, found.place, board)) for found in findings],
        compared=compared(board, spoken),
        limits=limits(inputs.estimates, inputs.coverage),
        overview=[(code, language_row(board, code)) for code in (*spoken, *others)],
        languages=[(code, list(_sections(board, code, inputs.aspect_names))) for code in spoken],
        readings=inputs.readings.to_pylist(),
        coverage=inputs.coverage,
        methods=sorted(set(inputs.estimates["method"].to_pylist())),
        model=list(_facts(inputs.model)),
        config=list(_facts(inputs.config)),
        aspect_names=inputs.aspect_names,
    )
    return page


def _sections(board: Board, code: str, names: Mapping[str, str]) -> Iterator[Section]:
    for kind in KINDS:
        if found := section(board, code, kind, names):
            yield found


def _summary(coverage: Coverage) -> str:
    """What came in, in one paragraph."""
    documents, rejected = coverage.get("documents", 0), sum(reason["count"] for reason in coverage.get("rejects", []))
    files = len(coverage.get("sources", []))
    came = wording.plural(coverage.get("records", documents + rejected), "record")
    origin = f" from {wording.plural(files, 'source')}" if files else ""
    sentences = [f"{came} came in{origin}."]
    sentences.append(f"{wording.plural(documents, 'text')} could be read and {wording.plural(rejected, 'record')} could not.")
    languages = coverage.get("languages", {})
    known = [f"{wording.language(code)} {wording.count(languages[code])}" for code in CODES if languages.get(code)]
    if known:
        rest = documents - sum(languages.get(code, 0) for code in CODES)
        remainder = f"; other or undetermined {wording.count(rest)}" if rest else ""
        sentences.append(f"By language: {', '.join(known)}{remainder}.")
    scored = documents - coverage.get("unscored", 0)
    sentences.append(f"Sentiment was read in {wording.plural(scored, 'text')}.")
    return " ".join(sentences)


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

    loader = jinja2.PackageLoader("pipeline.report")
    environment = jinja2.Environment(
        loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined, keep_trailing_newline=True
    )
    environment.filters.update(
        count=wording.count,
        language=wording.language,
        language_tag=wording.language_tag,
        plain=lambda text: present(str(text)).text,
        cut=lambda text: excerpt(str(text)).text,
    )
    environment.globals.update(labels=LABELS, our_languages=BY_CODE, direction=direction, most=MOST_LISTED, aspect=wording.aspect)
    return environment.get_template("report.html.j2")
