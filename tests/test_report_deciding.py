"""The sections that help to decide: what goes with ratings, rankings, differences. What they show is what the tables hold."""

import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from deciding_report import NUMBER, inputs, made
from test_report import Page
from test_report_languages import Strangers, _brackets

from pipeline.aggregate import contrasts as contrasting
from pipeline.aggregate.people import REVEALING
from pipeline.report import numerals, reasons
from pipeline.report.catalogue import INTERFACE, load
from pipeline.report.quadrants import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Point, quadrants
from pipeline.report.render import render
from pipeline.report.speech import Speech
from pipeline.report.voice import Share, Voice
from pipeline.tables import CONTRASTS, DRIVERS, RANKINGS

LANGUAGES = [*INTERFACE, "cy,en"]


class Cells(HTMLParser):
    """The rows of all tables of a section, as lists of the texts of their cells."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self.inside = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tbody":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables and self.tables[-1]:
            self.tables[-1][-1].append("")
            self.inside = True

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.tables[-1][-1][-1] += data.replace("\xa0", " ")


@pytest.fixture(scope="module")
def html() -> str:
    return render(inputs())


def _section(html: str, name: str) -> str:
    return html.split(f'<section id="{name}"')[1].split("</section>")[0]


def _tables(html: str, name: str) -> list[list[list[str]]]:
    return Cells(_section(html, name).replace("<thead>", "<!--").replace("</thead>", "-->")).tables


def _rows(table: str, **wanted: Any) -> list[dict[str, Any]]:
    return [row for row in made()["tables"][table].to_pylist() if all(row[name] == value for name, value in wanted.items())]


def test_the_chart_and_the_table_under_it_show_the_same_aspects_most_important_first(html: str) -> None:
    section = _section(html, "drivers")
    important = sorted(_rows(DRIVERS.name, lang="de", measure="importance"), key=lambda row: -row["value"])
    assert len(important) == 6 and section.count("<svg") == 1  # Arabic has too few ratings
    circles = [float(y) for y in re.findall(r'<circle cx="[\d.]+" cy="([\d.]+)"', section)]
    assert len(circles) == 6 and circles == sorted(circles)  # the page counts from above
    shown, effects = _tables(html, "drivers")
    names = [Voice("en", inputs().aspect_names["en"]).aspect(row["aspect"]) for row in important]
    assert [row[0] for row in shown] == [row[0] for row in effects] == [f"{i + 1} {name}" for i, name in enumerate(names)]
    assert all(re.match(f"{row['value']:.0%} |{row['value']:.1%} ", cells[1]) for row, cells in zip(important, shown, strict=True))
    label = re.search(r'role="img" aria-label="([^"]+)"', section)
    assert label and "of 6 aspects" in label[1] and f"Most important: {names[0]}, {important[0]['value']:.0%}" in label[1]


def test_what_blame_costs_and_praise_gains_is_said_with_intervals_as_association(html: str) -> None:
    section = _section(html, "drivers")
    assert "This is association, not cause." in section
    of = {row[0].split(" ", 1)[1]: row for row in _tables(html, "drivers")[1]}
    assert of["Delivery"][4].startswith("taken for granted") and of["Staff"][4].startswith("delights")
    assert of["Design"][4] == "cost and gain cannot be told apart"
    [row] = _rows(DRIVERS.name, aspect="delivery", measure="asymmetry")
    assert of["Delivery"][3].startswith(f"{row['value']:+.2f} {row['low']:+.2f} \N{HORIZONTAL ELLIPSIS} {row['high']:+.2f}, q ")
    assert re.fullmatch(r"[\d.]+ <?[\d.]+\u2013[\d.]+", of["Delivery"][1])


def test_a_language_without_drivers_is_named_with_the_reason(html: str) -> None:
    [row] = _rows(DRIVERS.name, lang="ar")
    number = re.search(r"fewer than (\d+) rated texts \(n=(\d+)\)", row["reason"])
    assert number
    assert f"Arabic: fewer than {number[1]} comments with a rating (there are {number[2]})" in Page(html).text


@pytest.mark.parametrize("lang", INTERFACE)
def test_every_sign_that_a_share_is_written_with_can_be_drawn(lang: str) -> None:
    said = Voice(lang).share(Share(0.1234567890, 0)) + Voice(lang).share(Share(0.987, 1))
    assert {sign for sign in said if sign not in numerals.SIGNS} <= {"\N{NO-BREAK SPACE}", "\N{LEFT-TO-RIGHT MARK}"}


def test_points_stand_where_their_numbers_say_and_no_font_is_needed() -> None:
    points = [Point(1, (0.25, 0.2, 0.3), (0.3, 0.2, 0.4)), Point(2, (0.75, 0.6, 0.9), (0.1, 0.0, 0.2))]
    drawn = str(quadrants(points, Voice("de"), "x"))
    assert drawn == str(quadrants(points, Voice("de"), "x")) and "<text" not in drawn
    wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    circles = [(float(x), float(y)) for x, y in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', drawn)]
    top = 0.4  # where the highest interval ends
    wanted = [(LEFT + wide * 0.25, TOP + high * (1 - 0.3 / top)), (LEFT + wide * 0.75, TOP + high * (1 - 0.1 / top))]
    assert np.allclose(circles, wanted, atol=0.06)
    middle = re.search(r'class="m" d="M([\d.]+) \d+V\d+M\d+ ([\d.]+)H', drawn)
    assert middle and np.allclose(
        [float(each) for each in middle.groups()], np.mean(wanted, axis=0), atol=0.06
    )  # two points: the median is between


def test_numbers_of_points_at_one_place_do_not_cover_each_other() -> None:
    points = [Point(i, (0.5, 0.4, 0.6), (0.1, 0.05, 0.15)) for i in range(1, 5)]
    drawn = str(quadrants(points, Voice("en"), "x"))
    halos = re.findall(r'<g class="h"><path class="d" transform="translate\(([\d.]+) ([\d.]+)\)"', drawn)
    assert len(set(halos)) == 4


def test_a_ranking_shows_share_raw_n_place_and_chance_as_the_table_holds_them(html: str) -> None:
    ranked = sorted(_rows(RANKINGS.name, lang="de", list="brand", measure="share_negative"), key=lambda row: row["rank"])
    [shown] = [table for table in _tables(html, "rankings") if [cells[0] for cells in table] == [row["brand"] for row in ranked]][:1]
    for row, cells in zip(ranked, shown, strict=True):
        assert cells[1].startswith(f"{row['value']:.0%} ") and f"{row['low']:.0%}\u2013{row['high']:.0%}" in cells[1]
        assert cells[2] == f"{row['raw']:.0%}, n {row['n']} ({row['authors']})"
        ends = [f"{row[end]:.0f}" for end in ("rank_low", "rank_high")]
        assert cells[3] == "\u2013".join(dict.fromkeys(ends))
        assert cells[4] == (">99%" if row["p_top"] > 0.99 else "<1%" if row["p_top"] < 0.01 else f"{row['p_top']:.0%}")
        assert cells[5].startswith("differs, q " if row["q_value"] < 0.05 else "cannot be told apart, q ")
    assert shown[0][0] == "A" and shown[0][5].startswith("differs")


def test_lists_of_few_cells_are_not_ranked_and_named(html: str) -> None:
    assert "Not ranked: German, Channel: fewer than 5 to rank; Arabic, Channel: fewer than 5 to rank." in Page(html).text


def test_a_difference_is_called_one_only_from_its_q_value(html: str) -> None:
    brands = _tables(html, "differences")[1]
    of = {cells[0]: cells for cells in brands}
    for row in _rows(CONTRASTS.name, against="rest", measure="share_negative", channel=None, aspect=None):
        name = f"{Voice('en').language(row['lang'])}: {row['brand']}"
        if row["value"] is None:
            assert name not in of or of[name][1].startswith("withheld: ")
            continue
        says = "cannot be told apart" if row["q_value"] >= 0.05 else "higher" if row["value"] > 0 else "lower"
        interval = f"{100 * row['low']:+.0f} \N{HORIZONTAL ELLIPSIS} {100 * row['high']:+.0f}".replace("-0 ", "0 ").replace("+0 ", "0 ")
        assert of[name][1].startswith(f"{says} {100 * row['value']:+.0f} {interval}, q "), name
        assert of[name][1].endswith("; as classified") == (row["lang"] == "ar")
    assert of["German: A"][1].startswith("higher ")


def test_it_says_how_each_language_is_read_and_of_how_many_differences_q_allows_for(html: str) -> None:
    text = Page(_section(html, "differences").split(">", 1)[1]).text
    assert re.search(r"German: corrected for the model’s mistakes, as counted on \d+ comments of its evaluation", text)
    assert "Arabic: not corrected, because nothing is known of the model’s mistakes in it" in text
    shown = {
        label: [row for row in _rows(CONTRASTS.name, against="rest", measure=f"share_{label}", channel=None, aspect=None) if row["value"]]
        for label in ("negative", "positive")
    }
    counts = {label: len(rows) for label, rows in shown.items()}
    assert all(row["compared"] == counts[label] for label, rows in shown.items() for row in rows)
    assert f"Looked at: {counts['negative']} differences of the negative share and {counts['positive']} of the positive share." in text


def test_withheld_rows_are_counted_with_their_reasons() -> None:
    text = Page(render(inputs(150))).text.split("Differences", 2)[-1]
    kept = [row for row in made(150)["tables"][CONTRASTS.name].to_pylist() if row["measure"] in ("share_negative", "share_positive")]
    brands = [row for row in kept if row["brand"] and not row["aspect"]]
    why = Counter(row["reason"] for row in brands if row["reason"] is not None)
    assert set(why) == {"one side is withheld", "fewer than 10 authors on one side"}
    said = {"one side is withheld": "one of the two sides is withheld", "fewer than 10 authors on one side": "fewer than 10 authors"}
    listed = ", ".join(f"{said[reason]}: {number}" for reason, number in sorted(why.items(), key=lambda each: (-each[1], each[0])))
    assert f"Withheld: {sum(why.values())} of {len(brands)} rows. {listed}." in text


def test_numbers_lead_to_quotes_and_every_link_arrives(html: str) -> None:
    page = Page(html)
    ids = set(page.values("id"))
    for name in ("drivers", "rankings", "differences"):
        targets = re.findall(r'href="#([^"]+)"', _section(html, name))
        assert any(target.startswith("q-") for target in targets) and set(targets) <= ids
    assert len(ids) == len(page.values("id"))


def test_without_their_tables_the_sections_are_left_out_and_without_numbers_one_sentence_says_why() -> None:
    bare = render(inputs(tables={}))
    assert not any(f'id="{name}"' in bare for name in ("drivers", "rankings", "differences"))
    few = render(inputs(60))
    section = _section(few, "drivers")
    assert "Nothing can be said here of: German: fewer than 100 comments with a rating" in section and "<table" not in section


def test_names_from_the_data_are_text_here_too() -> None:
    from test_report import HOSTILE

    tables = dict(made()["tables"])
    for name in (RANKINGS.name, CONTRASTS.name, DRIVERS.name):
        rows = [{**row, **({"aspect": HOSTILE} if row["aspect"] == "staff" else {}), **({"brand": HOSTILE} if row.get("brand") == "A" else {})} for row in tables[name].to_pylist()]  # fmt: skip
        tables[name] = pa.Table.from_pylist(rows, schema=tables[name].schema)
    page = Page(render(inputs(tables=tables)))
    assert page.tags["script"] == 1 and page.text.count("<script>alert(1)</script>") > 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sections_speak_the_language_of_the_report(language: str) -> None:
    html = render(inputs(language=language))
    Page(html)
    for code in language.split(","):
        for key in ("drivers.association", "differences.apart", "rankings.heading"):
            assert str(Voice(code).say(key)) in html
    assert render(inputs(language=language)) == html


def test_no_word_of_the_sections_is_outside_the_catalogue() -> None:
    voice = Voice(
        "en", {identifier: "⟦a⟧" for identifier in inputs().aspect_names["en"]}, {key: _brackets(text) for key, text in load("en").items()}
    )
    voice.language = lambda code: "⟦l⟧"  # type: ignore[method-assign]
    for number in (NUMBER, 150, 60):
        assert Strangers(render(inputs(number), Speech((voice,)))).strange == []


def test_every_reason_of_these_tables_has_a_message() -> None:
    said = [
        *(
            contrasting.WITHHELD,
            contrasting.PRIVATE.format(min_authors=10),
            contrasting.UNLIKE,
            contrasting.CONTRADICTORY,
        ),
        *(REVEALING.format(min_authors=10), "fewer than 5 cells to rank", "fewer than 100 rated texts (n=7)", "ratings do not vary"),
        *("fewer than 10 authors", "no aspect is praised and blamed in 20 rated texts"),
    ]
    assert all(reasons.withheld(each).key != "withheld.other" for each in said)


def test_what_could_not_be_computed_of_an_aspect_is_a_dash_and_no_point() -> None:
    lost = {"delivery": ("importance",), "staff": ("asymmetry", "effect_negative")}
    table = made()["tables"][DRIVERS.name]
    rows = [
        {**row, **(dict.fromkeys(("value", "low", "high", "q_value")) if row["measure"] in lost.get(row["aspect"] or "", ()) else {})}
        for row in table.to_pylist()
    ]
    html = render(inputs(tables={DRIVERS.name: pa.Table.from_pylist(rows, schema=table.schema)}))
    shown, effects = ({row[0].split(" ", 1)[1]: row for row in found} for found in _tables(html, "drivers"))
    assert shown["Delivery"][1].strip() == "\u2013" and len(re.findall("<circle cx", _section(html, "drivers"))) == 5
    assert effects["Staff"][1].strip() == effects["Staff"][3].strip() == "\u2013" and "told apart" in effects["Staff"][4]


def test_headings_headers_and_drawings_are_as_accessible_as_elsewhere(html: str) -> None:
    page = Page(html)
    assert all(later - earlier <= 1 for earlier, later in zip(page.headings, page.headings[1:], strict=False))
    assert page.tags["th"] == sum(1 for tag, name, _ in page.attributes if tag == "th" and name == "scope")
    told = [value for tag, name, value in page.attributes if tag == "svg" and name in ("aria-label", "aria-hidden") and value]
    assert page.tags["svg"] == len(told)
    assert {each for value in page.values("aria-labelledby") for each in value.split()} <= set(page.values("id"))
