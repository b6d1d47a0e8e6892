"""Labelled texts come in from every format, and what cannot be understood is said."""

import json
from pathlib import Path

import pytest
from runs import ROOT

from pipeline.errors import InputError, UsageError
from pipeline.evaluate.corpora import chosen, load, training
from pipeline.evaluate.labelled import Labelled

ROWS = [
    ("Gwych iawn", "pos", "cy", "test"),
    ("Zu teuer und zu laut", "NEG", "de", "test"),
    ("Es geht so", "neutral", "de", "train"),
    ("ohne Urteil", "", "de", "test"),
]


def _csv(folder: Path, name: str = "rows.csv", separator: str = ",") -> Path:
    lines = [separator.join(("Kommentar", "Stimmung", "Sprache", "split")), *(separator.join(row) for row in ROWS)]
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _facts(texts: list[Labelled]) -> list[tuple[object, ...]]:
    return [(text.text, text.document, text.lang, text.split) for text in texts]


EXPECTED = [
    ("Gwych iawn", ("positive",), "cy", "test"),
    ("Zu teuer und zu laut", ("negative",), "de", "test"),
    ("Es geht so", ("neutral", "mixed"), "de", "train"),  # no text of the corpus is called mixed
    ("ohne Urteil", None, "de", "test"),
]
MAP = {"label": "Stimmung"}


def test_a_table_is_read_by_its_column_names_and_the_map(tmp_path: Path) -> None:
    for path in (_csv(tmp_path), _csv(tmp_path, "rows.tsv", "\t")):
        assert _facts(load([path], MAP, {})) == EXPECTED


def test_parquet_and_xlsx_and_jsonl_hold_the_same(tmp_path: Path) -> None:
    import openpyxl
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = ("Kommentar", "Stimmung", "Sprache", "split")
    pq.write_table(pa.table(dict(zip(names, map(list, zip(*ROWS, strict=True)), strict=True))), tmp_path / "rows.parquet")
    book = openpyxl.Workbook()
    for row in (names, *ROWS):
        book.active.append(row)
    book.save(tmp_path / "rows.xlsx")
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(dict(zip(names, row, strict=True))) + "\n" for row in ROWS))
    for suffix in ("parquet", "xlsx", "jsonl"):
        assert _facts(load([tmp_path / f"rows.{suffix}"], MAP, {})) == EXPECTED, suffix


