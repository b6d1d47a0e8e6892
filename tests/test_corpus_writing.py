"""The compact format of the writers, and putting new and corrected texts into a corpus."""

import json
import shutil
from pathlib import Path

import pytest

from pipeline import taxonomy
from pipeline.corpus.__main__ import main
from pipeline.corpus.compact import read, shown
from pipeline.corpus.format import read as read_corpus
from pipeline.corpus.markup import marked, unmarked
from pipeline.corpus.writing import add, briefs_of, correct, drafts_of, same_openings
from pipeline.errors import InputError

SOUND = Path(__file__).parent / "cases" / "corpus" / "sound.jsonl"
ASPECTS = taxonomy.load()
BRIEF = {
    "id": "cy0007",
    "split": "train",
    "domain": "restaurant",
    "topic": "night market",
    "genre": "review",
    "label": "mixed",
    "length": "11-25 words",
    "aspects": ["food_drink+", "waiting-"],
    "implicit": True,
    "phenomenon": "none",
    "persona": "farmer",
    "parallel": False,
    "variety": "north, colloquial",
}
BLOCK = """@ cy0007 rating=3
+ Y {pasteiod|food_drink|+} gorau'n bod! \\n
- Sefyll am awr {|waiting|-}, wir.
"""


def put(folder: Path, text: str) -> Path:
    path = folder / "texts.txt"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A corpus of one file a language."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    for line in SOUND.read_text(encoding="utf-8").splitlines():
        with (folder / f"{json.loads(line)['lang']}.jsonl").open("a", encoding="utf-8") as file:
            file.write(line + "\n")
    return folder


def test_a_line_gives_its_label_its_words_and_its_marks() -> None:
    line = unmarked("x Das {Essen|food_drink|-|<} {|price|+} ging. \\n")
    assert (line.label, line.plain, line.broken) == ("mixed", "Das Essen ging.", True)
    assert [(line.plain[mark.start : mark.end], mark.category, mark.polarity, mark.direction) for mark in line.marks] == [
        ("Essen", "food_drink", "negative", "too_little"),
        ("", "price", "positive", None),
    ]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("Das Essen ging.", "needs +, -, 0 or x"),
        ("+Das", "needs +, -, 0 or x"),
        ("+ Das {Essen|food_drink} ging", "a mark is not"),
        ("+ Das {Essen|food_drink|*} ging", "a mark is not"),
        ("+ Das Essen|food_drink|+ ging", "a mark is not"),
        ("+ Das { Essen|food_drink|+} ging", "spaces round the term"),
    ],
)
def test_a_line_that_is_not_well_marked_is_refused(line: str, says: str) -> None:
    with pytest.raises(ValueError, match=says.replace("+", r"\+")):
        unmarked(line)


def test_every_text_is_marked_up_and_read_back_the_same(tmp_path: Path) -> None:
    records = read_corpus(SOUND)[0]
    drafts, faults = read(put(tmp_path, "\n".join(map(shown, records))))
    assert faults == []
    for draft, record in zip(drafts, records, strict=True):
        assert (draft.id, draft.text, draft.sentences) == (record.id, record.text, record.sentences)
        assert sorted(map(str, draft.opinions)) == sorted(map(str, record.opinions))
        assert len(marked(record)) == len(record.sentences)


def test_a_new_text_is_put_at_the_end_with_what_its_brief_says(corpus: Path, tmp_path: Path) -> None:
    before = (corpus / "cy.jsonl").read_text(encoding="utf-8")
    drafts, _ = drafts_of([put(tmp_path, BLOCK)])
    assert add(corpus, drafts, {"cy0007": BRIEF}, "cy", ASPECTS) == []
    after = (corpus / "cy.jsonl").read_text(encoding="utf-8")
    assert after.startswith(before)
    row = json.loads(after.splitlines()[-1])
    assert row["text"] == "Y pasteiod gorau'n bod!\nSefyll am awr, wir."
    assert (row["id"], row["label"], row["rating"], row["split"], row["parallel"]) == ("cy0007", "mixed", 3, "train", None)
    assert row["brief"] == {key: BRIEF[key] for key in ("topic", "length", "aspects", "variety", "persona", "phenomenon", "implicit")}
    assert [each["term"] for each in row["opinions"]] == ["pasteiod", None]


