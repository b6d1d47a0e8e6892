"""The check of annotated corpora: a sound one passes, and every rule is broken once."""

import copy
import json
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import taxonomy
from pipeline.corpus.balance import scaled, shortfalls
from pipeline.corpus.check import Report, check, rules
from pipeline.corpus.command import check_command
from pipeline.corpus.format import corpus_files, read
from pipeline.corpus.nearness import jaccard, most_alike, near_pairs, shingles
from pipeline.corpus.rules import DOUBTS, FAULTS
from pipeline.corpus.words import folded, words
from pipeline.errors import InputError

SOUND = Path(__file__).parent / "cases" / "corpus" / "sound.jsonl"
ASPECTS = taxonomy.load()
Row = dict[str, Any]


def sound() -> dict[str, Row]:
    return {row["id"]: row for row in map(json.loads, SOUND.read_text(encoding="utf-8").splitlines())}


def checked(folder: Path, rows: dict[str, Row]) -> Report:
    path = folder / "corpus.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows.values()), encoding="utf-8")
    return check([path], ASPECTS)


def test_a_sound_corpus_has_no_fault(tmp_path: Path) -> None:
    report = check([SOUND], ASPECTS)
    assert report.faults == ()
    assert report.ok
    assert report.texts == {"ar": 2, "cy": 2, "de": 2, "tl": 2, "vi": 2}


def retext(row: Row, text: str) -> None:
    """Another text in one sentence, with no opinion."""
    row.update(text=text, opinions=[], sentences=[{"start": 0, "end": len(text), "label": row["label"]}])


def put(*path: str | int, value: object) -> Callable[[dict[str, Row]], None]:
    """A change that sets one value, given by its path from the id."""

    def change(rows: dict[str, Row]) -> None:
        place: Any = rows
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return change


def shift_term(rows: dict[str, Row]) -> None:
    rows["cy1"]["opinions"][0]["start"] += 1


def overlap(rows: dict[str, Row]) -> None:
    first = rows["cy1"]["opinions"][0]
    rows["cy1"]["opinions"].append(dict(first, start=first["start"] + 1, term=first["term"][1:]))


def elsewhere(rows: dict[str, Row]) -> None:
    rows["cy1"]["opinions"][0]["sentence"] = 1
    rows["cy1"]["sentences"][1]["label"] = "mixed"


def twice(rows: dict[str, Row]) -> None:
    rows["cy1"]["opinions"].append(dict(rows["cy1"]["opinions"][0]))


def without_tail(rows: dict[str, Row]) -> None:
    rows["ar2"]["sentences"][0]["end"] -= 3


def swapped(rows: dict[str, Row]) -> None:
    rows["cy1"]["sentences"].reverse()


def untrimmed(rows: dict[str, Row]) -> None:
    rows["cy1"]["sentences"][0]["end"] += 1


def decomposed(rows: dict[str, Row]) -> None:
    retext(rows["vi1"], unicodedata.normalize("NFD", rows["vi1"]["text"]))


def repeated_id(rows: dict[str, Row]) -> None:
    rows["cy2"]["id"] = "cy1"


def leaking_scenario(rows: dict[str, Row]) -> None:
    rows["de2"].update(split="train", brief={})


def leaking_topic(rows: dict[str, Row]) -> None:
    rows["tl1"]["split"] = "dev"  # vi1 has the same topic of the same domain, in train


def leaking_copy(rows: dict[str, Row]) -> None:
    retext(rows["cy2"], rows["cy1"]["text"].replace("bymtheg", "ugain"))
    rows["cy2"].update(label="neutral", parallel=None)


def near_duplicate(rows: dict[str, Row]) -> None:
    retext(rows["cy2"], rows["cy1"]["text"].upper())
    rows["cy2"].update(split="train", parallel=None, brief={})


def other_label(rows: dict[str, Row]) -> None:
    rows["de2"]["label"] = rows["de2"]["sentences"][0]["label"] = "negative"


def told_twice(rows: dict[str, Row]) -> None:
    rows["de1"].update(parallel="p9", brief={})
    rows["de2"].update(parallel="p9", brief={}, split="train", label="negative")
    rows["de2"]["sentences"][0]["label"] = "negative"


