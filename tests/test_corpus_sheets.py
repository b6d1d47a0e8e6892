"""Sheets for blind annotators: drawn fairly, telling nothing, and read back letter by letter."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import taxonomy
from pipeline.corpus.__main__ import main
from pipeline.corpus.annotated import annotated
from pipeline.corpus.format import Record, read
from pipeline.corpus.markup import marked
from pipeline.corpus.second import read_pairs
from pipeline.corpus.sheets import by_code, code, draw, write_sheets
from pipeline.errors import InputError
from pipeline.languages import CODES

SOUND = Path(__file__).parent / "cases" / "corpus" / "sound.jsonl"
OURS = Path(__file__).parents[1] / "data" / "corpus"
ASPECTS = taxonomy.load()
RECORDS = read(SOUND)[0]
CY1, CY2 = RECORDS[:2]


def many(number: int) -> list[Record]:
    """Texts of two labels, a third of them mixed."""
    return [
        replace((CY1 if i % 3 == 0 else CY2), id=f"cy{i}", brief={"variety": "north" if i % 2 else "south"}, text=f"{CY1.text} {i}")
        for i in range(number)
    ]


def test_a_draw_keeps_the_shares_of_labels_and_varieties() -> None:
    drawn = draw(many(300), 90)
    found = Counter((record.label, record.brief["variety"]) for record in drawn)
    assert len({record.id for record in drawn}) == 90
    assert found == {("mixed", "north"): 15, ("mixed", "south"): 15, ("neutral", "north"): 30, ("neutral", "south"): 30}


def test_a_draw_depends_on_the_texts_alone_and_not_on_their_order() -> None:
    records = many(60)
    assert draw(records, 20) == draw(records[::-1], 20)


def test_more_texts_than_there_are_cannot_be_drawn() -> None:
    with pytest.raises(InputError, match="Only 10 texts"):
        draw(many(10), 11)


def test_codes_are_those_of_the_sheets_that_were_annotated() -> None:
    # computed with sha256sum of "second-annotation-2026 cy1"
    assert code(CY1) == "cy402e22"


def test_texts_that_share_a_code_are_left_out() -> None:
    # found in our corpus
    one, other = replace(CY1, id="vi0419", lang="vi"), replace(CY1, id="vi1623", lang="vi")
    assert code(one) == code(other)
    assert by_code([one, other, CY2]) == {code(CY2): CY2}


def test_sheets_tell_nothing_but_codes_texts_and_borders(tmp_path: Path) -> None:
    first = write_sheets(tmp_path, RECORDS, 4, 2)
    second = write_sheets(tmp_path, RECORDS, 2, 2)
    assert [path.name for path in first + second] == ["sheet-1.txt", "sheet-2.txt", "sheet-3.txt"]
    lines = [line for path in first + second for line in path.read_text(encoding="utf-8").splitlines() if line]
    codes = [line.split()[1] for line in lines if line.startswith("@ ")]
    assert len(set(codes)) == 6
    for record in (record for name, record in by_code(RECORDS).items() if name in codes):
        at = lines.index(f"@ {code(record)}")
        said = [line.removesuffix(" \\n") for line in lines[at + 1 : at + 1 + len(record.sentences)]]
        assert said == [f"? {record.text[each.start : each.end]}" for each in record.sentences]
    chosen = write_sheets(tmp_path, RECORDS, 1, 1, among={record.id for record in RECORDS if code(record) not in codes})
    assert chosen[0].read_text(encoding="utf-8").split()[1] not in codes


def test_a_sheet_marked_up_as_the_corpus_is_gives_the_annotation_of_the_corpus() -> None:
    for record in RECORDS:
        annotation, wrong = annotated(record, {"doc": record.label}, marked(record), ASPECTS)
        assert wrong == []
        assert annotation is not None
        assert annotation.label == record.label
        assert sorted(map(str, annotation.opinions)) == sorted(map(str, record.opinions))


def test_only_white_space_is_forgiven() -> None:
    lines = marked(CY2)
    assert annotated(CY2, {"doc": "neutral"}, [lines[0].replace("wrth y", "wrth  y ")], ASPECTS)[1] == []
    for change, says in (
        (lambda line: line.replace("pwll", "bwll"), "text differs: 'bwll"),
        (lambda line: line + "!", "text differs: '!', original '(end)'"),
        (lambda line: line.replace("nofio?", ""), "text differs: '(end)', original 'nofio?'"),
        (lambda line: line.replace("lle", "{lle"), "a mark is not"),
        (lambda line: line.replace("location", "place"), "is 'place', not one of"),
        (lambda line: "-" + line[1:], "the text is neutral but has negative sentences"),
    ):
        annotation, wrong = annotated(CY2, {"doc": "neutral"}, [change(lines[0])], ASPECTS)
        assert annotation is None
        assert any(says in each for each in wrong), wrong
    assert annotated(CY2, {}, lines, ASPECTS)[0] is None
    assert annotated(CY2, {"doc": "neutral"}, lines * 2, ASPECTS)[1] == ["2 lines for 1 sentences"]


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr("sys.argv", ["corpus", *map(str, arguments)])
    return main()


def test_sheets_are_drawn_annotated_and_read_into_pairs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus, folder = tmp_path / "corpus", tmp_path / "sheets"
    corpus.mkdir()
    rows = [line for line in SOUND.read_text(encoding="utf-8").splitlines() if json.loads(line)["lang"] == "cy"]
    (corpus / "cy.jsonl").write_text("\n".join(rows), encoding="utf-8")
    assert run(monkeypatch, "sheets", "cy", folder, "--number", 2, "--corpus", corpus) == 0
    assert run(monkeypatch, "read-sheets", "cy", folder, 1, "--round", 1, "--corpus", corpus) == InputError.exit_code
    assert "done-1.txt is no sheet" in capsys.readouterr().err
    texts = by_code([CY1, CY2])
    done = {name: "\n".join([f"@ {name} doc={texts[name].label}", *marked(texts[name])]) for name in texts}
    (folder / "done-1.txt").write_text("\n".join([*done.values(), "@ cy000000 doc=neutral"]), encoding="utf-8")
    assert run(monkeypatch, "read-sheets", "cy", folder, 1, "--round", 1, "--corpus", corpus) == 1
    assert "cy000000: is not in the sheet" in capsys.readouterr().out
    pairs = read_pairs([corpus / "second" / "cy.jsonl"])
    assert [(pair.id, pair.round, pair.first.label == pair.second.label) for pair in pairs] == [("cy1", 1, True), ("cy2", 1, True)]
    # The corpus changes, the sheet is read again: the first annotation stays as it was.
    (corpus / "cy.jsonl").write_text("\n".join(rows).replace('"category": "staff"', '"category": "competence"'), encoding="utf-8")
    (folder / "done-1.txt").write_text(done[code(CY1)], encoding="utf-8")
    assert run(monkeypatch, "read-sheets", "cy", folder, 1, "--round", 1, "--corpus", corpus) == 1
    assert f"{code(CY2)}: is missing" in capsys.readouterr().out
    again = read_pairs([corpus / "second" / "cy.jsonl"])
    assert [pair.first for pair in again] == [pair.first for pair in pairs]


def test_our_pairs_annotate_at_least_two_hundred_texts_a_language() -> None:
    found = Counter(pair.lang for pair in read_pairs(sorted((OURS / "second").glob("*.jsonl"))))
    assert set(found) == set(CODES) and all(number >= 200 for number in found.values()), found
