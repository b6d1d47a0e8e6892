"""Values, names and encodings of the read stage, by the cases in tests/cases/read (one file a language)."""

import json
import math
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.read.encodings import eight_bit, wide
from pipeline.read.mapping import distinct, resolve
from pipeline.read.ratings import rating
from pipeline.read.rejects import excerpt, refuse
from pipeline.read.tally import SourceTally
from pipeline.read.times import time
from pipeline.read.values import as_text, weight, whole

FOLDER = Path(__file__).parent / "cases" / "read"
LANGS = ("en", "de", "cy", "vi", "tl", "ar")
CASES = {lang: json.loads((FOLDER / f"{lang}.json").read_text("utf-8")) for lang in LANGS}
TONES = "\u0300\u0301\u0303\u0309\u0323"


def cases(*keys):
    return [pytest.param(*(each if isinstance(each, list) else [each]), id=f"{lang}-{each}") for lang, key, each in _all(keys)]


def _all(keys):
    for lang, case in CASES.items():
        for key in keys:
            yield from ((lang, key, each) for each in case.get(key, []))


def in_page(text, page):
    """Bytes in a code page; for Vietnamese with the tone mark after its letter, as Windows-1258 has it."""
    import unicodedata

    if page != "windows-1258":
        return text.encode(page)
    letters = []
    for char in unicodedata.normalize("NFC", text):
        marks = unicodedata.normalize("NFD", char)
        base = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in TONES))
        letters.append(base + "".join(mark for mark in marks if mark in TONES))
    return "".join(letters).encode(page)


@pytest.mark.parametrize(("value", "expected"), cases("ratings"))
def test_a_rating_is_understood(value, expected):
    assert rating(value) == expected
    assert rating(f"  {value} ") == expected


@pytest.mark.parametrize("value", cases("not_ratings"))
def test_what_is_no_rating_stays_empty(value):
    assert rating(value) is None


@pytest.mark.parametrize(("value", "expected"), cases("times"))
def test_a_time_is_understood(value, expected):
    assert time(value, True) == datetime.fromisoformat(expected)


@pytest.mark.parametrize("value", cases("not_times"))
def test_what_is_no_time_stays_empty(value):
    assert time(value, True) is None


@pytest.mark.parametrize("text", cases("useful"))
def test_a_useful_text_is_kept(text):
    assert refuse(text, 1000) is None


@pytest.mark.parametrize("text", cases("useless"))
def test_a_useless_text_is_refused(text):
    assert refuse(text, 1000) == ("no letters or emoji" if text.strip() else "no text")


def columns():
    return [
        pytest.param(f, name, id=f"{lang}-{f}-{name}") for lang, c in CASES.items() for f, names in c["columns"].items() for name in names
    ]


@pytest.mark.parametrize(("field", "name"), columns())
def test_a_column_is_known_by_its_name(field, name):
    names = [name, "other"] if field == "text" else ["other", name, "text"]
    assert resolve(names, [], {}, SourceTally("a")).fields[field] == names.index(name)


@pytest.mark.parametrize("name", cases("not_text"))
def test_a_strange_column_is_a_dimension(name):
    found = resolve(["text", name], [], {}, SourceTally("a"))
    assert found.dimensions == ((name, 1),)


def encoded():
    return [(c["encoding"]["page"], text) for c in CASES.values() if "encoding" in c for text in c["encoding"]["texts"]]


@pytest.mark.parametrize(("page", "text"), encoded())
def test_the_code_page_of_a_single_text_is_recognised(page, text):
    assert eight_bit(in_page(text, page)) == page


@pytest.mark.parametrize(("page", "text"), encoded())
def test_utf_8_is_never_taken_for_a_code_page(page, text):
    assert eight_bit(text.encode()) == "utf-8"
    assert eight_bit((text * 3).encode() + b"\xff") == "utf-8"


@pytest.mark.parametrize(("page", "text"), encoded())
@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_recognised_with_and_without_a_mark(page, text, name):
    table = f"id,text\r\n1,{text}\r\n"
    assert wide(table.encode(name)) == name
    assert wide(("\ufeff" + text).encode(name)) == name
    assert wide(table.encode()) == ""


