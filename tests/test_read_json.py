"""JSON in lines and in arrays: objects become rows, anything else a reject, whatever the length of file, line and value."""

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.config import ReadConfig
from pipeline.errors import UsageError
from pipeline.read import binary, json_values, lines
from pipeline.read.kinds import by_name
from pipeline.read.rejects import Broken
from pipeline.read.sources import Source
from pipeline.read.stage import Tally, read


def run(data, name="a.jsonl", **changes):
    """Documents, rejects and the tally of one file."""
    source = Source(name, name, by_name(name), stream=io.BytesIO(data.encode() if isinstance(data, str) else data))
    tally = Tally()
    pairs = list(read([source], config=ReadConfig(**changes), tally=tally))
    documents = [row for documents, _ in pairs for row in documents.to_pylist()]
    rejects = [row for _, rejects in pairs for row in rejects.to_pylist()]
    assert tally.records == len(documents) + len(rejects)
    return documents, rejects, tally.sources[0]


def test_each_line_is_a_record_and_bad_lines_are_named():
    data = '{"id": 7, "text": "one", "stars": 4}\n\n{"text": "two"\n[1]\n"three"\n{"other": 1}\n{"text": null}\n'
    data += '{"text": ["x"]}\n{"text": true}\n'
    documents, rejects, _ = run(data)
    assert [(each["doc_id"], each["text"], each["rating"], each["line"]) for each in documents] == [("7", "one", 4.0, 1)]
    assert [(each["line"], each["reason"]) for each in rejects] == [
        *((3, "not JSON"), (4, "JSON is not an object"), (5, "JSON is not an object"), (6, "no text field"), (7, "no text")),
        *((8, "no text field"), (9, "no text field")),
    ]


def test_other_fields_become_dimensions_also_those_that_come_late():
    data = "".join(json.dumps({"text": "word", "n": n}) + "\n" for n in range(300)) + '{"text": "last", "late": [1, "a"], "n": null}\n'
    documents, _, _ = run(data)
    assert documents[5]["dimensions"] == [("n", "5")]
    assert documents[-1]["dimensions"] == [("late", '[1, "a"]')]


def test_objects_within_objects_are_named_with_dots():
    data = '{"review": {"body": "fine", "stars": 5}, "user": {"name": {"last": "Ifan"}}}\n'
    documents, _, _ = run(data, map={"text": "review.body", "rating": "review.stars"})
    assert (documents[0]["text"], documents[0]["rating"], documents[0]["dimensions"]) == ("fine", 5.0, [("user.name.last", "Ifan")])


def test_half_characters_are_replaced_and_counted():
    documents, rejects, tally = run(b'{"text": "a\\ud800b \\ud83d\\ude00", "k\\udc00": "\\udfff"}\n')
    assert documents[0]["text"] == "a\ufffdb \U0001f600"
    assert documents[0]["dimensions"] == [("k\ufffd", "\ufffd")]
    assert (rejects, tally.surrogates_replaced) == ([], 3)


@pytest.mark.parametrize("depth", [100, 5_000, 200_000])
def test_deep_nesting_is_a_reject_or_a_dimension_but_no_crash(depth):
    documents, rejects, _ = run(
        '{"text": "ok", "x": ' + "[" * depth + "]" * depth + "}\n" + '{"text": "ok", "x": 1}\n' + "{" * depth + "\n"
    )
    assert documents[-1]["text"] == "ok"
    assert rejects[-1]["reason"] == "not JSON"


def test_huge_numbers_are_a_reject_but_no_crash():
    documents, rejects, _ = run('{"text": "ok"}\n{"text": "x", "n": ' + "9" * 10_000 + "}\n")
    assert (len(documents), rejects[0]["reason"]) == (1, "not JSON")


def test_a_file_without_a_text_field_names_its_fields():
    with pytest.raises(UsageError, match=r"reviews.*--map text=COLUMN"):
        run('{"reviews": [{"text": "one"}]}\n', "a.json")


@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "-"])
@pytest.mark.parametrize("indent", [None, 2])
def test_an_array_gives_its_elements(name, indent):
    values = [{"text": "one [1], {"}, {"text": 'two "quoted" \\', "x": [{"y": 1}]}, 3, {"text": "four"}]
    documents, rejects, _ = run(json.dumps(values, indent=indent), name)
    assert [each["text"] for each in documents] == ["one [1], {", 'two "quoted" \\', "four"]
    assert [each["reason"] for each in rejects] == ["JSON is not an object"]


