"""Counts and variety of a corpus, the datasheet they are written into, and our own corpus."""

import json
import re
import shutil
from pathlib import Path

import pytest

from pipeline import taxonomy
from pipeline.corpus import counts, variety
from pipeline.corpus.__main__ import main
from pipeline.corpus.agreement import agreement
from pipeline.corpus.balance import FULL
from pipeline.corpus.check import Report, check
from pipeline.corpus.datasheet import agreement_section, filled, reread_section, sections, write
from pipeline.corpus.format import read
from pipeline.corpus.reread import read_rereads
from pipeline.corpus.second import Annotation, Pair, read_pairs
from pipeline.corpus.tabular import markdown
from pipeline.errors import InputError

ROOT = Path(__file__).parents[1]
SOUND = Path(__file__).parent / "cases" / "corpus" / "sound.jsonl"
OURS = ROOT / "data" / "corpus"
DATASHEET = OURS / "DATASHEET.md"
ASPECTS = taxonomy.load()
RECORDS = read(SOUND)[0]


def test_tables_count_every_text_and_every_opinion_once() -> None:
    opinions = sum(len(record.opinions) for record in RECORDS)
    for table in (counts.by_split(RECORDS), counts.by_genre(RECORDS), counts.by_variety(RECORDS)):
        assert sum(int(str(line[2])) for line in table[1]) == len(RECORDS)
        assert all(line[2] == sum(line[3:]) for line in table[1])  # type: ignore[arg-type]
    assert sum(int(str(line[-1])) for line in counts.by_aspect(RECORDS, ASPECTS)[1]) == opinions


def test_the_overview_counts_by_hand() -> None:
    head, lines = counts.overview(RECORDS)
    welsh = dict(zip(head, next(line for line in lines if line[0] == "cy"), strict=True))
    assert (welsh["texts"], welsh["parallel"], welsh["sentences"], welsh["opinions"]) == (2, 1, 3, 4)
    assert (welsh["+"], welsh["0"], welsh["\u2212"], welsh["implicit"]) == (2, 1, 1, 1)


def test_variety_is_measured_by_hand() -> None:
    german = variety.measure(RECORDS, "de")
    assert german.openings == 1
    assert german.lengths[0] == 8
    assert german.lengths[-1] == 11
    assert german.distinct2 == 1
    assert german.kept == pytest.approx(2 / 3)  # de1 was asked for billing too, and has none
    assert german.terms == 1
    assert german.alike == 0


def test_repeating_oneself_lowers_variety() -> None:
    again = [RECORDS[0], RECORDS[0]]
    found = variety.measure(again, "cy")
    assert (found.openings, found.alike) == (0.5, 1)
    assert found.distinct3 == 0.5
    assert found.commonest == "roedd y cawl (2)"


def test_a_datasheet_keeps_everything_but_what_is_between_its_markers(tmp_path: Path) -> None:
    path = tmp_path / "DATASHEET.md"
    path.write_text("# Title\n<!-- counts:begin -->\nold | table\n<!-- counts:end -->\nafter\n", encoding="utf-8")
    write(path, {"counts": markdown(["a"], [[1]])})
    assert path.read_text(encoding="utf-8") == "# Title\n<!-- counts:begin -->\n| a |\n| ---: |\n| 1 |\n<!-- counts:end -->\nafter\n"


@pytest.mark.parametrize("text", ["", "<!-- counts:begin -->\n", "<!-- counts:end -->\n<!-- counts:begin -->\n"])
def test_a_datasheet_without_markers_is_refused_and_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "DATASHEET.md"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="counts:begin"):
        write(path, {"counts": "new"})
    assert path.read_text(encoding="utf-8") == text


def test_our_datasheet_has_a_place_for_every_section() -> None:
    parts = sections(RECORDS, ASPECTS) | agreement_section([]) | reread_section([])
    text = filled(DATASHEET.read_text(encoding="utf-8"), parts)
    assert all(part in text for part in parts.values())


def test_the_section_on_agreement_shows_rounds_apart() -> None:
    one, other = Annotation("neutral", ("neutral",), ()), Annotation("negative", ("negative",), ())
    pairs = [
        Pair("cy1", "cy", 1, one, other),
        Pair("cy2", "cy", 1, one, one),
        Pair("cy3", "cy", 2, other, other),
        Pair("cy4", "cy", 2, one, one),
    ]
    shown = agreement_section(pairs)["agreement"]
    assert "Round 1: cy 2 texts." in shown
    assert "Round 2: cy 2 texts." in shown
    assert agreement(pairs[:2])["text label"].value < agreement(pairs[2:])["text label"].value == 1