def test_a_text_of_a_shared_scenario_gets_the_language_into_its_id(corpus: Path, tmp_path: Path) -> None:
    drafts, _ = drafts_of([put(tmp_path, BLOCK.replace("cy0007", "p0009"))])
    assert add(corpus, drafts, {"p0009": BRIEF | {"id": "p0009", "parallel": True}}, "cy", ASPECTS) == []
    row = json.loads((corpus / "cy.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert (row["id"], row["parallel"]) == ("cy-p0009", "p0009")


@pytest.mark.parametrize(
    ("block", "rule"),
    [
        (BLOCK.replace("@ cy0007", "@ cy0008"), "briefs"),
        (
            BLOCK.replace("@ cy0007", "@ cy0007 doc=positive").replace("+ Y {pasteiod|food_drink|+}", "0 Y {pasteiod|food_drink|0}"),
            "text label",
        ),
        (BLOCK.replace("food_drink", "food"), "values"),
        ("@ cy0007 doc=positive\n+ Da iawn.", "length"),
        (
            "@ cy0007 doc=positive\n+ Roedd y cawl yn boeth a'r weinyddes yn glen. Ond mi dalon ni bymtheg punt am ddau baned.",
            "near-duplicates",
        ),
    ],
)
def test_what_would_make_the_corpus_unsound_is_said_and_nothing_is_written(corpus: Path, tmp_path: Path, block: str, rule: str) -> None:
    before = {path: path.read_bytes() for path in corpus.iterdir()}
    drafts, _ = drafts_of([put(tmp_path, block)])
    assert rule in {fault.rule for fault in add(corpus, drafts, {"cy0007": BRIEF}, "cy", ASPECTS)}
    assert {path: path.read_bytes() for path in corpus.iterdir()} == before


def test_a_corrected_text_keeps_its_id_split_brief_and_place(corpus: Path, tmp_path: Path) -> None:
    old = [json.loads(line) for line in (corpus / "cy.jsonl").read_text(encoding="utf-8").splitlines()]
    record = read_corpus(corpus / "cy.jsonl")[0][0]
    drafts, _ = drafts_of([put(tmp_path, shown(record).replace("{weinyddes|staff|+}", "{weinyddes|competence|+}"))])
    assert correct(corpus, drafts, ASPECTS) == []
    new = [json.loads(line) for line in (corpus / "cy.jsonl").read_text(encoding="utf-8").splitlines()]
    changed = [key for key in old[0] if old[0][key] != new[0][key]]
    assert (changed, new[1:]) == (["opinions"], old[1:])
    assert correct(corpus, [*drafts_of([put(tmp_path, BLOCK)])[0]], ASPECTS)[0].rule == "ids"


def test_texts_that_stand_twice_or_begin_alike_are_said(tmp_path: Path) -> None:
    twice = BLOCK + BLOCK.replace("Sefyll", "Aros")
    drafts, faults = drafts_of([put(tmp_path, twice)])
    assert {fault.rule for fault in faults} == {"ids"}
    drafts, _ = drafts_of([put(tmp_path, BLOCK + BLOCK.replace("cy0007", "cy0008"))])
    assert [fault.message for fault in same_openings(drafts)] == ['cy0008 begins like cy0007: "y pasteiod gorau\'n"']


@pytest.mark.parametrize("content", ["", "{}", "no json", '{"id": 3'])
def test_a_file_without_briefs_is_refused(tmp_path: Path, content: str) -> None:
    if not content:
        assert briefs_of(put(tmp_path, content)) == {}
        return
    with pytest.raises(InputError, match="does not hold briefs"):
        briefs_of(put(tmp_path, content))


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr("sys.argv", ["corpus", *map(str, arguments)])
    return main()


def test_texts_are_shown_corrected_and_written_by_command(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "show", "cy1", "--corpus", corpus) == 0
    block = capsys.readouterr().out
    assert block.startswith("@ cy1 doc=mixed rating=3\n+ Roedd y {cawl|food_drink|+}")
    path = put(tmp_path, block.replace("rating=3", "rating=2"))
    assert run(monkeypatch, "write", path, "--replace", "--corpus", corpus) == 0
    assert read_corpus(corpus / "cy.jsonl")[0][0].rating == 2
    briefs = tmp_path / "briefs.jsonl"
    briefs.write_text(json.dumps(BRIEF), encoding="utf-8")
    assert run(monkeypatch, "write", put(tmp_path, BLOCK), "--lang", "cy", "--briefs", briefs, "--corpus", corpus) == 0
    assert run(monkeypatch, "write", put(tmp_path, BLOCK), "--lang", "cy", "--briefs", briefs, "--corpus", corpus) == 1
    assert "is also the id" in capsys.readouterr().out


def test_commands_say_what_they_need(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments, says in (
        (("write", tmp_path / "none.txt", "--replace"), "There is no file"),
        (("write", put(tmp_path, BLOCK)), "New texts need --lang and --briefs"),
        (("write", put(tmp_path, "no header"), "--replace"), "before the first"),
        (("show", "cy9999"), "cy9999: no such text"),
    ):
        assert run(monkeypatch, *arguments, "--corpus", corpus) == InputError.exit_code
        assert says in capsys.readouterr().err
    shutil.rmtree(corpus)
    assert run(monkeypatch, "show", "cy1", "--corpus", corpus) == InputError.exit_code
