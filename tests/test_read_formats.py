"""Parquet, XLSX, documents, plain lines, gzip and standard input, and what becomes of damaged ones."""

import gzip
import io
import zipfile
from datetime import datetime

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.config import ReadConfig
from pipeline.errors import InputError, UsageError
from pipeline.read.stage import Tally, find_sources, read

TABLE = "id,text\n1,one\n2,two\n"


@pytest.fixture
def run(tmp_path):
    def run(name, data, stream=False, **changes):
        path = tmp_path / name
        if data is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data.encode() if isinstance(data, str) else data)
        sources = find_sources(["-"] if stream else [str(path)], stdin=io.BytesIO(path.read_bytes()) if stream else None)
        tally = Tally()
        pairs = list(read(sources, config=ReadConfig(**changes), tally=tally))
        documents = [row for documents, _ in pairs for row in documents.to_pylist()]
        rejects = [row for _, rejects in pairs for row in rejects.to_pylist()]
        assert tally.records == len(documents) + len(rejects)
        return documents, rejects, tally.sources[0]

    return run


def texts(documents):
    return [document["text"] for document in documents]


def parquet(**columns):
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file, row_group_size=2)
    return file.getvalue()


def workbook(*sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


# --- Parquet


def test_parquet_rows_keep_types_and_get_row_numbers(run):
    data = parquet(
        text=["one", None, "three"],
        stars=[5, 4, 3],
        date=pa.array([datetime(2026, 3, 4), None, datetime(2026, 3, 5)], pa.timestamp("ns", "Asia/Manila")),
        town=pa.array(["Bonn", "Bonn", None]).dictionary_encode(),
        n=pa.array([1.0, 2.5, float("nan")]),
    )
    documents, rejects, _ = run("a.parquet", data)
    assert [(each["text"], each["line"], each["rating"]) for each in documents] == [("one", 1, 5.0), ("three", 3, 3.0)]
    assert documents[0]["time"] == datetime(2026, 3, 4)  # stored as UTC, shown there as eight hours later
    assert documents[0]["dimensions"] == [("town", "Bonn"), ("n", "1")] and documents[1]["dimensions"] == []
    assert [(each["line"], each["reason"]) for each in rejects] == [(2, "no text")]


def test_parquet_values_that_python_cannot_hold_cost_no_row(run):
    strange = pa.Array.from_buffers(pa.string(), 2, pa.array([b"a\xff", b"b"], pa.binary()).buffers())
    far = pa.array([10**17, 0], pa.timestamp("us"))  # in the year 5138
    farther = pa.array([2**62, 0], pa.timestamp("us"))
    nanoseconds = pa.array([1, 2], pa.timestamp("ns"))
    documents, _, tally = run("a.parquet", parquet(text=strange, time=far, x=farther, y=nanoseconds, z=pa.array([b"\x00\xfe", None])))
    assert texts(documents) == ["a\ufffd", "b"]
    assert documents[0]["time"] is None and tally.not_understood == {"time": 1}
    assert dict(documents[0]["dimensions"])["x"] == str(2**62)


@pytest.mark.parametrize("data", [b"PAR1 and no more", b"not at all", parquet(text=["one"])[:-10]])
def test_a_broken_parquet_file_is_a_clear_error(run, data):
    with pytest.raises(InputError, match=r"a\.parquet"):
        run("a.parquet", data)


def test_a_parquet_file_damaged_inside_keeps_the_rows_before(run):
    file = io.BytesIO()
    words = [f"text {n * 7919} {'abcdefgh'[n % 8] * (n % 50)}" for n in range(6000)]
    pq.write_table(pa.table({"text": words}), file, row_group_size=1000, use_dictionary=False)
    data = bytearray(file.getvalue())
    data[len(data) // 2 : len(data) // 2 + 400] = b"\xff" * 400
    documents, rejects, _ = run("a.parquet", bytes(data))
    assert documents and rejects[-1]["reason"].startswith("the file is damaged")


# --- XLSX


def test_xlsx_takes_the_first_sheet_with_a_text_and_skips_titles_and_empty_rows(run):
    data = workbook(
        ("Cover", [["Customer survey 2026"], ["This workbook holds what people wrote in March."]]),
        ("Figures", [["month", "n"], ["March", 4]]),
        (
            "Data",
            [
                *(["Feedback of March"], [], ["Nr", "Kommentar", "Sterne", "Datum", None]),
                *([1, "gut", 4.0, datetime(2026, 3, 4, 18, 22)], [], [2, None, 3, None]),
                *([3, 4711, 1, "x", "beside"], [4, "aus", "4,5", 46085]),
            ],
        ),
    )
    documents, rejects, tally = run("a.xlsx", data)
    assert [(each["doc_id"], each["text"], each["line"], each["rating"]) for each in documents] == [
        ("1", "gut", 4, 4.0),
        ("4", "aus", 8, 4.5),
    ]
    assert [each["time"] for each in documents] == [datetime(2026, 3, 4, 18, 22), datetime(2026, 3, 4)]
    assert [(each["line"], each["reason"]) for each in rejects] == [(6, "no text"), (7, "no letters or emoji")]
    assert any("'Data'" in note for note in tally.notes) and any("row 3" in note for note in tally.notes)


def test_xlsx_with_merged_cells_reads_the_first_of_them(run):
    book = openpyxl.Workbook()
    for row in [["Survey", None], ["text", "shop"], ["one", "A"], ["two", None]]:
        book.active.append(row)
    book.active.merge_cells("A1:B1")
    book.active.merge_cells("B3:B4")
    file = io.BytesIO()
    book.save(file)
    documents, _, _ = run("a.xlsx", file.getvalue())
    assert [(each["text"], each["brand"]) for each in documents] == [("one", "A"), ("two", None)]


def test_xlsx_without_a_known_name_takes_the_sheet_whose_column_holds_sentences(run):
    data = workbook(("Figures", [["month", "n"], ["March", 4]]), ("Data", [["who", "what"], ["Ina", "The soup was cold and late"]]))
    documents, _, tally = run("a.xlsx", data)
    assert texts(documents) == ["The soup was cold and late"]
    assert tally.columns == {"text": "what"}


def test_xlsx_without_a_text_names_its_columns(run):
    with pytest.raises(UsageError, match="month, n"):
        run("a.xlsx", workbook(("One", [["month", "n"], ["March", 4]])))


def test_an_empty_workbook_gives_no_records(run):
    assert run("a.xlsx", workbook(("One", []), ("Two", [])))[:2] == ([], [])


def zipped(**files):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return file.getvalue()


def altered(part, old, new):
    """A workbook of which one part says something else."""
    with zipfile.ZipFile(io.BytesIO(workbook(("A", [["text"], ["word"]])))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert old in files[part]
    files[part] = files[part].replace(old, new)
    return zipped(**files)


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04 and no more",
        b"text\nno workbook",
        zipped(a="b"),
        workbook(("A", [["text"]]))[:900],
        altered("xl/styles.xml", b"<fonts", b"<phonts"),
        altered("xl/workbook.xml", b'sheetId="1"', b'sheetId="one"'),
        altered("xl/workbook.xml", b"</sheets>", b""),
    ],
    ids=["cut", "text", "no parts", "half", "styles", "sheet number", "not closed"],
)
def test_a_broken_workbook_is_a_clear_error_in_words_of_the_reader(run, data):
    with pytest.raises(InputError, match=r"a\.xlsx (is not a sound XLSX file: |is named as xlsx but is not).+\. (Open|Check)") as caught:
        run("a.xlsx", data)
    assert "openpyxl" not in str(caught.value) and "<class" not in str(caught.value)


def test_an_old_or_locked_workbook_says_what_to_do(run):
    with pytest.raises(InputError, match=r"Save it as \.xlsx"):
        run("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)


def test_a_workbook_damaged_inside_keeps_the_rows_before(run):
    data = workbook(("A", [["text"], *([f"row {n}"] for n in range(2000))]))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files["xl/worksheets/sheet1.xml"] = files["xl/worksheets/sheet1.xml"][:40_000]
    documents, rejects, _ = run("a.xlsx", zipped(**files))
    assert len(documents) > 100
    assert [each["reason"] for each in rejects] == ["the file is damaged from here on and cannot be read further"]
    assert rejects[0]["excerpt"] == f"sheet 'A' after row {len(documents) + 1}"


# --- documents and lines


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "A.HTM"])
def test_a_document_is_one_text_as_written(run, name):
    text = "<p>Gut&amp;g\u00fcnstig</p>\r\n\r\n  zweite,Zeile\x00\n"
    documents, _, _ = run(name, text)
    assert [(each["doc_id"], each["text"], each["line"]) for each in documents] == [(name, text, 1)]