BREAKS = [
    ("shape", put("cy1", "label", value=None)),
    ("shape", put("cy1", "rating", value=True)),
    ("shape", put("cy1", "sentences", value=[{"start": 0}])),
    ("values", put("cy1", "lang", value="xx")),
    ("values", put("cy1", "split", value="validation")),
    ("values", put("cy1", "label", value="ambivalent")),
    ("values", put("cy1", "rating", value=6)),
    ("values", put("cy1", "sentences", 0, "label", value="good")),
    ("values", put("cy1", "opinions", 0, "category", value="ambience")),
    ("values", put("cy1", "opinions", 0, "polarity", value="mixed")),
    ("values", put("vi1", "opinions", 0, "direction", value="too_salty")),
    ("writing", decomposed),
    ("writing", lambda rows: retext(rows["ar2"], rows["ar2"]["text"] + " ")),
    ("writing", lambda rows: retext(rows["ar2"], "a\x00 b c")),
    ("length", lambda rows: retext(rows["ar2"], "Nie wieder!")),
    ("length", lambda rows: retext(rows["ar2"], "nein " * 200 + "danke")),
    ("sentences", without_tail),
    ("sentences", swapped),
    ("sentences", untrimmed),
    ("terms", shift_term),
    ("terms", overlap),
    ("terms", elsewhere),
    ("terms", put("cy1", "opinions", 0, "sentence", value=7)),
    ("terms", put("cy1", "opinions", 2, "start", value=3)),
    ("once", twice),
    ("directions", put("cy1", "opinions", 0, "direction", value="too_much")),
    ("sentence labels", put("cy1", "sentences", 0, "label", value="negative")),
    ("sentence labels", put("ar2", "sentences", 0, "label", value="neutral")),
    ("text label", put("ar2", "label", value="positive")),
    ("text label", put("ar2", "label", value="mixed")),
    ("text label", put("ar2", "label", value="neutral")),
    ("ids", repeated_id),
    ("splits", leaking_scenario),
    ("splits", leaking_topic),
    ("splits", leaking_copy),
    ("parallel", other_label),
    ("parallel", told_twice),
    ("near-duplicates", near_duplicate),
]


@pytest.mark.parametrize(("rule", "change"), BREAKS, ids=[f"{i}-{rule}" for i, (rule, _) in enumerate(BREAKS)])
def test_each_break_is_found_under_its_rule(tmp_path: Path, rule: str, change: Callable[[dict[str, Row]], None]) -> None:
    rows = copy.deepcopy(sound())
    change(rows)
    report = checked(tmp_path, rows)
    assert rule in {fault.rule for fault in report.faults}
    assert not report.ok
    assert all(fault.place.startswith("corpus.jsonl:") for fault in report.faults)


def test_every_rule_is_broken_by_some_case() -> None:
    assert {rule for rule, _ in BREAKS} == {name for name, _ in rules()}


def amount(rows: dict[str, Row]) -> None:
    retext(rows["de1"], "Das sind 15 \N{EURO SIGN} zu viel")
    opinion = {"sentence": 0, "term": "15", "start": 9, "end": 11, "category": "price", "polarity": "negative", "direction": None}
    rows["de1"]["opinions"].append(opinion)


DOUBTFUL = [
    ("against the grain", put("ar1", "sentences", 1, "label", value="negative")),
    ("rating", put("vi2", "rating", value=1)),
    ("half mixed", put("ar1", "sentences", 0, "label", value="mixed")),
    ("bare amounts", amount),
    ("silent", put("ar1", "opinions", value=[])),
]


@pytest.mark.parametrize(("rule", "change"), DOUBTFUL, ids=[rule for rule, _ in DOUBTFUL])
def test_a_doubt_is_told_and_is_no_fault(tmp_path: Path, rule: str, change: Callable[[dict[str, Row]], None]) -> None:
    rows = copy.deepcopy(sound())
    before = {(doubt.rule, doubt.message) for doubt in checked(tmp_path, rows).doubts}
    change(rows)
    report = checked(tmp_path, rows)
    assert rule in {name for name, _ in {(doubt.rule, doubt.message) for doubt in report.doubts} - before}
    assert report.ok


def test_every_doubt_is_raised_by_some_case() -> None:
    assert [rule for rule, _ in DOUBTFUL] == [rule.name for rule in DOUBTS]


def test_a_line_that_is_not_json_is_a_fault_and_the_others_are_read(tmp_path: Path) -> None:
    path = tmp_path / "broken.jsonl"
    path.write_text('{"id": \n[1]\n\n' + SOUND.read_text(encoding="utf-8"), encoding="utf-8")
    records, faults = read(path)
    assert [fault.place for fault in faults] == ["broken.jsonl:1", "broken.jsonl:2"]
    assert len(records) == 10
    assert records[0].place == "broken.jsonl:4"


def test_leaks_between_files_are_found(tmp_path: Path) -> None:
    rows = copy.deepcopy(sound())
    leaking_scenario(rows)
    for lang in ("cy", "de"):
        own = (json.dumps(row, ensure_ascii=False) for row in rows.values() if row["lang"] == lang)
        (tmp_path / f"{lang}.jsonl").write_text("\n".join(own), encoding="utf-8")
    assert check([tmp_path / "cy.jsonl"], ASPECTS).ok
    assert {fault.rule for fault in check([tmp_path], ASPECTS).faults} == {"splits"}


