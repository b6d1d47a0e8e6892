"""The stage as a whole: parts, counts, ids, the messy sample, and any bytes at all."""

import gzip
import io
import tracemalloc
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.config import ReadConfig
from pipeline.contract import conform
from pipeline.errors import ContractError, PolyvoxError, UsageError
from pipeline.read import seen
from pipeline.read.rejects import REASONS
from pipeline.read.seen import Seen
from pipeline.read.sources import Source
from pipeline.read.stage import Tally, find_sources, read
from pipeline.tables import DOCUMENTS, REJECTS

SAMPLES = Path(__file__).parents[1] / "data" / "samples"


def stream(data, kind="csv", name="a.csv"):
    return Source(name, name, kind, stream=io.BytesIO(data.encode() if isinstance(data, str) else data))


def column(pairs, name, which=0):
    return [value for pair in pairs for value in pair[which][name].to_pylist()]


def table(rows):
    return "id,text\n" + "".join(f"{name},{text}\n" for name, text in rows)


# --- parts


def test_parts_hold_so_many_documents_over_all_sources():
    inputs = [stream(table((f"{name}{n}", "word") for n in range(5)), name=name) for name in ("a", "b")]
    pairs = list(read(inputs, config=ReadConfig(rows_per_part=4)))
    assert [len(documents) for documents, _ in pairs] == [4, 4, 2]


def test_parts_hold_so_many_characters():
    pairs = list(read([stream(table((n, "x" * 100) for n in range(10)))], config=ReadConfig(chars_per_part=250)))
    assert [len(documents) for documents, _ in pairs] == [3, 3, 3, 1]


def test_a_file_of_rejects_does_not_pile_up():
    pairs = list(read([stream(table((n, "...") for n in range(10)))], config=ReadConfig(rows_per_part=4)))
    assert [(len(documents), len(rejects)) for documents, rejects in pairs] == [(0, 4), (0, 4), (0, 2)]


def test_nothing_at_all_is_one_empty_pair():
    ((documents, rejects),) = read([stream("")], config=ReadConfig())
    assert (documents.schema, rejects.schema) == (DOCUMENTS.schema, REJECTS.schema)
    assert (len(documents), len(rejects)) == (0, 0)
    assert len(list(read([], config=ReadConfig()))) == 1


def test_the_size_of_parts_does_not_change_the_rows():
    data = (SAMPLES / "messy.csv").read_bytes()
    wholes = [list(read([stream(data)], config=ReadConfig(rows_per_part=size))) for size in (1, 7, 2000)]
    for name in DOCUMENTS.schema.names:
        assert column(wholes[0], name) == column(wholes[1], name) == column(wholes[2], name)
    assert column(wholes[0], "line", 1) == column(wholes[2], "line", 1)


def test_tables_conform_to_their_contracts():
    for documents, rejects in read([stream((SAMPLES / "messy.csv").read_bytes())], config=ReadConfig(rows_per_part=5)):
        assert conform(documents, DOCUMENTS).equals(documents)
        assert conform(rejects, REJECTS).equals(rejects)


def test_a_lost_row_would_be_noticed(monkeypatch):
    monkeypatch.setattr("pipeline.read.parts.Parts.reject", lambda *_: None)
    with pytest.raises(ContractError, match="2 records were read, but 1 documents and 0 rejects"):
        list(read([stream(table([(1, "word"), (2, "...")]))], config=ReadConfig()))


def test_a_wrong_source_is_an_error_before_anything_is_given(tmp_path):
    (tmp_path / "a.csv").write_text(table([(1, "word")]))
    (tmp_path / "b.csv").write_text("foo,bar\n1,2\n")
    parts = read(find_sources([str(tmp_path)], stdin=None), config=ReadConfig(rows_per_part=1))
    with pytest.raises(UsageError, match=r"b\.csv"):
        next(parts)


