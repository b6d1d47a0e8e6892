"""Changes, replies, mentions and drivers, from made-up feedback with known effects."""

import random
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from decisions import day, one, rows_of, tables

from pipeline.aggregate.naming import Names, fold
from pipeline.config import AggregateConfig, Brand, Event, build, load
from pipeline.errors import ConfigError

CONFIG = AggregateConfig()
EVENT = replace(CONFIG, events=(Event(date(2026, 4, 1), "new price", "x"),))  # day 90


def half_year(rng: random.Random, brand: str, before: float, after: float, days: int = 180) -> list[dict[str, Any]]:
    """Two texts a day, each of an author of its own, negative with these probabilities before and from 1 April."""
    rows = []
    for number in range(days):
        for i in range(2):
            bad = rng.random() < (before if number < 90 else after)
            place = {
                "doc_id": f"{brand}{number}.{i}",
                "lang": "de",
                "brand": brand,
                "time": day(number),
                "channel": rng.choice(["app", "web"]),
            }
            rows.append({**place, "label": "negative" if bad else "positive", "rating": rng.choice([1, 2]) if bad else rng.choice([4, 5])})
    return rows


def test_a_change_at_a_dated_event_is_found_beyond_the_other_brands() -> None:
    rng = random.Random(1)
    table = tables(half_year(rng, "x", 0.2, 0.5) + half_year(rng, "y", 0.3, 0.3), EVENT)["changes"]
    for kind in ("before_after", "before_after_controlled"):
        found = one(table, kind=kind, brand="x", measure="share_negative")
        assert found["finding"] == "changed" and found["low"] < 0.3 < found["high"]
    assert one(table, kind="before_after", measure="mean_rating")["high"] < 0
    assert one(table, kind="change_point", brand="x")["at"] in {str(np.datetime64("2026-03-30") + 7 * week) for week in (-1, 0, 1)}
    assert (
        one(table, kind="trend", brand="x")["low"] > 0
    )  # a step is no straight line: its trend is unsure, and found no more once adjusted
    for kind in ("change_point", "trend", "trend_fixed_mix"):
        assert one(table, kind=kind, brand="y")["finding"].startswith("no change")


def test_what_all_brands_have_in_common_is_not_put_down_to_the_event() -> None:
    rng = random.Random(2)
    table = tables(half_year(rng, "x", 0.2, 0.5) + half_year(rng, "y", 0.2, 0.5), EVENT)["changes"]
    assert one(table, kind="before_after", brand="x", measure="share_negative")["finding"] == "changed"
    assert one(table, kind="before_after_controlled", brand="x", measure="share_negative")["finding"] == "no change shown"


def test_one_author_who_writes_a_lot_after_the_event_changes_nothing() -> None:
    rng = random.Random(30)
    loud = [{"doc_id": f"l{i}", "lang": "de", "brand": "x", "author": "loud", "time": day(100 + i), "label": "negative"} for i in range(60)]
    found = one(tables(half_year(rng, "x", 0.3, 0.3) + loud, EVENT)["changes"], kind="before_after", measure="share_negative")
    assert found["after"] > 0.4 and found["finding"] == "no change shown"


def test_a_change_that_one_author_makes_is_said_to_rest_on_one_author() -> None:
    def wrote(start: str, bad: int, good: int, at: int) -> list[dict[str, Any]]:
        labels = ["negative"] * bad + ["positive"] * good
        return [{"doc_id": f"{start}{i}", "lang": "de", "brand": "x", "time": day(at), "label": label} for i, label in enumerate(labels)]

    rows = wrote("b", 12, 48, 30) + wrote("a", 18, 32, 120)
    loud = [{**row, "author": "loud"} for row in wrote("l", 10, 0, 130)]
    alone, together = (one(tables(each, EVENT)["changes"], kind="before_after", measure="share_negative") for each in (rows, rows + loud))
    assert (alone["finding"], together["finding"]) == ("no change shown", "rests on one author")


def test_a_bad_newest_month_is_noticed_and_an_ordinary_one_is_not() -> None:
    rng = random.Random(4)
    usual = half_year(rng, "x", 0.2, 0.2, days=181)
    bad = [{**row, "label": "negative" if rng.random() < 0.7 else "positive"} if row["time"] >= day(151) else row for row in usual]
    assert one(tables(usual, CONFIG)["changes"], kind="newest_month", brand="x")["finding"] == "no change shown"
    found = one(tables(bad, CONFIG)["changes"], kind="newest_month", brand="x")
    assert (found["finding"], found["at"]) == ("changed", "2026-06") and found["after"] > found["before"] + 0.3


def test_little_is_said_to_change_in_months_of_the_same() -> None:
    """Four kinds of looking, each wrong at most once in twenty."""
    findings = [
        row["finding"]
        for seed in range(8)
        for row in tables(half_year(random.Random(seed), "x", 0.3, 0.3), CONFIG)["changes"].to_pylist()
        if row["reason"] is None and row["brand"]
    ]
    assert len(findings) == 32 and findings.count("changed") <= 4


