"""What the report tells of time, conflicts, ratings, replies and mentions: the numbers of the tables, in the reader's words."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from decisions import one, rows_of, tables
from test_report import Page
from test_report_languages import NAMES, Strangers, _brackets
from told import CONFIG, MOVED, PERFECT, rows, told

from pipeline.config import AggregateConfig, Event
from pipeline.report import reasons
from pipeline.report.catalogue import load
from pipeline.report.inputs import ReportInputs
from pipeline.report.remarks import SIGNS, signs, supported
from pipeline.report.render import render
from pipeline.report.speech import Speech
from pipeline.report.voice import NARROW, Voice

SECTIONS = ("time", "conflicts", "ratings", "replies", "mentions")


@pytest.fixture(scope="module")
def inputs() -> ReportInputs:
    return told(aspect_names=NAMES)


@pytest.fixture(scope="module")
def html(inputs: ReportInputs) -> str:
    return render(inputs)


def _section(html: str, name: str) -> str:
    found = re.search(rf'<section id="{name}".*?</section>', html, re.DOTALL)
    assert found, name
    return found[0]


def _rows(html: str, heading: str) -> list[list[str]]:
    """The cells of a table's body, without markup."""
    body = re.search(rf'<table[^>]*aria-labelledby="{heading}"[^>]*>.*?<tbody>(.*?)</tbody>', html, re.DOTALL)
    assert body, heading
    lines = re.findall(r"<tr[^>]*>(.*?)</tr>", body[1], re.DOTALL)
    return [[Page(f"<p>{cell}</p>").text.strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line, re.DOTALL)] for line in lines]


def _share(row: dict[str, Any]) -> str:
    """A share as the page writes it: with a decimal only where the interval is narrow."""
    return f"{row['value']:.{1 if row['high'] - row['low'] < NARROW else 0}%}"


def test_every_section_is_there_and_leads_only_to_what_is_there(html: str) -> None:
    page = Page(html)
    ids = page.values("id")
    assert {*SECTIONS} <= set(ids) and len(set(ids)) == len(ids)
    assert {value.removeprefix("#") for value in page.values("href")} <= set(ids)
    assert {each for value in page.values("aria-labelledby") for each in value.split()} <= set(ids)
    assert all(later - earlier <= 1 for earlier, later in zip(page.headings, page.headings[1:], strict=False))


def test_without_the_tables_the_sections_are_left_out(inputs: ReportInputs) -> None:
    page = Page(render(replace(inputs, tables={})))
    assert not {"conflicts", "ratings", "replies", "mentions"} & set(page.values("id"))
    assert "time" in page.values("id")  # months are estimates
    assert not set(SECTIONS) & set(Page(render(replace(inputs, tables={}, estimates=inputs.estimates.slice(0, 0)))).values("id"))


def test_the_same_tables_give_the_same_bytes(html: str) -> None:
    assert render(told(aspect_names=NAMES)) == html


def test_charts_hold_bands_and_numbered_events_and_no_letter_of_a_font(html: str) -> None:
    time = _section(html, "time")
    charts = re.findall(r'<svg class="chart".*?</svg>', html, re.DOTALL)
    assert len(charts) >= 4 + 3 and all('role="img" aria-label="' in each and "<text" not in each for each in charts)
    assert all(re.search(r'class="band" d="M[\d. L]+Z', each) for each in charts)
    german = time.split('id="de-period"')[1].split('id="ar-period"')[0]
    assert german.count('<path class="event"') == 2 * 2  # in the chart of shares and in that of ratings
    assert "1: 15 November 2025, <bdi>Preise</bdi>" in german
    assert "1 January 2026, <bdi>Umzug &amp; Umbau</bdi> (<bdi>Haus &lt;A&gt;</bdi>)" in german


def test_points_of_a_chart_lie_where_their_numbers_say(inputs: ReportInputs, html: str) -> None:
    chart = _section(html, "time").split('id="de-period"')[1].split("</svg>", 3)[2]
    drawn = re.search(r'<g class="negative">.*?</g>', chart)
    assert drawn
    heights = [float(y) for y in re.findall(r'<circle cx="[\d.]+" cy="([\d.]+)"', drawn[0])]
    shown = [
        row["value"]
        for row in inputs.estimates.to_pylist()
        if row["lang"] == "de" and row["measure"] == "share_negative" and row["value"] is not None and not row["aspect"]
        if row["period"] and not row["brand"] and not row["channel"]
    ]
    assert len(heights) == len(shown) >= 5
    from pipeline.report.chart import SHARES, up

    assert heights == [up(value, SHARES) for value in shown]


def test_before_and_after_are_those_of_the_table(inputs: ReportInputs, html: str) -> None:
    row = one(inputs.tables["changes"], kind="before_after", lang="de", brand=MOVED, measure="share_negative")
    found = next(cells for cells in _rows(html, "events") if "Umzug" in cells[0] and "German" in cells[0] and cells[1] == "Negative")
    assert found[2:4] == [f"{row['before']:.0%}", f"{row['after']:.0%}"]
    assert found[4].startswith(f"{100 * row['value']:+.0f} ") and found[6] == "changed"
    beyond = one(inputs.tables["changes"], kind="before_after_controlled", lang="de", brand=MOVED, measure="share_negative")
    assert found[5].startswith(f"{100 * beyond['value']:+.0f} ")


