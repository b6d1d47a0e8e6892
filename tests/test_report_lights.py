"""The warning light in the report: on, off or none for each language, in the words of each; a finding only where it is on."""

from dataclasses import replace
from functools import cache
from typing import Any

import pyarrow as pa
import pytest
from test_report import Page, _inputs, _rows
from test_report_sections import _rows as body_of

from pipeline.report.catalogue import INTERFACE
from pipeline.report.content import Content
from pipeline.report.inputs import ReportInputs
from pipeline.report.lights import lights
from pipeline.report.render import render
from pipeline.report.voice import Voice
from pipeline.tables import COVERAGE

METHOD = "labels said and how surely, against every mixture of the classes in the model's evaluation (586 labelled texts); value: texts said otherwise"
UNMEASURED = "the model's evaluation does not say how surely it said what in this language"
ON = "these texts are not said as in the evaluation: do not rely on corrected shares, label a sample"
OFF = "nothing seen against the correction"


@cache
def plain() -> ReportInputs:
    return _inputs(_rows())


def light(lang: str, **row: Any) -> dict[str, Any]:
    return {"lang": lang, "measure": "label_shift", "n": 420, "authors": 300, "method": METHOD, **row}


def told(lang: str = "en", state: str = ON) -> ReportInputs:
    rows = [
        light("de", value=0.312, p_value=0.0001, q_value=0.0002, finding=state),
        light("cy", value=0.05, p_value=0.6, q_value=0.61, finding=OFF),
        light("vi", reason=UNMEASURED, method="none"),
        light("tl", reason="fewer than 10 authors"),
        {"lang": None, "measure": "share_unscored", "n": 9, "authors": 9, "method": "m", "value": 0.1},
    ]
    table = pa.Table.from_pylist(rows, schema=COVERAGE.schema)
    return replace(plain(), tables={"coverage": table}, language=lang)


@pytest.mark.parametrize("lang", INTERFACE)
def test_the_light_of_each_language_is_told_in_words_and_numbers(lang: str) -> None:
    voice = Voice(lang)
    rows = {row[0]: row for row in body_of(render(told(lang)), "light")}
    assert list(rows) == [voice.language(code) for code in ("cy", "de", "vi", "tl")]  # ar has no row in the table
    on, off, unmeasured, few = (rows[voice.language(code)] for code in ("de", "cy", "vi", "tl"))
    say = lambda key, **facts: Page(f"<p>{voice.say(key, **facts)}</p>").text  # noqa: E731
    assert say("light.on") in on[1] and "q < " in on[1] and say("light.off") in off[1]
    assert on[2:] == [f"{voice.number(420)} ({voice.number(300)})", voice.percent(0.31), voice.number(586)]
    assert say("light.none") in unmeasured[1] and say("withheld.unmeasured") in unmeasured[1] and unmeasured[3:] == ["", ""]
    assert say("withheld.authors", limit=10) in few[1]


@pytest.mark.parametrize("lang", INTERFACE)
def test_a_light_is_a_finding_only_where_it_is_on(lang: str) -> None:
    page, voice = render(told(lang)), Voice(lang)
    first, off = page[: page.index('<section id="languages"')], render(told(lang, OFF))
    assert str(voice.say("group.light")) in first and 'href="#light"' in first
    assert str(voice.say("group.light")) not in off[: off.index('<section id="languages"')]
    assert [case.lang for group in Content.of(told()).groups for case, _ in group.cases if group.name == "light"] == ["de"]


def test_without_the_table_there_is_no_light() -> None:
    assert lights(None, ["de"]) == () and lights(COVERAGE.schema.empty_table(), ["de"]) == ()