def test_a_dataset_of_hugging_face_on_disk_is_read_with_the_names_of_its_classes(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    features = datasets.Features({"text": datasets.Value("string"), "label": datasets.ClassLabel(names=["neg", "pos"])})
    part = datasets.Dataset.from_dict({"text": ["Da!", "Gwael"], "label": [1, 0]}, features=features)
    datasets.DatasetDict({"test": part, "train": part}).save_to_disk(str(tmp_path / "both"))
    part.save_to_disk(str(tmp_path / "one"))
    both = _facts(load([tmp_path / "both"], {"lang": "cy"}, {}))
    assert both[:2] == [("Da!", ("positive",), "cy", "test"), ("Gwael", ("negative",), "cy", "test")] and len(both) == 4
    assert [text.split for text in load([tmp_path / "one"], {"lang": "cy"}, {})] == ["", ""]


def test_our_corpus_opens_in_hugging_face_datasets_as_it_is_and_comes_back_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    datasets = pytest.importorskip("datasets")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    lines = [
        line for lang in ("cy", "ar") for line in (ROOT / "data" / "corpus" / f"{lang}.jsonl").read_text(encoding="utf-8").splitlines()[:60]
    ]
    (tmp_path / "few.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    opened = datasets.load_dataset("json", data_files=str(tmp_path / "few.jsonl"), split="train", cache_dir=str(tmp_path / "cache"))
    opened.save_to_disk(str(tmp_path / "saved"))
    for line, row in zip(lines, opened, strict=True):
        given = json.loads(line)
        assert {name: row[name] for name in given if name != "brief"} == {name: value for name, value in given.items() if name != "brief"}
    ours, back = load([tmp_path / "few.jsonl"], {}, {}), load([tmp_path / "saved"], {}, {})
    assert [(t.id, *fact) for t, fact in zip(back, _facts(back), strict=True)] == [
        (t.id, *fact) for t, fact in zip(ours, _facts(ours), strict=True)
    ]


def test_a_dataset_on_disk_is_read_without_the_library(tmp_path: Path) -> None:
    import pyarrow as pa

    table = pa.table({"text": ["Da!"], "label": [1]})
    with pa.OSFile(str(tmp_path / "data-00000.arrow"), "wb") as file, pa.ipc.new_stream(file, table.schema) as stream:
        stream.write_table(table)
    (tmp_path / "state.json").write_text(json.dumps({"_data_files": [{"filename": "data-00000.arrow"}]}))
    (tmp_path / "dataset_info.json").write_text(json.dumps({"features": {"label": {"names": ["neg", "pos"], "_type": "ClassLabel"}}}))
    assert _facts(load([tmp_path], {"lang": "cy"}, {})) == [("Da!", ("positive",), "cy", "")]


def test_labels_in_other_words_are_asked_for_and_then_understood(tmp_path: Path) -> None:
    path = tmp_path / "stars.csv"
    path.write_text("text,label,lang\nGut gemacht,2,de\nSo und so,1,de\n")
    with pytest.raises(UsageError, match=r"The label '2' \(1 times\) is not understood\. Say what it means with --label 2=LABEL"):
        load([path], {}, {})
    found = load([path], {}, {"2": "positive", "1": "neutral|mixed"})
    assert [text.document for text in found] == [("positive",), ("neutral", "mixed")]


def test_a_corpus_with_mixed_texts_has_four_labels(tmp_path: Path) -> None:
    path = tmp_path / "four.csv"
    path.write_text("text,label,lang\nSo lala,neutral,de\nGut und schlecht,mixed,de\n")
    assert [text.document for text in load([path], {}, {})] == [("neutral",), ("mixed",)]


def test_neutral_means_neutral_alone_where_the_user_says_so(tmp_path: Path) -> None:
    path = tmp_path / "three.csv"
    path.write_text("text,label,lang\nSo lala,neutral,de\nGut gemacht,pos,de\n")
    assert next(text.document for text in load([path], {}, {})) == ("neutral", "mixed")
    assert next(text.document for text in load([path], {}, {"neutral": "neutral"})) == ("neutral",)


def test_a_missing_language_column_and_file_are_said(tmp_path: Path) -> None:
    path = tmp_path / "bare.csv"
    path.write_text("text,label\nGut gemacht,pos\n")
    with pytest.raises(UsageError, match=r"--map lang=COLUMN\) or one code \(--map lang=de\)"):
        load([path], {}, {})
    assert [text.lang for text in load([path], {"lang": "de"}, {})] == ["de"]
    with pytest.raises(UsageError, match="there is no such column"):
        load([path], {"lang": "Zunge"}, {})
    with pytest.raises(UsageError, match="there is no field colour"):
        load([path], {"colour": "x"}, {})
    with pytest.raises(InputError, match="There is no corpus at"):
        load([tmp_path / "nothing.csv"], {}, {})


def test_our_own_format_brings_everything_with_it() -> None:
    (text, *_) = load([ROOT / "data" / "samples" / "labelled.jsonl"], {}, {})
    assert text.document and text.sentences and text.opinions is not None and text.terms and "staff" in text.supervised


def test_a_broken_line_of_our_own_format_is_named(tmp_path: Path) -> None:
    line = (ROOT / "data" / "samples" / "labelled.jsonl").read_text(encoding="utf-8").split("\n")[0]
    path = tmp_path / "own.jsonl"
    path.write_text(line + "\n" + line.replace('"label"', '"lable"') + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"own.jsonl:2 lacks label"):
        load([path], {}, {})


def test_the_test_split_is_measured_unless_another_is_named(tmp_path: Path) -> None:
    texts = load([_csv(tmp_path)], MAP, {})
    assert {text.split for text in chosen(texts, None)} == {"test"}
    assert [text.split for text in chosen(texts, "train")] == ["train"]
    with pytest.raises(UsageError, match=r"--split dev: no text is in it\. Splits here: test, train"):
        chosen(texts, "dev")
    assert [text.text for text in training(texts)[0]] == ["Es geht so"]