def test_the_bad_newest_month_raises_an_alarm_and_no_other_does(inputs: ReportInputs, html: str) -> None:
    alarms = re.findall(r'<p class="alarm">(.*?)</p>', html)
    changed = rows_of(inputs.tables["changes"], kind="newest_month", finding="changed")
    assert len(alarms) == len(changed) >= 1
    assert any(alarm.startswith("Newest month out of line: German, March 2026: ") for alarm in alarms)
    quiet = inputs.tables["changes"].filter(pa.compute.not_equal(inputs.tables["changes"]["finding"], "changed"))
    assert "No alarm: the newest month" in render(replace(inputs, tables={**inputs.tables, "changes": quiet}))


def test_without_an_event_the_reader_is_told_how_to_name_one(inputs: ReportInputs) -> None:
    made = tables(rows()[:50], AggregateConfig())
    assert "[[aggregate.events]]" in _section(render(replace(inputs, tables=made)), "time")
    assert "[[aggregate.brands]]" in _section(render(replace(inputs, tables=made)), "mentions")


def test_an_event_that_no_text_is_about_is_named_with_the_reason(inputs: ReportInputs) -> None:
    config = replace(CONFIG, events=(Event(date(2026, 1, 1), "Umzug", "nobody's brand"),))
    found = _rows(render(replace(inputs, tables={"changes": tables(rows()[:80], config)["changes"]})), "events")
    assert len(found) == 1 and "Umzug" in found[0][0] and found[0][4] == "withheld: no comment with a time is about it"


def test_a_split_shows_the_words_of_both_sides_beside_each_other(html: str) -> None:
    conflicts = _section(html, "conflicts")
    article = next(each for each in conflicts.split("<article")[1:] if "Split: no single fix" in each)
    sides = re.findall(r'<div class="(too_little|too_much)">(.*?)</div>', article, re.DOTALL)
    assert [name for name, _ in sides] == ["too_little", "too_much"]
    quoted = [set(re.findall(r"<blockquote[^>]*><p>(.*?)</p>", side)) for _, side in sides]
    assert all(quoted) and not quoted[0] & quoted[1]


def test_a_text_that_finds_both_too_little_and_too_much_speaks_for_neither_side() -> None:
    import feedback_tables as feedback

    run = feedback.run_of([{"doc_id": str(i), "text": "x y z", "lang": "de", "label": "negative", "aspects": []} for i in range(2)])
    said = [("0", "too_little"), ("0", "too_much"), ("1", "too_little")]
    opinions = [
        {"doc_id": doc, "sentence": 0, "category": "information", "polarity": "negative", "direction": way, "probability": 0.9}
        for doc, way in said
    ]
    aspects = pa.Table.from_pylist(opinions, schema=run.aspects.schema)
    quotes = feedback.quotes_of(run, aspects=aspects)
    assert [row["doc_id"] for row in rows_of(quotes, label="too_little")] == ["1"] and not rows_of(quotes, label="too_much")


def test_the_whole_spread_stands_beside_each_mean(inputs: ReportInputs, html: str) -> None:
    found = next(cells for cells in _rows(html, "ratings-h") if cells[0] == "German")
    profiles = inputs.tables["profiles"]
    for star in range(1, 6):
        share = one(profiles, lang="de", brand=None, measure=f"share_rating_{star}")
        assert found[2 + star].startswith(_share(share))
    assert found[8].startswith(f"{one(profiles, lang='de', brand=None, measure='mean_rating')['value']:.2f} ")
    assert found[9].startswith(f"A {one(profiles, lang='de', brand=None, measure='agreement')['value']:.2f} ")
    assert html.count('<svg class="bars"') == len(_rows(html, "ratings-h"))


def test_a_mean_rating_is_that_of_the_ratings_beside_it(inputs: ReportInputs) -> None:
    profiles = inputs.tables["profiles"]
    mean = one(profiles, lang=None, brand=MOVED, measure="mean_rating")
    shares = [one(profiles, lang=None, brand=MOVED, measure=f"share_rating_{star}")["value"] for star in range(1, 6)]
    assert mean["value"] == pytest.approx(sum(star * share for star, share in enumerate(shares, start=1)))
    assert mean["low"] < mean["value"] < mean["high"]
    perfect = one(profiles, lang=None, brand=PERFECT, measure="mean_rating")
    assert 4.5 < perfect["low"] < perfect["value"] == perfect["high"] == 5


def test_an_unusual_profile_is_called_unusual_and_never_fake(inputs: ReportInputs, html: str) -> None:
    found = one(inputs.tables["profiles"], brand=PERFECT, measure="unusual_signs")
    assert {cells[0] for cells in _rows(html, "unusual")} == {PERFECT}
    assert len(_rows(html, "unusual")) == len(signs(found["finding"])) >= 2
    assert "Unusual is not an accusation" in html and not re.search("fake|fraud|manipulat", Page(html).text, re.IGNORECASE)


