"""What is planted in data/samples (data/samples/TRUTH.md) is found, and nothing that is not.

First from the texts as labelled by hand (what the statistics do with right readings), then in a run with the model that comes with us.
"""

import csv
import json
import os
import re
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import feedback_tables as feedback
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from decisions import one, rows_of, tables
from runs import ROOT, SAMPLES, polyvox

from pipeline.aggregate.stage import count, estimate_all, merge
from pipeline.config import AggregateConfig, Config, load
from pipeline.report.board import Board
from pipeline.report.catalogue import INTERFACE
from pipeline.report.content import Content
from pipeline.report.contested import divided
from pipeline.report.findings import Finding
from pipeline.report.inputs import ReportInputs
from pipeline.report.quotes import QUOTES
from pipeline.report.render import render
from pipeline.report.voice import Voice

LANGS = ("cy", "de", "vi", "tl", "ar")
MAIN = dict(zip(LANGS, ("Canolfan Bro Elidir", "Wernhagen", "Hạt Sương", "TahanaMart", "دار سمرين"), strict=True))
PERFECT = dict(
    zip(
        LANGS,
        ("Ffenestri Tan-y-bryn", "Umzüge Rabensteiner", "Lá Chanh Gội Dưỡng Sinh", "Maliksi Gadget Center", "عيادات ثغر الرمال"),
        strict=True,
    )
)
TINY = dict(
    zip(
        LANGS,
        ("Becws Pen-y-graig", "Eiscafé Dolomitenstern", "Giặt Sấy Bọt Trắng", "Labada ni Mareng Tess", "مقهى درج الحمام"),
        strict=True,
    )
)
DIVIDED = dict(
    zip(
        LANGS,
        (
            ("Caffi Tŵr y Wennol", "price"),
            ("Sporthalle Kranichtal", "price"),
            ("Chợ Sớm Mai", "digital"),
            ("Palengke Mo", "digital"),
            ("مشوار الندى", "digital"),
        ),
        strict=True,
    )
)
SPLIT = dict(zip(LANGS, ("information", "information", "food_drink", "packaging", "information"), strict=True))
APRIL = date(2026, 4, 1)
SETTINGS = SAMPLES / "polyvox.toml"  # what `make run` uses
CONFIG = load(SETTINGS).aggregate


def labelled() -> list[dict[str, Any]]:
    """Rows of the samples with their labels by hand in place of a model's readings."""
    labels = {row["id"]: row for row in map(json.loads, (SAMPLES / "labelled.jsonl").open(encoding="utf-8"))}
    rows = []
    for lang in LANGS:
        with (SAMPLES / f"{lang}.csv").open(encoding="utf-8-sig", newline="") as file:
            for key, text, rating, time, channel, brand, author, reply, reply_time in list(
                csv.reader(file, delimiter=";" if lang == "de" else ",")
            )[1:]:
                said = [(each["category"], each["polarity"], None, 0.9) for each in labels[key]["opinions"]]
                rows.append(
                    {
                        **{
                            "doc_id": key,
                            "text": text,
                            "lang": lang,
                            "label": labels[key]["label"],
                            "rating": float(rating) if rating else None,
                        },
                        **{
                            "time": _iso(time),
                            "channel": channel,
                            "brand": brand,
                            "author": author,
                            "reply": reply or None,
                            "aspects": said,
                        },
                        **{"reply_time": _iso(reply_time), "directions": [each["direction"] for each in labels[key]["opinions"]]},
                    }
                )
    return rows


def _iso(time: str) -> str:
    return re.sub(r"^(\d\d)\.(\d\d)\.(\d{4}) ", r"\3-\2-\1T", time)


@pytest.fixture(scope="module")
def by_hand() -> dict[str, pa.Table]:
    """With the estimates and differences that the labels by hand give, as if the classifier had said them."""
    rows = labelled()
    estimates, contrasts = estimate_all(merge([count(*feedback.run_of(rows), config=CONFIG)]), config=CONFIG)
    return {**tables(rows, CONFIG), "estimates": estimates, "contrasts": contrasts}


@pytest.fixture(scope="module")
def by_model(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pa.Table]:
    folder = tmp_path_factory.mktemp("truth")
    done = polyvox("run", SAMPLES / "??.csv", "--out", folder / "out", "--config", SETTINGS)
    assert done.returncode == 0, done.stderr
    return {path.stem: pq.read_table(folder / "out" / path.stem) for path in (folder / "out").glob("*.csv")}


READINGS = ("by_hand", "by_model")


@pytest.fixture(params=READINGS)
def found(request: pytest.FixtureRequest) -> dict[str, pa.Table]:
    return request.getfixturevalue(request.param)


def test_the_truth_names_every_brand() -> None:
    text = (ROOT / "data" / "samples" / "TRUTH.md").read_text(encoding="utf-8")
    for name in (*MAIN.values(), *PERFECT.values(), *TINY.values(), *(brand for brand, _ in DIVIDED.values())):
        assert name in text


