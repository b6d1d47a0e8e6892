"""The report: what it shows, what it never shows, and that it can be read by everyone. All texts were written for this test."""

import base64
import hashlib
import importlib.util
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from finding_rows import hand_made
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import tables
from pipeline.aggregate.stage import count, estimate, merge, terms, uses
from pipeline.config import AggregateConfig
from pipeline.report.coverage import Coverage, combine, describe
from pipeline.report.inputs import ReportInputs
from pipeline.report.readings import list_readings
from pipeline.report.render import render
from pipeline.report.term_quotes import term_quotes

_spec = importlib.util.spec_from_file_location("feedback_tables", Path(__file__).with_name("feedback_tables.py"))
feedback = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(feedback)

TEXTS = {  # language -> (positive text and its term on staff, negative text and its term on delivery)
    "de": (("Die Leute am Schalter waren sehr hilfsbereit.", "Leute"), ("Auf die Lieferung habe ich drei Wochen gewartet.", "Lieferung")),
    "cy": (("Roedd y merched wrth y til yn glên iawn.", "merched"), ("Daeth y parsel bythefnos yn hwyr eto.", "parsel")),
    "vi": (("Chị thu ngân rất dễ thương và nhanh nhẹn.", "thu ngân"), ("Giao hàng trễ cả tuần, gọi không ai nghe.", "Giao hàng")),
    "tl": (("Magalang at matulungin ang mga tindera rito.", "tindera"), ("Isang linggong huli ang padala nila sa amin.", "padala")),
    # kana al-muwazzaf latifan jiddan wa-sa'adani; ta'akhkhara at-tawsil usbu'an kamilan (term: at-tawsil)
    "ar": (("كان الموظف لطيفا جدا وساعدني كثيرا.", "الموظف"), ("تأخر التوصيل أسبوعا كاملا بلا خبر من Acme.", "التوصيل")),
}
HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><b>&amp;{{ 7*7 }}{% raw %}\u202egnp.exe\u2066\x00\x1b[31m</details></table>"
)
REJECTS = pa.Table.from_pylist(
    [{"source": "b.csv", "line": 7, "reason": "no text", "excerpt": HOSTILE + " call +49 30 1234567 or me@example.org"}] * 7
    + [{"source": "a.csv", "line": 9, "reason": "only punctuation", "excerpt": "?!"}],
    schema=tables.REJECTS.schema,
)
VOID = {"meta", "br", "img", "path", "circle", "hr", "input", "link"}  # that this page may hold