@pytest.mark.parametrize("name", ["a.json", "-"])
def test_objects_one_after_the_other_may_take_several_lines(name):
    documents, _, _ = run('{\n "text": "one"\n}\n{"text":\n "two"}', name)
    assert [(each["text"], each["line"]) for each in documents] == [("one", 1), ("two", 4)]


def test_a_json_file_may_hold_lines():
    documents, rejects, _ = run('{"text": "one"}\n{"text": "two\n{"text": "three"}\n', "a.json")
    assert [each["text"] for each in documents] == ["one", "three"]
    assert [(each["line"], each["reason"]) for each in rejects] == [(2, "not JSON")]


def test_a_broken_element_costs_only_itself():
    documents, rejects, _ = run('[{"text": "one"},\n {"text": "two", oops},\n {"text": "open},\n {"text": "four"}\n]', "a.json")
    assert [each["text"] for each in documents] == ["one"]
    assert [each["line"] for each in rejects] == [2, 3]
    assert rejects[0]["excerpt"] == '{"text": "two", oops}'


def test_an_array_longer_than_its_pieces_is_read_whole(monkeypatch):
    monkeypatch.setattr(lines, "BLOCK_BYTES", 64)
    values = [{"text": f"text {n} " + "x" * (n % 50) + '\\"{[' * (n % 3)} for n in range(300)]
    documents, rejects, _ = run(json.dumps(values), "a.json")
    assert ([each["text"] for each in documents], rejects) == ([each["text"] for each in values], [])


def test_a_value_too_long_to_hold_is_a_reject(monkeypatch):
    monkeypatch.setattr(json_values, "VALUE_CHARS", 2_000)
    monkeypatch.setattr(lines, "BLOCK_BYTES", 256)
    monkeypatch.setattr(binary, "HEAD_BYTES", 256)
    documents, rejects, _ = run(json.dumps([{"text": "one"}, {"text": "x" * 5_000}, {"text": "three"}]), "a.json")
    assert [each["text"] for each in documents] == ["one", "three"]
    assert rejects[0]["reason"].startswith("JSON value of more than")


def test_a_line_of_5_mb_is_over_the_limit():
    documents, rejects, _ = run(json.dumps({"text": "lang " * 1_000_000}) + '\n{"text": "kurz"}\n')
    assert [each["text"] for each in documents] == ["kurz"]
    assert rejects[0]["reason"] == "text of 5000000 characters is over the limit of 1000000 (read.max_chars)"


def test_strange_bytes_are_replaced_and_counted():
    _, _, tally = run(b'[{"text": "ein S\xc3\xa4tzchen \xff"},\n{"text": "gut"}]', "a.json")
    assert tally.lines_repaired == 1
    documents, _, tally = run('[{"text": "sch\u00f6n"}]'.encode("windows-1252"), "a.json")
    assert (documents[0]["text"], tally.encoding) == ("sch\u00f6n", "windows-1252")


@pytest.mark.parametrize("data", ["", "\n", "[]", "[ ]\n", "\ufeff"])
def test_nothing_gives_no_records(data):
    assert run(data, "a.json")[:2] == ([], [])


plain = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(plain, inner, max_size=3)
)
objects = st.lists(st.dictionaries(plain, values, max_size=4), max_size=6)


@given(objects, st.sampled_from([None, 1]), st.integers(1, 40), st.booleans())
def test_values_of_an_array_come_back_in_any_pieces(written, indent, size, ascii_only):
    text = json.dumps(written, indent=indent, ensure_ascii=ascii_only)
    pieces = (text[start : start + size] for start in range(0, len(text), size))
    assert [json.loads(raw) for _, raw in json_values.json_values(pieces)] == written


@given(st.text('[]{}",:\\\n a1', max_size=60), st.integers(1, 9))
def test_any_characters_end_and_none_but_separators_are_lost(text, size):
    pieces = (text[start : start + size] for start in range(0, len(text), size))
    found = [each for each in json_values.json_values(pieces) if not isinstance(each, Broken)]
    kept = "".join(raw for _, raw in found)
    assert sorted(char for char in text if char not in " \n,[]") == sorted(char for char in kept if char not in " \n,[]")


@settings(deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(["text", "a", "b"]), st.none() | plain, max_size=3), max_size=8))
def test_each_object_is_a_document_or_a_reject(written):
    data = '{"text": "first"}\n' + "".join(json.dumps(each) + "\n" for each in written)
    documents, rejects, _ = run(data)
    assert len(documents) + len(rejects) == len(written) + 1
    for each in documents[1:]:
        assert written[each["line"] - 2]["text"] == each["text"]