def test_a_document_of_one_5_mb_line_is_over_the_limit(run):
    documents, rejects, _ = run("a.txt", "a" * 5_000_000)
    assert (documents, rejects[0]["reason"]) == ([], "text of 5000000 characters is over the limit of 1000000 (read.max_chars)")
    assert len(run("a.txt", "a" * 5_000_000, max_chars=6_000_000)[0]) == 1


@pytest.mark.parametrize("data", ["", "  \n", "..."])
def test_a_document_without_words_gives_no_document(run, data):
    assert run("a.txt", data)[0] == []


@pytest.mark.parametrize("stream", [True, False])
def test_text_of_unknown_kind_is_read_by_its_looks(run, stream):
    assert [each["doc_id"] for each in run("a.dat", TABLE, stream)[0]] == ["1", "2"]
    assert texts(run("a.dat", "id\ttext\n1\tone, two\n", stream)[0]) == ["one, two"]
    assert texts(run("a.dat", '{"text": "one"}\n', stream)[0]) == ["one"]
    assert texts(run("a.dat", '[{"text": "one"}]', stream)[0]) == ["one"]
    assert texts(run("a.dat", "Good, but slow\n\nNot good, and slow\n", stream)[0]) == ["Good, but slow", "Not good, and slow"]
    assert texts(run("a.dat", "<!DOCTYPE html>\n<p>one", stream)[0]) == ["<!DOCTYPE html>\n<p>one"]
    assert texts(run("a.dat", parquet(text=["one"]), stream)[0]) == ["one"]
    assert texts(run("a.dat", workbook(("A", [["text"], ["one"]])), stream)[0]) == ["one"]
    assert texts(run("a.dat", "one\ntwo\n".encode("utf-16"), stream)[0]) == ["one", "two"]
    assert run("a.dat", "", stream)[0] == []