def test_the_settings_of_the_samples_name_the_planted_events_and_nothing_else() -> None:
    text = (SAMPLES / "TRUTH.md").read_text(encoding="utf-8")
    assert {(event.date, event.brand) for event in CONFIG.events} == {(APRIL, name) for name in MAIN.values()}
    assert all(f"| {event.name} " in text for event in CONFIG.events)
    assert load(SETTINGS) == replace(Config(), aggregate=replace(AggregateConfig(), events=CONFIG.events))


@pytest.mark.parametrize(
    ("given", "config"), [((), "data/samples/polyvox.toml"), (("INPUT=mine.csv",), ""), (("INPUT=a b.csv", "CONFIG=my.toml"), "my.toml")]
)
def test_make_runs_the_samples_with_their_settings_and_no_other_input(given: tuple[str, ...], config: str, tmp_path: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "INPUT", "CONFIG", "OUT")}
    for target, commands in (("run", 1), ("report", 6)):
        call = ["make", "-n", target, f"VENV={tmp_path}", f"OUT={tmp_path}", *given]
        said = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=True, env=clean).stdout
        lines = [line for line in said.splitlines() if "bin/polyvox " in line]
        assert len(lines) == commands
        for line in lines:
            assert (f'--config "{config}"' in line) if config else ("--config" not in line), line


def test_ratings_fall_at_the_first_of_april(found: dict[str, pa.Table]) -> None:
    for brand in MAIN.values():
        row = one(found["changes"], kind="before_after", brand=brand, measure="mean_rating")
        assert (row["finding"], row["high"] < 0) == ("changed", True), row


def test_no_other_change_is_made_out(found: dict[str, pa.Table]) -> None:
    for kind in ("trend", "trend_fixed_mix", "newest_month"):
        assert not rows_of(found["changes"], kind=kind, finding="changed"), kind
    for row in rows_of(found["changes"], kind="change_point", finding="changed"):
        assert "2026-03-16" <= row["at"] <= "2026-04-13", row


def test_complaints_get_more_frequent_in_every_language_as_labelled(by_hand: dict[str, pa.Table]) -> None:
    rows = rows_of(by_hand["changes"], kind="before_after", measure="share_negative")
    assert len(rows) == 5 and all(row["value"] > 0.2 for row in rows)


def test_too_perfect_brands_are_unusual_and_no_others(found: dict[str, pa.Table]) -> None:
    rows = [row for row in rows_of(found["profiles"], measure="unusual_signs") if row["finding"]]
    unusual = {row["brand"] for row in rows if row["finding"].startswith("unusual profile")}
    assert unusual == set(PERFECT.values())
    assert {row["brand"] for row in rows} == {*PERFECT.values(), *MAIN.values(), *(brand for brand, _ in DIVIDED.values())}


def test_four_texts_decide_nothing(found: dict[str, pa.Table]) -> None:
    for name, table in found.items():
        if name != "estimates" and "brand" in table.column_names:
            for row in table.to_pylist():
                assert row["brand"] not in TINY.values() or row["value"] is None, (name, row)


def test_most_complaints_are_not_answered(found: dict[str, pa.Table]) -> None:
    row = one(found["replies"], lang=None, brand=None, measure="answered_30d")
    assert row["high"] < 0.5 and row["low"] > 0.2


def test_those_who_are_answered_come_back_more_content(found: dict[str, pa.Table]) -> None:
    row = one(found["replies"], measure="recovery")
    assert row["low"] > 0.5, row


def test_no_direction_is_a_finding_but_the_planted_ones(found: dict[str, pa.Table]) -> None:
    for row in rows_of(found["conflicts"], finding="split: no single fix"):
        assert row["aspect"] == SPLIT[row["lang"]]


def test_what_some_praise_and_others_blame_is_a_split_and_nothing_else_is(found: dict[str, pa.Table]) -> None:
    split = rows_of(found["conflicts"], finding="split")
    assert {(row["lang"], row["brand"], row["aspect"]) for row in split} == {(lang, None, aspect) for lang, (_, aspect) in DIVIDED.items()}


def test_the_splits_are_not_found_in_a_run_as_the_truth_says(by_model: dict[str, pa.Table]) -> None:
    row = next(
        line for line in (SAMPLES / "TRUTH.md").read_text(encoding="utf-8").splitlines() if line.startswith("| **A conflict of amounts.**")
    )
    assert bool(rows_of(by_model["conflicts"], finding="split: no single fix")) != ("**not found**" in row)