def test_a_folder_without_a_corpus_is_said(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.jsonl"):
        with pytest.raises(InputError, match="There is no corpus"):
            corpus_files([path])


def test_a_file_that_is_not_utf8_is_said(tmp_path: Path) -> None:
    path = tmp_path / "latin.jsonl"
    path.write_bytes('{"text": "\N{LATIN SMALL LETTER U WITH DIAERESIS}ber"}'.encode("latin-1"))
    with pytest.raises(InputError, match="not UTF-8"):
        read(path)


def test_the_command_prints_a_table_and_tells_whether_all_is_well(tmp_path: Path) -> None:
    text, good = check_command([SOUND])
    assert good
    assert "10 texts, 0 faults" in text
    assert all(rule.asks in text for rule in FAULTS)
    rows = copy.deepcopy(sound())
    shift_term(rows)
    checked(tmp_path, rows)
    text, good = check_command([tmp_path])
    assert not good
    assert "corpus.jsonl:1 cy1: terms: opinions[0]" in text


def test_an_empty_corpus_is_not_well(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("", encoding="utf-8")
    assert check_command([tmp_path]) == (check_command([tmp_path])[0], False)


def test_targets_shrink_with_the_corpus_and_never_grow() -> None:
    assert [scaled(60, texts) for texts in (1, 500, 2000, 9000)] == [1, 15, 60, 60]
    found = {(each.lang, each.what): each for each in shortfalls(read(SOUND)[0], ASPECTS)}
    assert ("cy", "opinions on rewards") in found
    assert ("cy", "opinions on price") not in found
    assert ("cy", "share of mixed texts") not in found
    assert found["de", "share of mixed texts"].found == 0
    assert str(found["de", "share of mixed texts"]) == "de: share of mixed texts 0.0%, target 25.0%"


# Near-duplicates


def test_a_text_with_one_word_changed_is_a_near_duplicate_and_another_is_not() -> None:
    texts = [
        "Ang tagal ng pila sa counter, isang kahera lang ang bukas tuwing Sabado.",
        "Ang tagal ng pila sa counter, isang kahera lang ang bukas tuwing Linggo!",
        "Mabait ang kahera pero walang sukli, nakakainis talaga tuwing Sabado.",
    ]
    (pair,) = near_pairs(texts)
    assert (pair.one, pair.other) == (0, 1)
    assert pair.similarity == jaccard(shingles(texts[0]), shingles(texts[1])) > 0.7


def test_diacritics_vowel_marks_and_case_do_not_hide_a_copy() -> None:
    vietnamese = "Phục vụ quá lâu, đợi món cổ"
    assert near_pairs([vietnamese, "PHUC VU QUA LAU DOI MON CO"])[0].similarity == 1
    with_marks = "\u0627\u0644\u062e\u0650\u062f\u0652\u0645\u064e\u0629"  # al-khidma, with vowel marks
    assert folded(with_marks) == folded("\u0627\u0644\u062e\u062f\u0645\u0629")


@settings(deadline=None)  # the first call imports
@given(st.lists(st.text(st.sampled_from("abc dy\u00e4"), min_size=8, max_size=40), max_size=12))
def test_pairs_found_are_those_that_counting_all_pairs_finds(texts: list[str]) -> None:
    grams = [shingles(text) for text in texts]
    found = {(pair.one, pair.other): pair.similarity for pair in near_pairs(texts)}
    everything = {(i, j): jaccard(grams[i], grams[j]) for j in range(len(texts)) for i in range(j)}
    assert all(everything[pair] == similarity for pair, similarity in found.items())
    assert {pair for pair, similarity in everything.items() if similarity >= 0.8} <= found.keys()  # below, hashing may miss some
    assert all(similarity >= 0.4 for similarity in found.values())


@settings(deadline=None)  # the first call imports
@given(st.lists(st.text(st.sampled_from("abc dy\u00e4"), min_size=1, max_size=30), max_size=8))
def test_the_most_alike_pair_is_that_of_all_pairs(texts: list[str]) -> None:
    grams = [shingles(text) for text in texts]
    assert most_alike(texts) == pytest.approx(max((jaccard(grams[i], grams[j]) for j in range(len(texts)) for i in range(j)), default=0.0))


@settings(deadline=None)  # the first call imports
@given(st.text())
def test_words_are_bare_and_folding_is_stable(text: str) -> None:
    assert all(word[0].isalnum() for word in words(text))
    assert folded(folded(text)) == folded(text)