def test_memory_does_not_grow_with_the_file(tmp_path):
    def peak(rows):
        path = tmp_path / f"{rows}.csv.gz"
        with gzip.open(path, "wt") as file:
            file.write("id,text\n")
            file.writelines(f"{n},{'word ' * 4000}{n}\n" for n in range(rows))
        tracemalloc.start()
        assert (
            sum(len(documents) for documents, _ in read(find_sources([str(path)], stdin=None), config=ReadConfig(rows_per_part=10))) == rows
        )
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    peak(10)  # imports
    assert peak(600) < 1.5 * peak(150)  # 12 MB and 3 MB of text, both more than the blocks and samples that are held


# --- ids


def test_ids_come_from_their_column_else_from_file_and_line():
    data = "id,text\n a7 ,one\n,two\n"
    assert column(read([stream(data)], config=ReadConfig()), "doc_id") == ["a7", "a.csv:3"]


def test_repeated_ids_get_numbers_over_all_sources_and_parts():
    tally = Tally()
    inputs = [stream(table([("a", "x"), ("b", "x"), ("a", "x"), ("a~2", "x")])), stream(table([("a", "x")]), name="b.csv")]
    assert column(read(inputs, config=ReadConfig(rows_per_part=1), tally=tally), "doc_id") == ["a", "b", "a~2", "a~2~2", "a~3"]
    assert [source.duplicate_ids for source in tally.sources] == [2, 1]


@given(
    st.lists(st.sampled_from(["a", "b", "a~2", "a~3", "a~2~2", "c"]), max_size=60), st.integers(1, 7), st.integers(1, 9), st.integers(1, 3)
)
def test_ids_are_unique_however_they_are_batched_and_stored(ids, batch, recent, hints):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(seen, "RECENT", recent)
        patch.setattr(seen, "HINTS", hints)
        small = Seen()
        named = [each for start in range(0, len(ids), batch) for each in small.unique(ids[start : start + batch])]
    assert len(set(named)) == len(named)
    assert all(new == old or new.startswith(f"{old}~") for new, old in zip(named, ids, strict=True))
    for name, count in Counter(ids).items():
        assert count == 0 or name in named  # the first keeps its name, or an earlier one was given it


def test_an_id_repeated_many_times_is_numbered_without_gaps(monkeypatch):
    monkeypatch.setattr(seen, "RECENT", 100)
    monkeypatch.setattr(seen, "HINTS", 1)
    store = Seen()
    named = [each for _ in range(500) for each in store.unique(["a", "b"])]
    assert named[:4] == ["a", "b", "a~2", "b~2"] and named[-1] == "b~500"
    assert store.repeated == 998


# --- the messy sample


def test_the_messy_sample_is_read_as_its_rows_deserve():
    tally = Tally()
    pairs = list(read(find_sources([str(SAMPLES / "messy.csv")], stdin=None), config=ReadConfig(max_chars=4_000), tally=tally))
    assert (tally.records, tally.documents, tally.rejects) == (41, 32, 9)
    assert list(zip(column(pairs, "line", 1), column(pairs, "reason", 1), strict=True)) == [
        (10, "unclosed quotation mark"),
        (14, "row has 3 fields where the header has 8"),
        (15, "row has 10 fields where the header has 8"),
        (18, "no text"),
        (19, "no text"),
        (20, "no letters or emoji"),
        (21, "no letters or emoji"),
        (34, "text of 5076 characters is over the limit of 4000 (read.max_chars)"),
        (45, "unclosed quotation mark"),
    ]
    texts = dict(zip(column(pairs, "doc_id"), column(pairs, "text"), strict=True))
    assert texts["m09"] == 'Das "neue" Rezept schmeckt schlechter als vorher.'
    assert texts["m28"] == "Gut\0 verpackt"
    assert "\u202e" in texts["m27"] and texts["m22"].startswith("<script>")
    assert texts["m35"] == "Ganz okay f\u00fcr den Preis."  # saved in Windows-1252
    assert {"m01", "m01~2", "m01~3", "messy.csv:44"} <= set(texts)
    source = tally.sources[0]
    assert (source.encoding, source.lines_repaired, source.duplicate_ids) == ("utf-8", 1, 2)
    assert source.not_understood == {"rating": 3, "date": 3}


def test_every_reason_is_worded_once():
    assert len(set(REASONS.values())) == len(REASONS)