@pytest.fixture(scope="module")
def directed() -> pa.Table:
    """Conflicts of the amounts as labelled. The direction belongs to one opinion: the rows are made with those opinions alone."""
    rows = [
        {**row, "doc_id": f"{row['doc_id']} {aspect}", "aspects": [(aspect, "negative", None, 0.9)], "direction": direction}
        for row in labelled()
        for aspect, direction in {(said[0], way) for said, way in zip(row["aspects"], row["directions"], strict=True) if way}
    ]
    return tables(rows, CONFIG)["conflicts"]


def test_too_little_for_some_and_too_much_for_others_is_a_split_as_labelled(directed: pa.Table) -> None:
    for lang, aspect in SPLIT.items():
        row = one(directed, lang=lang, brand=MAIN[lang], aspect=aspect, measure="share_too_little")
        assert row["finding"] == "split: no single fix", row


def test_the_splits_are_told_as_contested(directed: pa.Table) -> None:
    told = divided(Board({}, {}), (), directed)
    assert {(found.message, found.lang, found.brand, found.aspect) for found in told} == {
        ("amount", lang, MAIN[lang], SPLIT[lang]) for lang in LANGS
    }


def _inputs(found: dict[str, pa.Table], lang: str = "en") -> ReportInputs:
    others = {name: table for name, table in found.items() if name != "estimates"}
    return ReportInputs(estimates=found["estimates"], coverage={}, tables=others, quotes=QUOTES.empty_table(), language=lang)


def test_what_is_planted_and_does_not_hang_on_the_model_is_told_on_the_first_page(found: dict[str, pa.Table]) -> None:
    told = {group.name: [case for case, _ in group.cases] for group in Content.of(_inputs(found)).groups}
    assert {case.row["brand"] for case in told["event"] if case.row["measure"] == "mean_rating"} == set(MAIN.values())
    assert {case.row["brand"] for case in told["unusual"]} == set(PERFECT.values())
    assert any(case.lang is case.row["brand"] is None for case in told["unanswered"])
    assert len(told["recovery"]) == 1


def test_nothing_is_told_that_the_labels_by_hand_contradict(found: dict[str, pa.Table]) -> None:
    """What hangs on the model may be missing. What is told of shares must go the way that it goes by hand; drivers and trends are planted nowhere."""
    for case, _ in Content.of(_inputs(found)).findings:
        row = case.row
        assert case.rule.message not in ("trend", "newest", "basic", "excitement", "untagged"), row
        assert row.get("brand") not in TINY.values()
        if case.rule.table in ("contrasts", "rankings"):
            assert row["value"] * _by_hand(case) > 0 if case.rule.table == "contrasts" else _by_hand(case) > 0, (row, _by_hand(case))
        elif case.rule.message == "event_share":
            assert row["brand"] in MAIN.values() and row["value"] > 0


def _by_hand(case: Finding) -> float:
    """The cell's share by hand less that of the other side: the other brands, channels or aspects, the month before, another language."""
    row, texts = case.row, labelled()
    if case.rule.table == "rankings":
        label = row["measure"].removeprefix("share_")
        said = [
            (aspect, polarity)
            for text in texts
            if text["lang"] == row["lang"]
            for aspect, polarity in {each[:2] for each in text["aspects"]}
        ]
        one, other = ([polarity == label for aspect, polarity in said if (aspect == row["aspect"]) is side] for side in (True, False))
    else:
        column = next((name for name in ("brand", "channel", "period") if row[name] is not None), None)
        place = [
            (text["lang"], text["time"][:7] if column == "period" else text[column] if column else None, text["label"] == "negative")
            for text in texts
        ]
        one = [negative for lang, name, negative in place if lang == row["lang"] and name == (row[column] if column else None)]
        before = f"{row['period'][:5]}{int(row['period'][5:]) - 1:02d}" if column == "period" else None
        other = [
            negative
            for lang, name, negative in place
            if (lang == row["lang"] and (name == before if before else name != row[column]) if column else lang == row["against"])
        ]
    return sum(one) / max(len(one), 1) - sum(other) / max(len(other), 1)


@pytest.mark.parametrize("lang", INTERFACE)
def test_the_first_page_tells_it_in_every_language(found: dict[str, pa.Table], lang: str) -> None:
    html, voice = render(_inputs(found, lang)), Voice(lang)
    first = html[: html.index('<section id="languages"')]
    assert all(str(voice.say(f"group.{name}")) in first for name in ("event", "unanswered", "recovery", "unusual"))
    assert all(name in first for name in (*MAIN.values(), *PERFECT.values()))
    assert not any(name in first for name in TINY.values())


def test_drivers_are_not_made_up_from_fifty_ratings(found: dict[str, pa.Table]) -> None:
    assert all(row["reason"].startswith("fewer than 100 rated texts") for row in found["drivers"].to_pylist())


def test_the_samples_are_whole() -> None:
    assert [len((Path(SAMPLES) / f"{lang}.csv").read_text(encoding="utf-8-sig").split(f"\n{lang}s")) - 1 for lang in LANGS] == [116] * 5
