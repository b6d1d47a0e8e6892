"""What stands out, what is contested and what cannot be said: each rule row by row, from rows written by hand."""

from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pyarrow as pa
import pytest
from finding_rows import ROWS, hand_made
from test_report import _inputs, _rows

from pipeline.aggregate.weighting import NOT_RAKED, RAKED, SURVEY, TOO_FAR
from pipeline.report.absent import WEIGHTS
from pipeline.report.catalogue import INTERFACE
from pipeline.report.content import GRADES, Content
from pipeline.report.findings import LEFT_OUT, RULES, Finding, find, looked_at
from pipeline.report.grades import DOUBTS, grade
from pipeline.report.limits import say, say_unknown
from pipeline.report.render import render
from pipeline.report.sentences import allowed, sentence, split_sentence
from pipeline.report.voice import Voice


def _messages(found: list[Finding]) -> list[tuple[str, str]]:
    return sorted((case.rule.group, case.rule.message) for case in found)


@pytest.mark.parametrize("place", range(len(ROWS)), ids=[f"{group}-{place}" for place, (group, *_) in enumerate(ROWS)])
def test_a_rule_makes_a_finding_of_its_row_and_of_no_other(place: int) -> None:
    """Of all rows at once, the finding is there; with the one thing changed that it rests on, it alone is gone."""
    everything, without = find(hand_made()), find(hand_made(place, **ROWS[place][3]))
    gone = [case for case in everything if case.row not in [other.row for other in without]]
    assert len(everything) == len(ROWS) and len(without) == len(ROWS) - 1
    assert [case.rule.group for case in gone] == [ROWS[place][0]]


def test_there_is_a_row_for_every_rule() -> None:
    found = _messages(find(hand_made()))
    assert {group for group, _ in found} == {rule.group for rule in RULES}
    assert {message for _, message in found} == {rule.message for rule in RULES}


def test_languages_differ_only_by_labels_of_this_feedback() -> None:
    place = next(place for place, (group, *_) in enumerate(ROWS) if group == "language")
    assert "language" not in [
        case.rule.group for case in find(hand_made(place, method="difference of corrected shares, draws of the error matrices independent"))
    ]


def test_the_width_above_which_an_interval_is_withheld_is_said_in_points() -> None:
    assert Voice("en").say("withheld.width", limit=30) == "interval wider than 30 percentage points"


def test_what_is_withheld_makes_no_finding() -> None:
    for place in range(len(ROWS)):
        assert len(find(hand_made(place, value=None, reason="fewer than 10 authors"))) == len(ROWS) - 1


def test_what_is_no_subject_makes_no_finding() -> None:
    for place, (_, _, row, _) in enumerate(ROWS):
        for kind in ("brand", "channel", "aspect"):
            if row.get(kind):
                assert len(find(hand_made(place, **{kind: LEFT_OUT[1]}))) == len(ROWS) - 1


def test_all_numbers_that_were_looked_at_are_counted_once() -> None:
    assert looked_at(hand_made()) == len(ROWS) + 2  # and the other aspect of both lists
    assert looked_at({}) == 0 and find({}) == []


def _content(tables: dict[str, pa.Table], **more: Any) -> Content:
    return Content.of(_inputs(_rows(), tables=tables, **more))


def test_at_most_five_kinds_are_shown_those_with_the_best_evidence_in_the_order_of_the_rules() -> None:
    best: dict[str, int] = {}
    for case in find(hand_made()):
        mark = GRADES.index(grade(case, case.row.get("authors") or 0).name)
        best[case.rule.group] = min(best.get(case.rule.group, 9), mark)
    shown = [group.name for group in _content(hand_made()).groups]
    assert shown == [name for name in best if name in shown] and len(shown) == 5
    assert max(best[name] for name in shown) <= min(best[name] for name in best if name not in shown)


def test_of_a_kind_the_clearest_five_are_shown_and_the_others_counted() -> None:
    row = next(row for group, _, row, _ in ROWS if group == "event")
    rows = [{**row, "brand": f"b{i}", "value": -1.0 - i / 10, "low": -1.2 - i / 10, "high": -0.8 - i / 10} for i in range(8)]
    (group,) = _content({"changes": pa.Table.from_pylist(rows, schema=hand_made()["changes"].schema)}).groups
    assert [case.row["brand"] for case, _ in group.cases] == ["b7", "b6", "b5", "b4", "b3"] and group.more == 3


