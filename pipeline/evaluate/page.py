"""An evaluation as one HTML file that needs nothing else: no script, no font, no request."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from markupsafe import Markup

from pipeline.evaluate.figures import reliability_figure, risk_figure
from pipeline.evaluate.sections import Cell, name_of, order, sections
from pipeline.languages import direction, language_tag
from pipeline.report.english import language
from pipeline.report.figure import forest
from pipeline.report.hostile import present


def page(values: Mapping[str, Any]) -> str:
    """The same evaluation gives the same bytes; texts and names appear as text only, whatever is in them."""
    rows = sorted(values["calibration"], key=order)
    calibration = [(name_of(values, row), reliability_figure(row), risk_figure(row)) for row in rows]
    gallery = sorted(values["gallery"], key=order)  # of a language the surest first, as they came
    made: str = _template().render(values=values, sections=list(sections(values)), calibration=calibration, gallery=gallery)
    return made


def _ticked(text: str) -> Markup:
    """What stands between backticks as code.

    >>> str(_ticked("model `<b>` reads"))
    'model <code>&lt;b&gt;</code> reads'
    """
    parts = present(text).text.split("`")
    return Markup("").join(Markup("<code>{}</code>").format(part) if number % 2 else part for number, part in enumerate(parts))


def _figure(cell: object) -> object:
    """The interval as a line from 0 to 1, where the cell is one."""
    if not isinstance(cell, Cell) or cell.value is None or cell.low is None or cell.high is None or cell.high > 1:
        return ""
    return forest(cell.value, cell.low, cell.high)


@cache  # compiling takes longer than filling in
def _template() -> Any:
    import jinja2

    loader = jinja2.ChoiceLoader([jinja2.PackageLoader("pipeline.evaluate"), jinja2.PackageLoader("pipeline.report")])
    environment = jinja2.Environment(
        loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined, keep_trailing_newline=True
    )
    environment.filters.update(
        plain=lambda text: present(str(text)).text, language=language, language_tag=language_tag, figure=_figure, ticked=_ticked
    )
    environment.globals.update(direction=direction)
    return environment.get_template("evaluation.html.j2")
