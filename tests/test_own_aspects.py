"""Aspects that an organisation adds: found by their words in five languages, judged by what the model reads, and kept apart from the taxonomy."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from runs import polyvox

from pipeline import taxonomy
from pipeline.analyse import stage
from pipeline.analyse.own_aspects import Named, judged, names
from pipeline.config import AnalyseConfig, OwnAspect, load
from pipeline.errors import ConfigError
from pipeline.languages import CODES
from pipeline.protocols import Opinion, Reading

FOUND = [  # language, listed word or phrase, a sentence, the words in it that name the aspect
    ("cy", "maes parcio", "Roedd y Maes Parcio yn llawn.", ["Maes Parcio"]),
    ("cy", "maes parcio", "Dim lle yn y faes parcio o gwbl.", ["faes parcio"]),
    ("cy", "maes parcio", "Mae'r meysydd parcio'n ddrud.", ["meysydd parcio"]),
    ("cy", "tocyn", "Collais fy nhocyn a phrynais docyn arall.", ["nhocyn", "docyn"]),
    ("cy", "Parcmon", "Es i Barcmon ddoe.", ["Barcmon"]),  # a name that no dictionary has
    ("cy", "tŷ", "Ty bach oer.", ["Ty"]),
    ("de", "Parkplatz", "Die Parkplätze waren voll, kein PARKPLATZ frei.", ["Parkplätze", "PARKPLATZ"]),
    ("de", "Parkplatz", "Zu wenige Parkplaetze!", ["Parkplaetze"]),
    ("de", "Ladesäule", "Zwei Ladesäulen waren defekt.", ["Ladesäulen"]),
    ("de", "Park-and-Ride", "Der Park and Ride ist gut.", ["Park and Ride"]),
    ("vi", "chỗ đỗ xe", "Chỗ đỗ xe rất chật.", ["Chỗ đỗ xe"]),
    ("vi", "chỗ đỗ xe", "quan ngon nhung cho do xe chat qua", ["cho do xe"]),
    ("vi", "vé", "mua ve lau qua", ["ve"]),
    ("tl", "paradahan", "Walang paradahang maayos dito.", ["paradahang"]),
    ("tl", "parking", "Nag-parking kami sa labas, ang mahal ng parking.", ["parking", "parking"]),
    ("ar", "موقف السيارات", "موقف السيارات صغير", ["موقف السيارات"]),  # mawqif as-sayyarat: the car park is small
    ("ar", "موقف", "المواقف مزدحمة", ["المواقف"]),  # al-mawaqif: the car parks are crowded
    ("ar", "موقف", "وموقفهم بعيد", ["وموقفهم"]),  # wa-mawqifuhum: and their car park is far
    ("ar", "مصعد", "والمَصْعَد معطل", ["والمَصْعَد"]),  # wal-masad, with vowel marks: and the lift is broken
    ("ar", "سيارة", "سيارتي متسخة", ["سيارتي"]),  # sayyarati: my car is dirty
    ("und", "parking", "Parking ok", ["Parking"]),
]
NOT_FOUND = [
    ("cy", "par", "Mae'r bar yn swnllyd."),  # a pair; the bar, which is a word of its own
    ("de", "Parken", "Der Parkettboden knarrt."),
    ("de", "schön", "Das ist schon gut."),
    ("de", "Park Ride", "Ein Park, Ride kam nicht."),
    ("vi", "vé", "Chúng tôi đi về nhà vẽ tranh."),  # ticket; to go home, to draw
    ("vi", "giá", "Cả gia đình đều thích."),  # price; family, in a sentence with its marks
    ("tl", "presyo", "Ang preso ay nakatakas."),
    ("ar", "سعر", "شعر جميل"),  # price; hair
    ("de", "mail", "Schreiben Sie an [mail] bitte."),  # what cleaning put there
]


def own(*words: str, id: str = "parking") -> tuple[OwnAspect, ...]:
    return (OwnAspect(id, words, name="Parking"),)


@pytest.mark.parametrize(("lang", "word", "sentence", "wanted"), FOUND)
def test_inflection_mutation_article_and_missing_marks_do_not_hide_a_listed_word(
    lang: str, word: str, sentence: str, wanted: list[str]
) -> None:
    assert [sentence[each.start : each.end] for each in names(sentence, lang, own(word))] == wanted


@pytest.mark.parametrize(("lang", "word", "sentence"), NOT_FOUND)
def test_other_words_are_not_taken_for_a_listed_one(lang: str, word: str, sentence: str) -> None:
    assert list(names(sentence, lang, own(word))) == []


def test_the_longest_phrase_counts_once_and_each_aspect_for_itself() -> None:
    aspects = (*own("Parkplatz", "Parkplatz am Hafen"), *own("Hafen", id="harbour"))
    sentence = "Der Parkplatz am Hafen war voll."
    assert [(each.category, sentence[each.start : each.end]) for each in names(sentence, "de", aspects)] == [
        ("parking", "Parkplatz am Hafen"),
        ("harbour", "Hafen"),
    ]


NAMED = Named("parking", 10, 20)
TERM = Opinion(0, 12, 18, "location", "negative", "too_little", 0.7)


def said(*terms: Opinion, sentiment: Sequence[float]) -> list[tuple[str, float, str | None]]:
    found = judged(NAMED, 0, terms, np.array(sentiment))
    return [(each.polarity, round(each.probability, 3), each.direction) for each in found]


def test_a_term_that_overlaps_decides_and_brings_its_probability() -> None:
    far = Opinion(0, 30, 40, "staff", "positive", None, 0.9)
    assert said(far, TERM, sentiment=(0, 0, 1, 0)) == [("negative", 0.7, "too_little")]


def test_without_such_a_term_the_sentence_decides() -> None:
    far = Opinion(0, 30, 40, "staff", "negative", None, 0.9)
    assert said(far, sentiment=(0.1, 0.2, 0.6, 0.1)) == [("positive", 0.6, None)]
    assert said(sentiment=(0.1, 0.7, 0.1, 0.1)) == [("neutral", 0.7, None)]


def test_in_a_mixed_sentence_without_such_a_term_it_is_praised_and_blamed() -> None:
    assert said(sentiment=(0.2, 0.05, 0.15, 0.6)) == [("negative", 0.8, None), ("positive", 0.75, None)]


class Blind:
    """Reads every sentence as negative and finds no term."""

    def analyse(self, texts: Sequence[str], sentences: Sequence[Sequence[tuple[int, int]]], langs: object = None) -> list[Reading]:
        bad = np.array([0.8, 0.1, 0.05, 0.05])
        return [Reading(bad, np.tile(bad, (len(spans), 1)), []) for spans in sentences]


def test_the_rows_point_at_what_the_person_wrote() -> None:
    text = "Alles &amp; jeder gut. Die Parkpl\u00e4tze waren voll!"
    clean, runs = text.replace("&amp;", "&"), [0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 6, 11, 7, 11, len(text)]
    texts = pa.table({"doc_id": ["a"], "clean": [clean], "offsets": [runs]})
    languages = pa.table({"doc_id": ["a"], "sentence": pa.array([None], pa.int32()), "lang": ["de"]})
    config = AnalyseConfig(aspects=own("Parkplatz"))
    _, aspects = stage.run(texts, languages, pa.table({"doc_id": ["a"], "text": [text]}), config=config, model=Blind())
    (row,) = aspects.to_pylist()
    assert row["term"] == "Parkpl\u00e4tze" == text[row["start"] : row["end"]]
    assert (row["category"], row["polarity"], row["sentence"]) == ("parking", "negative", 1)
    assert row["probability"] == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("aspect", "message"),
    [
        (OwnAspect("staff", ("Personal",)), "'staff'.*taken"),
        (OwnAspect("Parken!", ("Parkplatz",)), "a-z, 0-9 and _"),
        (OwnAspect("parking", ()), "at least one word"),
        (OwnAspect("parking", ("Parkplatz", "!?")), "at least one word"),
        (OwnAspect("parking", ("Parkplatz",), names={"fr": "Parking"}), "'fr'"),
    ],
    ids=["taken", "id", "no words", "no letter", "language"],
)
def test_an_own_aspect_that_cannot_be_is_said_clearly(aspect: OwnAspect, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        taxonomy.load().plus((aspect,))


def test_an_id_of_the_taxonomy_stays_taken_when_it_is_switched_off(tmp_path: Path) -> None:
    from pipeline.engines.local import LocalEngine
    from pipeline.progress import Silent
    from pipeline.run import Run

    file = tmp_path / "own.toml"
    file.write_text('[analyse]\noff = ["staff"]\n[[analyse.aspects]]\nid = "staff"\nwords = ["Personal"]\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="taken"):
        Run(tmp_path / "out", load(file), LocalEngine(1), Silent())
    assert not (tmp_path / "out").exists()


def test_settings_say_what_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text('[[analyse.aspects]]\nid = "parking"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="lacks words"):
        load(file)
    file.write_text('[[analyse.aspects]]\nid = "parking"\nwords = ["Parkplatz"]\nnam = "Parken"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="'nam'. Did you mean 'name'"):
        load(file)


def test_a_name_may_differ_by_language_and_falls_back() -> None:
    aspects = (OwnAspect("parking", ("x",), name="Parking", names={"de": "Parken", "cy": "Parcio"}), OwnAspect("lift", ("y",)))
    parking, lift = taxonomy.load().plus(aspects).aspects[-2:]
    assert [parking.name(lang) for lang in ("de", "cy", "vi")] == ["Parken", "Parcio", "Parking"]
    assert lift.name("de") == "lift"


SAID = [
    "Roedd y faes parcio yn llawn a'r staff yn anghwrtais.",
    "Die Parkplätze waren voll und dreckig.",
    "Bãi đỗ xe quá chật và bẩn, rất tệ.",
    "Ang sikip at ang dumi ng paradahan, nakakainis.",
    "المواقف ضيقة وقذرة جدا",  # al-mawaqif dayyiqa wa-qadhira jiddan: the car parks are very narrow and dirty
]
SETTINGS = """
[analyse]
off = ["design"]
[[analyse.aspects]]
id = "parking"
name = "{name}"
names = {{ de = "Parken", cy = "Parcio" }}
words = ["maes parcio", "Parkplatz", "đỗ xe", "paradahan", "\u0645\u0648\u0642\u0641"]  # mawqif: car park
[aggregate]
min_n = 2
min_authors = 2
max_width = 1.0
"""


def test_an_own_aspect_reaches_tables_estimates_and_report_in_all_five_languages(tmp_path: Path) -> None:
    rows = [{"text": text, "author": f"a{number}"} for number in range(6) for text in SAID]
    feedback, config, out = tmp_path / "feedback.jsonl", tmp_path / "own.toml", tmp_path / "out"
    feedback.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    config.write_text(SETTINGS.format(name="Parking"), encoding="utf-8")
    done = polyvox("run", feedback, "--out", out, "--config", config, "--workers", 1)
    assert done.returncode == 0, done.stderr
    opinions = [row for row in pq.read_table(out / "aspects").to_pylist() if row["category"] == "parking"]
    assert len(opinions) == len(rows) and len({row["doc_id"] for row in opinions}) == len(rows)
    with (out / "estimates.csv").open(encoding="utf-8-sig", newline="") as file:
        shares = [
            row for row in csv.DictReader(file) if row["aspect"] == "parking" and row["measure"] == "share_negative" and not row["brand"]
        ]
    assert {row["lang"] for row in shares} == set(CODES)
    assert all(row["method"].startswith("share classified, not corrected") for row in shares)
    assert "Parking" in (out / "report.html").read_text(encoding="utf-8")

    config.write_text(SETTINGS.format(name="Getting a parking space"), encoding="utf-8")
    assert polyvox("run", feedback, "--out", out, "--config", config, "--workers", 1).returncode == 0
    assert json.loads((out / "run.json").read_text(encoding="utf-8"))["made"]["analyse"] == 0  # another name: nothing is read again
    assert "Getting a parking space" in (out / "report.html").read_text(encoding="utf-8")
    assert polyvox("report", "--out", out, "--report-language", "de").returncode == 0  # without the settings
    assert "Parken" in (out / "report.html").read_text(encoding="utf-8")