GRADED = (  # change to the row of a brand's difference, authors, grade, doubts
    ({}, 500, "moderate", ("wide",)),
    ({"low": 0.21, "high": 0.3}, 500, "strong", ()),
    ({"low": 0.21, "high": 0.3}, 50, "moderate", ("few_authors",)),
    ({"method": "difference of shares classified, not corrected"}, 500, "limited", ("uncorrected", "wide")),
    ({"method": "difference of shares from the labelled samples of both sides", "low": 0.21, "high": 0.3}, 500, "strong", ()),
    ({"q_value": None}, 500, "limited", ("chance", "wide")),
    ({"q_value": 0.05}, 500, "limited", ("chance", "wide")),
)


@pytest.mark.parametrize(("change", "authors", "name", "doubts"), GRADED)
def test_grades_use_the_q_value_of_the_family(change: dict[str, Any], authors: int, name: str, doubts: tuple[str, ...]) -> None:
    case = next(case for case in find(hand_made()) if case.rule.family == "brand")
    found = grade(replace(case, row={**case.row, **change}), authors)
    assert (found.name, found.doubts) == (name, doubts)


def test_every_doubt_is_held_by_some_finding() -> None:
    cases = find(hand_made())
    held = {doubt for case in cases for doubt in grade(case, 120).doubts} | set(grade(cases[0], 40).doubts)
    lone = next(case for case in cases if case.rule.group == "unanswered")
    held |= set(grade(replace(lone, row={**lone.row, "lang": "de"}), 500).doubts)
    assert held == {doubt.message for doubt in DOUBTS}


def test_numbers_of_single_languages_or_brands_without_a_q_value_were_picked() -> None:
    whole = next(case for case in find(hand_made()) if case.rule.group == "unanswered")
    assert "chance" not in grade(whole, 500).doubts
    assert "chance" in grade(replace(whole, row={**whole.row, "brand": "Wern"}), 500).doubts


@pytest.mark.parametrize("lang", INTERFACE)
def test_each_finding_is_a_sentence_with_its_interval_in_every_language(lang: str) -> None:
    """Low, high and n of the row stand in the sentence; where there is a q-value, its family is named with the number of comparisons."""
    voice = Voice(lang)
    for case in find(hand_made()):
        said, row = str(sentence(case, 0.95, voice)), case.beside or case.row
        assert "None" not in said and voice.number(case.row["n"]) in said, said
        if row["low"] is not None:
            signed = case.rule.message in ("event_rating", "recovery", "basic", "excitement")
            points = case.rule.message in ("event_share", "trend", "change_point", "difference")
            write: Any = voice.signed if signed else voice.points if points else lambda share: voice.percent(round(share, 2))
            assert write(row["low"]) in said and write(row["high"]) in said, said
        if case.rule.family:
            assert voice.say("count.comparisons", n=case.compared) in allowed(case, voice) and voice.say(
                f"family.{case.rule.family}"
            ) in allowed(case, voice)


def test_a_share_that_is_not_corrected_is_called_as_classified() -> None:
    case = next(case for case in find(hand_made()) if case.rule.family == "brand")
    plain = replace(case, row={**case.row, "method": "difference of shares classified, not corrected for classifier error"})
    assert "share negative" in sentence(case, 0.95, Voice("en")) and "classified" not in sentence(case, 0.95, Voice("en"))
    assert "share classified as negative" in sentence(plain, 0.95, Voice("en"))


def test_names_from_the_data_are_escaped_and_kept_apart() -> None:
    case = next(case for case in find(hand_made()) if case.rule.message == "event_rating")
    assert "<bdi>Hotline costs &lt;b&gt;</bdi>" in sentence(case, 0.95, Voice("en"))


def test_amounts_come_first_among_what_is_contested_and_what_is_only_classified_last() -> None:
    content = _content(hand_made())
    assert [found.message for found in content.contested] == ["amount", "index"]
    said = [split_sentence(found, 0.95, Voice("en")) for found in content.contested]
    assert "no single fix" in said[0] and "40%" in said[0] and "20% to 60%" in said[0]
    assert "as classified by the model" in said[1]


WIDE = "interval wider than 30 points"