def test_the_share_answered_rises_with_the_days_and_the_table_says_the_same(inputs: ReportInputs, html: str) -> None:
    replies = inputs.tables["replies"]
    course = [one(replies, lang=None, brand=None, measure=f"answered_{day}d")["value"] for day in range(1, 31)]
    assert course == sorted(course) and course[0] < course[-1]
    found = next(cells for cells in _rows(html, "replies-h") if cells[0] == "All comments")
    assert [cell.split("%")[0] for cell in found[2:5]] == [f"{100 * course[day - 1]:.0f}" for day in (1, 7, 30)]
    figure = _section(html, "replies").split("<figure>")[1]
    listed = re.findall(r"<li>(\d+): <b>(\d+)", figure)
    assert [(int(day), int(share)) for day, share in listed] == [(day, round(100 * share)) for day, share in enumerate(course, start=1)]


def test_what_no_number_of_replies_rests_on_is_counted(inputs: ReportInputs, html: str) -> None:
    undated = sum(1 for row in rows() if row["label"] == "negative" and row.get("reply") and not row.get("reply_time"))
    assert one(inputs.tables["replies"], measure="left_out_reply_undated")["n"] == undated > 5
    assert f"<li>{undated}: answered, but the time of the answer is not stated</li>" in html


def test_mentions_are_told_tagged_and_untagged(inputs: ReportInputs, html: str) -> None:
    found = next(cells for cells in _rows(html, "mentions-h") if cells[0] == "Acme")
    row = one(inputs.tables["mentions"], brand="Acme", lang=None, measure="share_tagged")
    assert found[1] == str(row["n"]) and row["n"] > 50
    assert found[3].startswith(_share(row)) and found[4] == _share({**row, "value": 1 - row["value"]})


def test_each_section_says_how_many_rows_are_withheld_and_why(inputs: ReportInputs, html: str) -> None:
    for name, table in (("time", "changes"), ("conflicts", "conflicts"), ("ratings", "profiles"), ("replies", "replies")):
        hidden = [row for row in inputs.tables[table].to_pylist() if row["reason"] and not row["reason"].startswith("left out")]
        said = re.findall(r"Withheld: ([\d,]+) of", _section(html, name))
        assert said == ([f"{len(hidden):,}"] if hidden else []), name


def _decided() -> list[dict[str, Any]]:
    few = [{"doc_id": str(i), "text": "x", "lang": "de", "label": "negative", "brand": f"b{i % 2}", "rating": 1.0} for i in range(30)]
    dated = [{**row, "time": f"2026-01-{1 + i:02d}", "reply": "x", "author": f"a{i % 12}"} for i, row in enumerate(few)]
    odd = [{**row, "rating": 7.5, "reply_time": row["time"]} for row in dated]
    made = [tables(each, CONFIG) for each in (few, dated, odd, rows()[:80])] + [tables(few, AggregateConfig())]
    names = ("conflicts", "profiles", "changes", "replies", "mentions")
    return [row for each in made for name in names for row in each[name].to_pylist() if row["method"] != "none"]


def test_every_reason_and_finding_of_these_tables_has_a_message(inputs: ReportInputs) -> None:
    names = ("conflicts", "profiles", "changes", "replies", "mentions")
    made = [*_decided(), *(row for name in names for row in inputs.tables[name].to_pylist())]
    for row in made:
        assert row["reason"] is None or reasons.withheld(row["reason"]).key != "withheld.other", row["reason"]
        finding = row.get("finding")
        assert finding in (None, "nothing unusual found") or supported(finding) or set(signs(finding)) <= set(SIGNS), finding


def test_the_sections_hold_no_word_that_is_not_in_the_catalogue(inputs: ReportInputs) -> None:
    voice = Voice("en", {name: "⟦a⟧" for name in NAMES["en"]}, {key: _brackets(message) for key, message in load("en").items()})
    for name in ("month", "language", "day"):
        setattr(voice, name, lambda _: "⟦x⟧")
    voice._ways.update(month=voice.month, language=voice.language, day=voice.day)
    assert Strangers(render(inputs, Speech((voice,)))).strange == []


@pytest.mark.parametrize(
    ("lang", "said"), [("cy", "1 Ionawr 2026"), ("de", "1. Januar 2026"), ("vi", "1 tháng 1, 2026"), ("tl", "Enero 1, 2026")]
)
def test_days_follow_cldr(lang: str, said: str) -> None:
    assert Voice(lang).day("2026-01-01") == said


def test_in_arabic_the_charts_keep_their_direction_and_the_words_theirs(inputs: ReportInputs) -> None:
    arabic = render(replace(inputs, language="ar"))
    assert '<html lang="ar" dir="rtl">' in arabic and '<p class="ends" dir="ltr"><span dir="auto">' in arabic
    both = render(replace(inputs, language="cy,en"))
    heading = '<h2 id="replies-h"><span class="tongue" lang="cy" dir="ltr">Atebion i gwynion</span> <span class="tongue" lang="en" dir="ltr">Answers to complaints</span></h2>'
    assert heading in both