def known_failures():
    return [(kind, value, right) for c in CASES.values() for kind, value, right in c.get("known_failures", [])]


@pytest.mark.parametrize(("kind", "value", "right"), known_failures())
@pytest.mark.xfail(strict=True)
def test_known_failures(kind, value, right):
    found = {
        "rating": lambda: rating(value),
        "time": lambda: str(time(value, True)).replace(" ", "T"),
        "useful": lambda: refuse(value, 1000) is None,
        "encoding": lambda: eight_bit(in_page(value, right)),
    }[kind]()
    assert found == right


def test_a_month_comes_first_where_the_setting_says_so_but_never_with_dots():
    assert time("3/4/2026", False) == datetime(2026, 3, 4)
    assert time("3/4/2026", True) == datetime(2026, 4, 3)
    assert time("3.4.2026", False) == datetime(2026, 4, 3)
    assert time("14/3/2026", False) == time("3/14/2026", True) == datetime(2026, 3, 14)


def test_times_of_spreadsheets_and_parquet_are_understood():
    assert time(datetime(2026, 3, 4, 18, 22), True) == datetime(2026, 3, 4, 18, 22)
    assert time(date(2026, 3, 4), True) == datetime(2026, 3, 4)
    assert time(datetime(2026, 3, 4, 1, tzinfo=timezone(timedelta(hours=3))), True) == datetime(2026, 3, 3, 22)
    assert time(46085.5, True) == datetime(2026, 3, 4, 12)  # Excel: 4 March 2026 is day 46085
    assert time(1772648553, True) == time(1772648553.0, True) == datetime(2026, 3, 4, 18, 22, 33)
    assert time(True, True) is time(None, True) is time(math.nan, True) is time(3, True) is None


@given(st.datetimes(datetime(1900, 1, 2), datetime(2199, 12, 30)), st.integers(-14 * 60, 14 * 60))
def test_an_iso_time_with_an_offset_becomes_utc(when, minutes):
    zoned = when.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert time(zoned.isoformat(), True) == zoned.astimezone(UTC).replace(tzinfo=None)
    assert time(when.isoformat(), False) == when


@given(st.text() | st.integers() | st.floats() | st.none() | st.booleans())
def test_no_value_breaks_the_parsers(value):
    assert rating(value) is None or math.isfinite(rating(value))
    assert time(value, True) is None or time(value, True).tzinfo is None
    assert weight(value) is None or 0 < weight(value) < math.inf
    assert isinstance(as_text(value), str)


@given(st.floats(0.001, 1e6))
def test_a_weight_is_a_number_above_zero(value):
    assert weight(value) == weight(str(value)) == value
    assert weight(-value) is weight(0) is weight("heavy") is weight("inf") is None


def test_cells_become_what_a_person_reads():
    assert [as_text(cell) for cell in (None, 4.0, 4.5, True, date(2026, 3, 4), b"\xff", {"a": [1]}, math.nan)] == [
        *("", "4", "4.5", "true", "2026-03-04", "\ufffd", '{"a": [1]}', "")
    ]


def test_half_characters_are_replaced_and_whole_ones_kept():
    assert whole("a\ud83db\U0001f600") == "a\ufffdb\U0001f600"


@given(st.text(st.characters(exclude_categories=[]), max_size=400))
def test_an_excerpt_shows_nothing_that_moves_the_cursor_or_turns_the_text(text):
    shown = excerpt(text)
    assert not any(ord(char) < 32 or char in "\x7f\x9b\u202e\u2066\u200f\u2028\ud800" for char in shown)
    plain = "".join(char for char in text if char.isalnum())
    assert excerpt(plain) == plain[:200]


def test_column_names_are_made_distinct():
    assert distinct(["a", "a", " a", "", "a~2", ""]) == ("a", "a~2", "a~3", "column 4", "a~2~2", "column 6")


@given(st.lists(st.sampled_from(["a", "a~2", "", "column 2", " a"]), max_size=12))
def test_distinct_names_are_distinct(header):
    assert len(set(distinct(header))) == len(header)
