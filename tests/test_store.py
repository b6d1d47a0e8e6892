import errno
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import ContractError, StorageError
from pipeline.store import Columns, Store, digest, write_whole
from pipeline.tables import REJECTS, TEXTS


def rejects(count: int) -> pa.Table:
    rows = [{"source": "a.csv", "line": line, "reason": "no text", "excerpt": ""} for line in range(1, count + 1)]
    return pa.Table.from_pylist(rows, schema=REJECTS.schema)


def test_a_part_carries_its_key_and_comes_back(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.write(REJECTS, 3, rejects(2), "key-1", origin="read")
    assert store.key("rejects", 3, "read") == "key-1"
    assert store.read(REJECTS, 3, "read").equals(rejects(2))
    assert store.key("rejects", 4, "read") == ""


def test_the_same_rows_have_the_same_content_key_and_bytes(tmp_path: Path) -> None:
    one, other = Store(tmp_path / "1"), Store(tmp_path / "2")
    split = pa.concat_tables([rejects(5).slice(0, 2), rejects(5).slice(2)])
    assert one.write(REJECTS, 0, rejects(5)) == other.write(REJECTS, 0, split)
    assert one.part("rejects", 0).read_bytes() == other.part("rejects", 0).read_bytes()
    assert one.write(REJECTS, 1, rejects(4)) != one.key("rejects", 0)


def test_a_damaged_part_has_no_key_and_says_what_to_do(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.write(REJECTS, 0, rejects(2), "key")
    store.part("rejects", 0).write_bytes(b"PAR1 this is no Parquet file")
    assert store.key("rejects", 0) == ""
    with pytest.raises(StorageError, match="Delete it and run again"):
        store.read(REJECTS, 0)


def test_a_table_that_breaks_its_contract_is_never_written(tmp_path: Path) -> None:
    with pytest.raises(ContractError):
        Store(tmp_path).write(REJECTS, 0, rejects(1).drop_columns(["reason"]))
    assert not list(tmp_path.rglob("*.parquet"))


def test_parts_of_an_earlier_larger_input_and_unfinished_files_go(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for number in range(3):
        store.write(REJECTS, number, rejects(1), "key", origin="clean")
    (tmp_path / "rejects" / ".part-00009.parquet.77.tmp").write_bytes(b"half")
    store.drop_from("rejects", 1)
    assert [path.name for path in (tmp_path / "rejects").iterdir()] == ["part-clean-00000.parquet"]


def test_some_columns_are_read_and_checked_and_no_more(tmp_path: Path) -> None:
    store = Store(tmp_path)
    pq.write_table(pa.table({"doc_id": ["a"], "duplicate": ["twice"], "clean": [None]}), _made(store.part(TEXTS.name, 0)))
    assert store.read(TEXTS.only("doc_id"), 0).column_names == ["doc_id"]
    with pytest.raises(StorageError, match="may hold only none, exact, near, found 'twice'"):
        store.read(TEXTS.only("doc_id", "duplicate"), 0)
    with pytest.raises(StorageError, match="missing"):
        store.read(TEXTS.only("cluster"), 0)


def test_the_size_of_a_part_is_that_before_compression(tmp_path: Path) -> None:
    store = Store(tmp_path)
    long = [f"{i}{'x' * 1000}" for i in range(500)]
    store.write(REJECTS, 0, pa.table({"source": ["a"] * 500, "line": range(500), "reason": long, "excerpt": long}, REJECTS.schema))
    path = store.part(REJECTS.name, 0)
    assert path.stat().st_size < 100_000 and 1_000_000 < store.size(path) < 1_100_000
    with pytest.raises(StorageError, match="is missing"):
        store.size(store.part(REJECTS.name, 1))


def _made(path: Path) -> Path:
    path.parent.mkdir(parents=True)
    return path


def test_columns_can_be_gone_through_again(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.write(REJECTS, 0, rejects(2), "key")
    columns = Columns(store, REJECTS, ("line",))
    assert [part.column_names for part in columns] == [part.column_names for part in columns] == [["line"]]


def test_a_full_disk_is_one_clear_error_and_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    write_whole(tmp_path / "file", "old")
    monkeypatch.setattr("pipeline.store.os.fsync", full)
    with pytest.raises(StorageError, match="disk is full.*resumes"):
        write_whole(tmp_path / "file", "new")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text() == "old"


def test_digests_tell_apart_what_differs() -> None:
    assert len({digest("a", "b"), digest("ab"), digest("b", "a"), digest(["a", "b"]), digest("a", "b", None)}) == 5