def test_events_are_read_from_the_settings(tmp_path: Any) -> None:
    path = tmp_path / "a.toml"
    path.write_text('[[aggregate.events]]\ndate = 2026-04-01T10:00:00\nname = "n"\n[[aggregate.brands]]\nname = "b"\naliases = ["c"]\n')
    assert load(path).aggregate.events == (Event(date(2026, 4, 1), "n"),)
    assert load(path).aggregate.brands == (Brand("b", ("c",)),)
    with pytest.raises(ConfigError, match=r"events lacks name"):
        build(AggregateConfig, {"events": [{"date": date(2026, 4, 1)}]}, "a.toml")
    with pytest.raises(ConfigError, match=r"date must be of type date, not 'April'"):
        build(AggregateConfig, {"events": [{"date": "April", "name": "n"}]}, "a.toml")


def complaints(rng: random.Random, number: int = 200) -> list[dict[str, Any]]:
    """Complaints over 60 days; half of the authors are answered, after 2 days, and these rate 2 stars more later; the others half a star."""
    rows = []
    for i in range(number):
        answered, at, stars = i % 2 == 0, rng.randrange(60), rng.choice([1, 2])
        common = {"lang": "de", "brand": "x", "author": f"a{i}", "label": "negative"}
        answer = {"reply": "Entschuldigung", "reply_time": day(at + 2)} if answered and at + 2 <= 60 else {}
        rows.append({**common, "doc_id": f"c{i}", "rating": stars, "time": day(at), **answer})
        if at < 45 and i % 3 == 0:
            rows.append({**common, "doc_id": f"d{i}", "rating": stars + (2 if answered else rng.randrange(2)), "time": day(at + 14)})
    return rows


def test_answers_are_counted_with_those_who_still_wait() -> None:
    table = tables(complaints(random.Random(5)), CONFIG)["replies"]
    first, week = (one(table, lang=None, brand=None, measure=f"answered_{days}d") for days in (1, 7))
    assert first["value"] == 0
    assert week["low"] < 0.5 * 200 / 230 < week["high"]  # second ratings of 1 or 2 are complaints too, unanswered


def test_the_answered_recover_more_than_the_unanswered() -> None:
    found = one(tables(complaints(random.Random(6)), CONFIG)["replies"], measure="recovery")
    assert found["low"] < 1.5 < found["high"] and found["low"] > 0.5


def test_recovery_needs_both_kinds_of_complainers() -> None:
    rows = [row for row in complaints(random.Random(7)) if int(row["author"][1:]) % 2 == 0]
    assert (
        one(tables(rows, CONFIG)["replies"], measure="recovery")["reason"]
        == "fewer than 10 authors who were unanswered and rated again (0)"
    )


def test_replies_that_nobody_dates_say_nothing_of_how_soon() -> None:
    rows = [{"doc_id": str(i), "lang": "de", "label": "negative", "time": day(i), "reply": "Danke"} for i in range(40)]
    assert one(tables(rows, CONFIG)["replies"], measure="answered_7d")["reason"] == "no complaint has a time and a reply with a time"


BRANDS = (
    Brand("Caffi Enlli"),
    Brand("Hạt Sương"),
    Brand("Wernhagen", ("WH Service",)),
    Brand("TahanaMart"),
    Brand("دار سمرين", ("سمرين",)),
    Brand("Tŷ Llwyd"),
)


@pytest.mark.parametrize(
    ("text", "lang", "found"),
    [
        ("Es i i Gaffi Enlli ddoe", "cy", [(0, False)]),  # soft mutation
        ("Cinio yng Nghaffi Enlli", "cy", [(0, False)]),  # nasal
        ("Pobl a Chaffi Enlli'n brysur", "cy", [(0, False)]),  # aspirate, and 'n
        ("Gaffi Enlli", "de", []),  # no mutation in German
        ("yn Nhŷ Llwyd", "cy", [(5, False)]),
        ("Wernhagens Hotline, nie wieder", "de", [(2, False)]),
        ("der WH-Service", "de", [(2, False)]),
        ("Wernhagener Bürger", "de", []),  # another word
        ("quan Hat Suong ngon", "vi", [(1, False)]),
        ("HẠT SƯƠNG #tahanamart", "vi", [(1, False), (3, True)]),
        ("nag-TahanaMart ako, ang TahanaMart'ng suki", "tl", [(3, False)]),
        ("لا تشترون من سمرين", "ar", [(4, False)]),
        ("وبدار سَمْرين وجدته", "ar", [(4, False)]),  # wa-bi-, and a vowel sign
        ("@wernhagen kaputt", "de", [(2, True)]),
        ("mail@wernhagen.example", "de", []),
        ("", "und", []),
    ],
)
def test_brands_are_found_in_the_forms_of_each_language(text: str, lang: str, found: list[tuple[int, bool]]) -> None:
    assert list(Names(BRANDS).named(text, lang)) == found