def test_the_tally_can_be_stored_as_json():
    import json

    tally = Tally()
    list(read([stream(table([(1, "word")]))], config=ReadConfig(), tally=tally))
    stored = json.loads(json.dumps(tally.as_dict()))
    assert (stored["documents"], stored["sources"][0]["columns"]) == (1, {"text": "text", "id": "id"})


# --- any bytes at all

FRAGMENTS = [
    *(
        b"id,text,rating\r\n",
        b"text\n",
        b"text;id\n",
        b"sep=;\n",
        b'"',
        b'""',
        b",",
        b";",
        b"\t",
        b"\n",
        b"\r",
        b"\r\n",
        b"abc",
        b"Gut, aber",
    ),
    *(
        b"\xff\xfe",
        b"\xfe\xff",
        b"\xef\xbb\xbf",
        b"\0",
        b"{",
        b"}",
        b"[",
        b"]",
        b'{"text": "hallo"}',
        b'{"text": "\\ud800 x"}',
        b"\\",
        b":",
        b"1",
    ),
    *(
        b"\xc3\xbc",
        b"\xfc",
        b"\x1f\x8b",
        b"\x1f\x8b\x08\0",
        b"PK\x03\x04",
        b"PAR1",
        b"\xed\xa0\x80",
        b"\xe1\xe2\xe3 \xc7\xe1",
        b"<html>",
        b"1e999",
    ),
]
KINDS = ["csv", "tsv", "jsonl", "json", "document", "parquet", "xlsx", "unknown"]
ENCODINGS = ["", "", "", "utf-16", "utf-7", "shift_jis", "windows-1256", "punycode"]


@settings(deadline=None, max_examples=300)
@given(
    st.lists(st.sampled_from(FRAGMENTS) | st.binary(max_size=6), max_size=30).map(b"".join),
    *(st.sampled_from(KINDS), st.booleans(), st.sampled_from([3, 1_000_000]), st.sampled_from(ENCODINGS)),
)
def test_no_bytes_crash_and_no_record_is_lost(data, kind, packed, max_chars, encoding):
    tally = Tally()
    source = stream(gzip.compress(data) if packed else data, kind)
    try:
        pairs = list(read([source], config=ReadConfig(max_chars=max_chars, encoding=encoding, rows_per_part=3), tally=tally))
    except PolyvoxError as error:
        assert len(str(error)) > 30
        return
    assert tally.records == sum(len(documents) + len(rejects) for documents, rejects in pairs)
    assert len(set(column(pairs, "doc_id"))) == tally.documents


# --- the map of one file


def test_a_map_may_concern_one_file_only():
    inputs = [stream("text,Sylw\nall,own\n", name=name) for name in ("data/a.csv", "data/b.csv", "data/c.csv")]
    wanted = {"text": "text", "b.csv:text": "Sylw", "data/c*:text": "Sylw"}
    assert column(list(read(inputs, config=ReadConfig(map=wanted))), "text") == ["all", "own", "own"]


def test_a_map_of_a_file_that_is_not_read_is_wrong_use():
    with pytest.raises(UsageError, match="no file z.csv is read here"):
        list(read([stream(table([(1, "word")]))], config=ReadConfig(map={"z.csv:text": "text"})))


def test_a_column_that_one_file_lacks_is_said_with_the_way_out():
    inputs = [stream("Kommentar\nword\n", name="a.csv"), stream("Sylw\nword\n", name="b.csv")]
    with pytest.raises(UsageError, match=r"b\.csv: --map text=Kommentar.*--map FILE:FIELD=COLUMN"):
        list(read(inputs, config=ReadConfig(map={"text": "Kommentar"})))


def test_a_column_weight_is_said_to_change_nothing_unless_asked_for():
    tally = Tally()
    list(read([stream("text,weight\nword,2\n")], config=ReadConfig(), tally=tally))
    assert any("'weight' was kept as weight; it changes no number" in note for note in tally.sources[0].notes)
    mapped = Tally()
    list(read([stream("text,weight\nword,2\n")], config=ReadConfig(map={"weight": "weight"}), tally=mapped))
    assert mapped.sources[0].notes == []