class Page(HTMLParser):
    """Collects what the tests ask about; fails on tags that do not close in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.headings: list[int] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        assert len({name for name, _ in attrs}) == len(attrs)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "script"} & set(self.open):
            self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)

    def values(self, name: str) -> list[str]:
        return [value for _, found, value in self.attributes if found == name]


def _rows(number: int = 400, **more: Any) -> list[dict[str, Any]]:
    rows = []
    for i in range(number):
        lang = list(TEXTS)[i % 5]
        good = i % 3 == 0
        text, term = TEXTS[lang][0 if good else 1]
        label, opinion = ("positive", "staff") if good else ("negative", "delivery")
        text = f"{text} ({i})"
        aspects = [(opinion, label, term, 0.5 + (i % 49) / 100)]
        place = {"brand": f"Brand {i % 2}", "channel": ["app", "shop"][i % 2], "time": f"2026-0{1 + i % 3}-15", "line": i + 2}
        rows.append(
            {
                "doc_id": f"id{i:04d}",
                "text": text,
                "lang": lang,
                "label": label,
                "p": 0.5 + (i % 49) / 100,
                "aspects": aspects,
                **place,
                **more,
            }
        )
    return rows


def _inputs(rows: list[dict[str, Any]], rejects: pa.Table = REJECTS, **more: Any) -> ReportInputs:
    run = feedback.run_of(rows)
    described = describe(run.documents, run.texts, run.languages, run.sentiment, rejects)
    table = uses(run.documents, run.texts, run.languages, run.sentiment, run.aspects)
    named, chosen = terms(lambda: [table], config=AggregateConfig(), quotes=3)
    facts = {
        "tables": {"terms": named},
        "term_quotes": term_quotes(chosen, [(run.documents, run.texts)]),
        "estimates": estimate(merge([count(*run, config=AggregateConfig())]), config=AggregateConfig()),
        "coverage": combine(
            [described], {"a.csv": {"encoding": "windows-1252", "columns": {"text": "Kommentar"}, "not_understood": {"Note": 3}}}
        ),
        "quotes": feedback.quotes_of(run),
        "readings": list_readings(run.documents, run.texts, run.languages, run.sentiment, run.aspects),
        "model": {"name": "first"},
        "scores": [{"lang": "de", "task": "document", "value": 0.71, "low": 0.6, "high": 0.8, "n": 220}],
        "weaknesses": ["Sarcasm is weak."],
        "config": {"min_n": 30},
    }
    return ReportInputs(**{**facts, **more})


@pytest.fixture(scope="module")
def inputs() -> ReportInputs:
    return _inputs(_rows())


@pytest.fixture(scope="module")
def html(inputs: ReportInputs) -> str:
    return render(inputs)


def test_the_same_input_gives_the_same_bytes(inputs: ReportInputs, html: str) -> None:
    assert render(_inputs(_rows())) == html


def test_rows_in_another_order_give_the_same_bytes(html: str) -> None:
    rows = _rows()
    assert render(_inputs(rows[::-1])) == html


def test_every_anchor_resolves_and_every_id_is_there_once(html: str) -> None:
    page = Page(html)
    ids = page.values("id")
    targets = [value.removeprefix("#") for value in page.values("href")]
    assert targets and set(targets) <= set(ids)
    assert len(set(ids)) == len(ids)
    assert {each for value in page.values("aria-labelledby") for each in value.split()} <= set(ids)


def test_nothing_is_requested_and_only_the_known_script_may_run(html: str) -> None:
    page = Page(html)
    assert not {"link", "iframe", "object", "embed", "img", "base"} & set(page.tags) and page.tags["script"] == 1
    assert all(value.startswith("#") for value in page.values("href"))
    assert not page.values("src") and not [name for _, name, _ in page.attributes if name.startswith("on") or name == "style"]
    assert "url(" not in html and "@import" not in html and "http" not in html.split("</head>")[1]
    policy = next(value for value in page.values("content") if "default-src" in value)
    for tag in ("style", "script"):
        content = re.search(f"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        assert content
        digest = base64.b64encode(hashlib.sha256(content[1].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none';") and "unsafe" not in policy


def test_hostile_strings_appear_as_text_only() -> None:
    rows = _rows(200, brand=HOSTILE, channel="</style>" + HOSTILE, source=HOSTILE)
    rows = [{**row, "doc_id": HOSTILE + row["doc_id"], "text": row["text"] + HOSTILE} for row in rows]
    names = {"en": {"staff": HOSTILE}}
    hostile_facts = {"title": HOSTILE, "model": {HOSTILE: [HOSTILE]}, "config": {HOSTILE: HOSTILE}, "aspect_names": names}
    page = Page(render(_inputs(rows, **hostile_facts)))
    clean = Page(render(_inputs(_rows(200))))
    assert set(page.tags) == set(clean.tags)
    assert page.tags["script"] == clean.tags["script"] == 1
    assert page.text.count("<script>alert(1)</script>") > 50
    assert "{{ 7*7 }}" in page.text and "49" not in page.text.split("{{ 7*7 }}")[1][:5]
    assert not set("\u202e\u2066\x00\x1b") & set(page.text)


def test_a_strange_language_code_cannot_leave_its_attribute() -> None:
    rows = [{**row, "lang": 'other:"><script>x</script>'} for row in _rows(100)]
    page = Page(render(_inputs(rows)))
    assert page.tags["script"] == 1  # the report's own


def test_headings_go_down_one_level_at_a_time_and_tables_name_their_headers(html: str) -> None:
    page = Page(html)
    assert page.headings[0] == 1 and page.headings.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in zip(page.headings, page.headings[1:], strict=False))
    assert page.tags["th"] == sum(1 for tag, name, _ in page.attributes if tag == "th" and name == "scope")
    told = [value for tag, name, value in page.attributes if tag == "svg" and name in ("aria-label", "aria-hidden") and value]
    assert page.tags["svg"] == len(told)  # said aloud, or passed over because the numbers stand beside it


def test_the_page_says_its_language_and_lets_the_keyboard_skip(html: str) -> None:
    assert '<html lang="en" dir="ltr">' in html and '<a class="skip" href="#main">' in html and 'name="viewport"' in html


def _luminance(colour: str) -> float:
    colour = "".join(2 * letter for letter in colour) if len(colour) == 3 else colour
    parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_text_colours_have_the_contrast_of_wcag_aa_in_light_and_dark(html: str) -> None:
    palettes = [dict(re.findall(r"--(\w+):#(\w+)", block)) for block in re.findall(r":root\{(.*?)\}", html)]
    assert len(palettes) == 2
    for palette in palettes:
        for front, back in [
            (name, page) for name in ("text", "quiet", "link", *tables.LABELS) for page in ("page", "tint") if name in palette
        ] + [("marked", "mark")]:
            light, dark = sorted((_luminance(palette[front]), _luminance(palette[back])), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (front, back)


def test_every_shown_share_has_an_interval_and_n(html: str) -> None:
    cells = re.findall(r'<td class="(negative|neutral|positive|mixed|mention|unscored|rating)( withheld)?"[^>]*>(.*?)</td>', html)
    shown = [content for _, withheld, content in cells if not withheld]
    assert len(shown) > 100
    pattern = r'(<a href="#q-[\w-]+">)?<b>[\d.]+%?</b>(</a>)? <span class="ci"><bdi>[\d.]+%?\u2013[\d.]+%?</bdi>, n&nbsp;[\d,]+</span>(<svg.*</svg>)?'
    assert all(re.fullmatch(pattern, cell) for cell in shown)


def test_withheld_cells_show_the_reason_and_no_number() -> None:
    html = render(_inputs(_rows(60)))
    withheld = re.findall(r'<td class="\w+ withheld"[^>]*>(.*?)</td>', html)
    assert len(withheld) > 20
    assert all(cell.startswith("withheld: ") and "%" not in cell for cell in withheld)
    assert "fewer than 30 comments (there are 12)" in html
    assert re.search(r"\d+ of \d+ numbers are withheld", Page(html).text)


def test_numbers_in_the_page_are_those_of_the_table(inputs: ReportInputs, html: str) -> None:
    wanted = {"lang": "de", "brand": None, "channel": None, "period": None, "aspect": "delivery", "measure": "mention_rate"}
    row = next(row for row in inputs.estimates.to_pylist() if wanted.items() <= row.items())
    cell = re.search(
        r'<th scope="row"><a[^>]*>delivery</a></th>.*?<td class="mention"[^>]*><b>(\d+)%</b> <span class="ci"><bdi>(\d+)%\u2013(\d+)%</bdi>, n&nbsp;(\d+)',
        html.split('id="de"')[1],
    )
    assert cell and [int(text) for text in cell.groups()] == [
        round(100 * row["value"]),
        round(100 * row["low"]),
        round(100 * row["high"]),
        row["n"],
    ]


def test_records_add_up(html: str) -> None:
    assert "408 rows = 400 comments + 8 rows not used." in html
    text = Page(html).text
    assert "windows-1252" in text and "Kommentar" in text and "values of Note not understood: 3" in text


def test_rejects_are_shown_masked_with_at_most_five_examples(html: str) -> None:
    text = Page(html).text
    assert "me@example.org" not in text and "1234567" not in text and "[mail]" in text
    assert text.count("b.csv: 7 ") == 5


def test_findings_have_a_grade_and_lead_to_their_quotes_and_their_row(inputs: ReportInputs) -> None:
    html = render(replace(inputs, tables=hand_made()))
    found = re.findall(r"<li><p>(.*?)</p><p class=\"grade \w+\">(.*?)</p></li>", html[: html.index('id="contested"')])
    assert 5 <= len(found) <= 25
    assert all("Evidence: " in mark and 'href="#' in mark for _, mark in found)
    delivery = next(mark for sentence, mark in found if "<bdi>app</bdi>" in sentence)
    assert re.search(r'href="#q-de-channel-\d+"', delivery) and 'href="#differences"' in delivery


def test_nothing_stands_out_where_nothing_differs() -> None:
    rows = [{**row, "label": "neutral", "aspects": []} for row in _rows()]
    rankings = hand_made()["rankings"]
    assert "Nothing does: no number" in render(_inputs(rows))
    assert "Nothing does: of 2 comparisons" in render(
        _inputs(rows, tables={"rankings": rankings.filter(pc.equal(rankings["q_value"], 0.3))})
    )


def test_what_praise_and_blame_share_is_contested() -> None:
    rows = [
        {
            "doc_id": str(i),
            "text": "x",
            "lang": "de",
            "label": "mixed",
            "aspects": [("staff", "negative" if i % 2 else "positive", None, 0.9)],
        }
        for i in range(200)
    ]
    html = render(_inputs(rows))
    assert "staff</b>: opinions are divided. Of 200 comments that mention it, 50% are negative (interval 43% to 57%)" in html
    assert "opinions are divided" not in render(_inputs(_rows()))


def test_numbers_lead_to_their_quotes_and_quotes_back(html: str) -> None:
    page = Page(html)
    rows, groups = set(re.findall(r'<tr id="([\w-]+)">', html)), set(re.findall(r'class="group" id="q-([\w-]+)"', html))
    assert groups and groups <= rows
    backwards = {value.removeprefix("#") for value in page.values("href")}
    assert groups <= backwards and {f"q-{group}" for group in groups} <= backwards


def test_terms_stand_with_their_forms_and_lead_to_quotes_that_hold_them(html: str) -> None:
    row = re.search(r'<tr id="cy-term-0">.*?</tr>', html, re.DOTALL)[0]
    assert '<a href="#q-cy-term-0"><bdi lang="cy">parsel</bdi></a>' in row and '<bdi lang="cy">parsel 53</bdi>' in row
    group = html.split('id="q-cy-term-0"')[1].split("</section>")[0]
    assert group.count("<mark>parsel</mark>") == 3 and 'href="#cy-term-0"' in group


def test_a_hostile_term_stays_text() -> None:
    term = "<img src=x onerror=alert(2)>\"'{{ 7*7 }}"
    rows = [
        {
            "doc_id": f"d{i}",
            "text": f"{term} und mehr ({i})",
            "lang": "de",
            "label": "negative",
            "aspects": [("staff", "negative", term, 0.8)],
        }
        for i in range(40)
    ]
    html = render(_inputs(rows))
    assert (
        "<img" not in html
        and html.count("&lt;img src=x") > 40 // 20
        and "49" not in re.search(r'<tr id="de-term-0">.*?</tr>', html, re.DOTALL)[0]
    )
    Page(html)


def test_quotes_carry_language_direction_term_and_the_row_of_the_file(html: str) -> None:
    arabic = re.findall(r'<blockquote lang="ar" dir="rtl"><p>(.*?)</p></blockquote><p class="source"><bdi>a.csv</bdi>: (\d+)</p>', html)
    assert arabic and any("<mark>التوصيل</mark>" in text for text, _ in arabic)  # at-tawsil
    assert '<blockquote lang="de" dir="ltr">' in html


def test_a_source_is_shown_without_the_folder_it_lay_in() -> None:
    rows = [{**row, "source": "/home/mari/private/spring.csv"} for row in _rows(200)]
    html = render(_inputs(rows, rejects=REJECTS.slice(0, 0)))
    assert "spring.csv" in html and "mari" not in html and "private" not in html


def test_quotes_say_what_they_can_be_filtered_by(html: str) -> None:
    filters = dict(re.findall(r'<select data-place="(\d)">(.*?)</select>', html))
    assert [len(re.findall("<option", options)) for options in filters.values()] == [6, 3, 3, 4]  # of each, and "all"
    assert "January 2026" in filters["3"] and "German" in filters["0"]
    marks = [value.split() for value in Page(html).values("data-marks")]
    assert marks and all(len(each) == 4 for each in marks)


def test_other_and_undetermined_languages_are_counted_and_not_hidden() -> None:
    rows = _rows(400) + [{"doc_id": f"fr{i}", "text": "Rien à dire.", "lang": "other:fr", "label": "neutral"} for i in range(3)]
    rows += [{"doc_id": "short", "text": "ok", "lang": "und", "label": "unscored"}]
    text = Page(render(_inputs(rows))).text
    assert "3 comments in languages outside the five: French 3." in text
    assert "1 comment too short or too unclear to name a language." in text
    assert "1 comment without a sentiment" in text
    assert "French" in text and "undetermined" in text


def test_a_small_run_is_listed_text_by_text() -> None:
    rows = [{**row, "aspects": [*row["aspects"], ("price", "neutral", None, 0.7)]} for row in _rows(10)]
    html = render(_inputs(rows))
    assert html.count('<article class="reading">') == 10
    assert "staff: Positive" in html and "price: Neutral" in html
    assert "Comment by comment" not in render(_inputs(_rows(60)))


def test_an_empty_run_gives_a_page_that_says_so() -> None:
    html = render(_inputs([], rejects=REJECTS.slice(0, 0)))
    Page(html)
    assert "0 rows came in" in html and "Not a single comment could be used" in html


def test_a_report_without_coverage_or_quotes_can_be_made(inputs: ReportInputs) -> None:
    Page(render(ReportInputs(estimates=inputs.estimates, coverage=Coverage())))


def test_300_texts_stay_under_500_kb() -> None:
    rows = _rows(300)
    assert len(render(_inputs(rows)).encode()) < 500_000


@given(st.text(max_size=60), st.text(max_size=20), st.text(max_size=20))
@settings(max_examples=30, deadline=None)
def test_any_text_gives_a_page_that_parses(text: str, brand: str, doc_id: str) -> None:
    row = {"doc_id": doc_id, "text": text + ".", "lang": "ar", "label": "mixed", "brand": brand}
    plain = {"doc_id": "x", "text": "a text", "lang": "ar", "label": "mixed", "brand": "b"}
    assert Page(render(_inputs([row]))).tags == Page(render(_inputs([plain]))).tags


def test_coverage_adds_up_over_parts() -> None:
    rows = _rows(50)
    parts = [feedback.run_of(rows[:20]), feedback.run_of(rows[20:])]
    described = [
        describe(run.documents, run.texts, run.languages, run.sentiment, rejects)
        for run, rejects in zip(parts, (REJECTS[:3], REJECTS[3:]), strict=True)
    ]
    whole = feedback.run_of(rows)
    assert combine(described) == combine([describe(whole.documents, whole.texts, whole.languages, whole.sentiment, REJECTS)])
    assert combine(described)["records"] == 58


def test_the_title_is_shown(inputs: ReportInputs) -> None:
    assert '<h1 dir="auto">Herbst &amp; Winter</h1>' in render(replace(inputs, title="Herbst & Winter"))