def test_folding_leaves_different_names_different() -> None:
    assert fold("Sen Vàng") != fold("Sen Van") and fold("\u0625\u0646") == fold("\u0627\u0646")


def test_tagged_and_untagged_mentions_are_told_apart() -> None:
    config = replace(CONFIG, brands=(Brand("Wernhagen"),), min_authors=5)
    rows = [{"doc_id": f"t{i}", "lang": "de", "label": "neutral", "brand": "WERNHAGEN", "text": "Gut."} for i in range(30)]
    rows += [{"doc_id": f"u{i}", "lang": "de", "label": "neutral", "text": "Bei Wernhagen gekauft."} for i in range(90)]
    rows += [{"doc_id": f"o{i}", "lang": "de", "label": "neutral", "text": "Anderswo."} for i in range(120)]
    table = tables(rows, config)["mentions"]
    share, tagged = (one(table, brand="Wernhagen", lang="de", measure=measure) for measure in ("share_mentioning", "share_tagged"))
    assert (share["value"], share["n"], tagged["value"], tagged["n"]) == (0.5, 240, 0.25, 120)


def test_mentions_of_few_texts_are_withheld_as_other_shares_are() -> None:
    config = replace(CONFIG, brands=(Brand("Wernhagen"),))
    for named, others, reasons in (
        (29, 200, [None, "fewer than 30 texts (n=29)"]),
        (34, 200, [None, "interval wider than 30 points"]),
        (18, 16, ["interval wider than 30 points", "fewer than 30 texts (n=18)"]),
    ):
        rows = [
            {"doc_id": f"u{i}", "lang": "de", "label": "neutral", "brand": "Wernhagen" if i % 2 else None, "text": "Bei Wernhagen."}
            for i in range(named)
        ]
        rows += [{"doc_id": f"o{i}", "lang": "de", "label": "neutral", "text": "Anderswo."} for i in range(others)]
        table = tables(rows, config)["mentions"]
        found = [one(table, brand="Wernhagen", lang="de", measure=measure) for measure in ("share_mentioning", "share_tagged")]
        assert [row["reason"] for row in found] == reasons
        assert [row["value"] is None for row in found] == [reason is not None for reason in reasons]


def rated(rng: random.Random, number: int = 700) -> list[dict[str, Any]]:
    """Price costs two stars when blamed and gains little; design gains when praised; staff does nothing."""
    rows = []
    for i in range(number):
        said = [(aspect, rng.choice(["negative", "positive"]), None, 0.9) for aspect in ("price", "design", "staff") if rng.random() < 0.35]
        effect = {("price", "negative"): -2.2, ("price", "positive"): 0.2, ("design", "positive"): 1.6, ("design", "negative"): -0.1}
        stars = 3 + sum(effect.get((aspect, polarity), 0) for aspect, polarity, *_ in said) + rng.gauss(0, 0.7)
        rows.append(
            {
                "doc_id": f"r{i}",
                "lang": "de",
                "label": "neutral",
                "author": f"a{i % 400}",
                "rating": min(5, max(1, round(stars))),
                "aspects": said,
            }
        )
    return rows


def test_drivers_come_out_as_they_were_built() -> None:
    table = tables(rated(random.Random(8)), CONFIG)["drivers"]
    assert {row["aspect"]: row["finding"] for row in rows_of(table, measure="asymmetry")} == {
        "price": "basic",
        "design": "excitement",
        "staff": "performance, or undecided",
    }
    assert one(table, aspect="price", measure="effect_negative")["high"] < 0.1
    assert one(table, aspect="design", measure="effect_positive")["low"] > 3
    staff = one(table, aspect="staff", measure="effect_negative")
    assert staff["low"] < 1 < staff["high"]
    importance = {row["aspect"]: row["value"] for row in rows_of(table, measure="importance")}
    assert importance["price"] > importance["design"] > 0.03 > importance["staff"]
    assert 0.3 < one(table, aspect="staff", measure="mention_rate")["value"] < 0.4
    assert all("association" in row["method"] for row in rows_of(table, measure="effect_negative"))


def test_an_aspect_that_few_people_speak_of_drives_nothing_by_itself() -> None:
    rows = rated(random.Random(8), 300)
    loud = [{**row, "author": f"loud{i % 9}"} if any(said[0] == "staff" for said in row["aspects"]) else row for i, row in enumerate(rows)]
    assert {row["aspect"] for row in tables(rows, CONFIG)["drivers"].to_pylist()} == {"price", "design", "staff"}
    assert {row["aspect"] for row in tables(loud, CONFIG)["drivers"].to_pylist()} == {"price", "design"}


def test_few_ratings_drive_nothing() -> None:
    assert one(tables(rated(random.Random(9), 60), CONFIG)["drivers"], lang="de")["reason"] == "fewer than 100 rated texts (n=60)"