def run(monkeypatch: pytest.MonkeyPatch, folder: Path, command: str) -> int:
    monkeypatch.setattr("sys.argv", ["corpus", command, "--corpus", str(folder)])
    return main()


def test_commands_write_the_datasheet_and_give_exit_codes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for source in (DATASHEET, SOUND):
        shutil.copy(source, tmp_path)
    assert run(monkeypatch, tmp_path, "check") == 0
    assert run(monkeypatch, tmp_path, "datasheet") == 0
    assert run(monkeypatch, tmp_path, "agreement") == InputError.exit_code
    assert "no second annotation" in capsys.readouterr().err
    said = {"label": "neutral", "sentences": ["neutral"], "opinions": []}
    (tmp_path / "second").mkdir()
    (tmp_path / "second" / "cy.jsonl").write_text(
        json.dumps({"id": "cy2", "lang": "cy", "round": 1, "first": said, "second": said}), encoding="utf-8"
    )
    assert run(monkeypatch, tmp_path, "agreement") == 0
    text = (tmp_path / "DATASHEET.md").read_text(encoding="utf-8")
    assert "Round 1: cy 1 texts." in text
    assert markdown(*counts.overview(RECORDS)) in text


def test_guidelines_speak_of_known_aspects_only() -> None:
    text = (OURS / "GUIDELINES.md").read_text(encoding="utf-8").replace("\\|", "|")
    named = set(re.findall(r"\{[^{}|]*\|([a-z_]+)\|", text)) - {"aspect"}
    assert named <= set(ASPECTS.ids)
    assert len(named) > 15


def test_texts_re_read_are_counted_with_intervals(tmp_path: Path) -> None:
    path = tmp_path / "cy.tsv"
    path.write_text("id\tverdict\tnote\ncy1\tterm+category\tx\ncy2\tok\t\n", encoding="utf-8")
    found = read_rereads([path])
    assert [(each.id, each.lang, sorted(each.faults)) for each in found] == [("cy1", "cy", ["category", "term"]), ("cy2", "cy", [])]
    # Wilson 1927: 1 of 2 gives (0.0945, 0.9055), computed with statsmodels 0.14 proportion_confint(1, 2, method="wilson")
    assert "| any fault | 1 (50 %, 9 to 91) |" in reread_section(found)["reread"]
    assert "| label of the text | 0 (0 %, 0 to 66) |" in reread_section(found)["reread"]
    assert reread_section([])["reread"] == "No text was re-read yet."


@pytest.mark.parametrize("line", ["cy1\tgood\t", "cy1", "\tok\t"])
def test_a_verdict_that_is_none_is_said_with_its_place(tmp_path: Path, line: str) -> None:
    path = tmp_path / "cy.tsv"
    path.write_text(f"id\tverdict\tnote\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError, match="cy.tsv:2"):
        read_rereads([path])
    path.write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="tab-separated head"):
        read_rereads([path])


@pytest.fixture(scope="module")
def ours() -> Report:
    """The check of our corpus, made once."""
    return check([OURS], ASPECTS)


def test_our_corpus_is_sound(ours: Report) -> None:
    assert [f"{fault.place}: {fault.message}" for fault in ours.faults] == []


def test_our_corpus_reaches_its_targets(ours: Report) -> None:
    assert [str(each) for each in ours.shortfalls] == []
    assert set(ours.texts) == {"cy", "de", "vi", "tl", "ar"}
    assert all(number >= FULL for number in ours.texts.values()), ours.texts


def test_the_tables_of_our_datasheet_are_those_of_our_corpus(ours: Report) -> None:
    text = DATASHEET.read_text(encoding="utf-8")
    parts = sections(ours.records, ASPECTS) | reread_section(
        *(read_rereads(sorted((OURS / each).glob("*.tsv"))) for each in ("reread", "reread/after"))
    )
    assert filled(text, parts) == text, "stale: run python -m pipeline.corpus datasheet"


def test_the_agreement_in_our_datasheet_is_that_of_the_second_annotation() -> None:
    text = DATASHEET.read_text(encoding="utf-8")
    pairs = read_pairs(sorted((OURS / "second").glob("*.jsonl")))
    assert filled(text, agreement_section(pairs)) == text, "stale: run make corpus-agreement"


def test_both_annotations_are_of_texts_of_our_corpus() -> None:
    ids = {json.loads(line)["id"] for path in OURS.glob("*.jsonl") for line in path.open(encoding="utf-8")}
    assert {pair.id for pair in read_pairs(sorted((OURS / "second").glob("*.jsonl")))} <= ids