def _withheld(inputs: Any, reason: str = WIDE) -> Any:
    """The inputs with the corrected share negative of German as a whole withheld."""
    rows = inputs.estimates.to_pylist()
    for row in rows:
        whole = all(row[name] is None for name in ("brand", "channel", "period", "aspect"))
        if row["lang"] == "de" and whole and row["measure"] == "share_negative":
            row.update(value=None, low=None, high=None, reason=reason)
    return replace(inputs, estimates=pa.Table.from_pylist(rows, schema=inputs.estimates.schema), labels={"de": (60, 240)})


def test_a_share_that_is_too_wide_is_told_as_classified_with_the_labels_that_would_make_it_known() -> None:
    (found,) = Content.of(_withheld(_inputs(_rows()))).limits.unknown
    said = say_unknown(found, 0.95, Voice("en"))
    assert found.lang == "de" and "share classified as negative" in said and "60 until" in said and "240 for" in said
    assert "95% interval" in said
    few = replace(_withheld(_inputs(_rows())), labels={"de": (60, None)})
    said = say_unknown(Content.of(few).limits.unknown[0], 0.95, Voice("en"))
    assert "60 until" in said and "there are too few comments, even if all were labelled" in said
    assert Content.of(_withheld(_inputs(_rows()), "fewer than 10 authors")).limits.unknown == ()
    assert Content.of(_inputs(_rows())).limits.unknown == ()


@pytest.mark.parametrize(
    ("remarks", "keys"),
    [
        ({}, ["limits.unweighted"]),
        ({"de": SURVEY, "ar": SURVEY}, ["limits.survey"]),
        ({"de": RAKED, "ar": NOT_RAKED}, ["limits.raked", "limits.not_raked"]),
        ({"de": SURVEY + RAKED, "ar": SURVEY + TOO_FAR}, ["limits.survey", "limits.raked", "limits.too_far"]),
        ({"de": NOT_RAKED}, ["limits.unweighted", "limits.not_raked"]),
    ],
)
def test_the_first_page_says_what_is_weighted_and_where_known_shares_were_not_reached(remarks: dict[str, str], keys: list[str]) -> None:
    inputs = _inputs(_rows())
    rows = [{**row, "method": row["method"] + remarks.get(row["lang"], "").format(columns="brand")} for row in inputs.estimates.to_pylist()]
    found = Content.of(replace(inputs, estimates=pa.Table.from_pylist(rows, schema=inputs.estimates.schema))).limits.sentences
    assert [each.key for each in found][: len(keys)] == keys and not {each.key for each in found[len(keys) :]} & {
        f"limits.{key}" for _, key in WEIGHTS
    }
    for each in found:
        if each.key in ("limits.not_raked", "limits.too_far"):
            assert say(each, Voice("en")).startswith("Not weighted to the known shares in the settings: ")
            assert dict(each.facts)["codes"] == tuple(lang for lang in ("de", "ar") if "not raked" in remarks.get(lang, ""))


def test_who_is_not_here_is_said() -> None:
    mentions = pa.Table.from_pylist(
        [{"measure": "share_mentioning", "reason": "no brand is listed", "n": 0, "authors": 0, "method": "none"}],
        schema=hand_made()["mentions"].schema,
    )
    for tables, wanted in ((hand_made(), "limits.untagged"), ({"mentions": mentions}, "limits.no_brands")):
        keys = [each.key for each in _content(tables).limits.sentences]
        assert {wanted, "limits.sources", "limits.rejected"} <= set(keys)


class _Links(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.ids: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids |= {given["id"]} if given.get("id") else set()  # type: ignore[arg-type]
        self.found |= {(given.get("href") or "").removeprefix("#")} if tag == "a" else set()


@pytest.mark.parametrize("lang", INTERFACE)
def test_the_first_page_tells_the_findings_in_every_language_and_every_link_leads_somewhere(lang: str) -> None:
    inputs = replace(_withheld(_inputs(_rows())), language=lang, tables=hand_made())
    html, voice, content = render(inputs), Voice(lang), Content.of(inputs)
    first = html[: html.index('<section id="languages"')]
    for group in content.groups:
        assert str(voice.say(f"group.{group.name}")) in first
    assert first.count('class="grade') == sum(len(group.cases) for group in content.groups) + len(content.contested)
    assert str(voice.say("heading.absent")) in first and str(voice.say("limits.unknown")) in first
    links = _Links(html)
    assert links.found <= links.ids
    assert str(voice.say("languages.not_measured")) in html