@pytest.mark.parametrize("data", [bytes(range(256)), b"\x89PNG\r\n\x1a\n", b"%PDF-1.7"])
def test_what_is_no_text_is_refused(run, data):
    with pytest.raises(InputError):
        run("a.dat", data)


def test_lines_of_standard_input_are_named_after_it(run):
    documents, rejects, tally = run("a", "gut\n!!\nschlecht", stream=True)
    assert [(each["doc_id"], each["source"]) for each in documents] == [("stdin:1", "-"), ("stdin:3", "-")]
    assert [(each["line"], each["reason"]) for each in rejects] == [(2, "no letters or emoji")]
    assert "each line is one text" in tally.notes[0]


def test_a_map_makes_a_table_of_any_text(run):
    assert texts(run("a", "Foo;Bar\n1;eins\n2;zwei\n", stream=True, map={"text": "Bar"})[0]) == ["eins", "zwei"]
    with pytest.raises(UsageError, match="no such column"):
        run("a", "just words\nand more\n", stream=True, map={"text": "Bar"})


# --- gzip


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv.gz", TABLE.encode()),
        ("a.csv", TABLE.encode()),  # packed, whatever it is called
        ("a.gz", TABLE.encode()),
        ("a.jsonl.gz", b'{"text": "one"}\n{"text": "two"}\n'),
        ("a.parquet.gz", parquet(text=["one", "two"])),
        ("a.xlsx.gz", workbook(("A", [["text"], ["one"], ["two"]]))),
    ],
)
def test_gzip_of_anything_is_unpacked(run, name, data, stream):
    assert texts(run(name, gzip.compress(data), stream)[0]) == ["one", "two"]


def test_gzip_that_breaks_off_keeps_what_came_before_and_says_so(run):
    import random

    rng = random.Random(1)
    rows = "".join(f"{n},{''.join(rng.choices('abcdefgh ', k=60))}\n" for n in range(20_000))
    packed = gzip.compress(f"id,text\n{rows}".encode())
    documents, rejects, _ = run("a.csv.gz", packed[: len(packed) // 2])
    assert 9_900 < len(documents) < 10_100
    assert rejects[-1]["reason"].startswith("the file is damaged from here on")


@pytest.mark.parametrize("data", [b"\x1f\x8b", b"\x1f\x8b\x08 nonsense", gzip.compress(b"")[:-6]])
def test_gzip_broken_from_the_start_is_a_clear_error(run, data):
    with pytest.raises(InputError, match=r"a\.csv\.gz cannot be read"):
        run("a.csv.gz", data)


def test_an_empty_packed_file_gives_no_records(run):
    assert run("a.csv.gz", gzip.compress(b""))[:2] == ([], [])
