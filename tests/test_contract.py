import pyarrow as pa
import pytest

from pipeline.contract import conform
from pipeline.errors import ContractError
from pipeline.tables import BY_NAME, LANGUAGES

GOOD = {
    "doc_id": ["a"],
    "sentence": [None],
    "start": [0],
    "end": [4],
    "lang": ["cy"],
    "probability": [0.9],
    "mixed": [False],
    "shares": [[]],
    "spans": [None],
}


def table(**changes: object) -> pa.Table:
    return pa.table({**GOOD, **changes})


def test_columns_come_out_in_order_and_cast() -> None:
    shuffled = table().select(["lang", "doc_id", "probability", "end", "start", "sentence", "spans", "shares", "mixed"])
    assert conform(shuffled, LANGUAGES).schema.equals(LANGUAGES.schema)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"lang": [None]}, "lang holds 1 empty"),
        ({"probability": [1.2]}, "between 0 and 1"),
        ({"probability": [float("nan")]}, "between 0 and 1"),
        ({"start": ["x"]}, "does not fit int32"),
        ({"extra": [1]}, r"unknown \['extra'\]"),
    ],
)
def test_a_broken_promise_is_named(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ContractError, match=message):
        conform(table(**changes), LANGUAGES)


def test_a_missing_column_is_named() -> None:
    with pytest.raises(ContractError, match=r"missing \['lang'\]"):
        conform(table().drop_columns(["lang"]), LANGUAGES)


def test_a_repeated_key_is_refused_even_where_it_holds_nothing() -> None:
    with pytest.raises(ContractError, match="repeats its key"):
        conform(pa.concat_tables([table(), table()]), LANGUAGES)


def test_a_value_outside_the_list_is_shown() -> None:
    row = {"doc_id": "a", "level": "paragraph", "sentence": None, "start": 0, "end": 1, "label": "neutral"}
    row |= {f"p_{name}": 0.25 for name in ("negative", "neutral", "positive", "mixed")}
    with pytest.raises(ContractError, match="'paragraph'"):
        conform(pa.Table.from_pylist([row]), BY_NAME["sentiment"])


@pytest.mark.parametrize("spec", BY_NAME.values(), ids=lambda spec: spec.name)
def test_an_empty_table_conforms(spec) -> None:
    assert conform(spec.schema.empty_table(), spec).num_rows == 0


@pytest.mark.parametrize("spec", BY_NAME.values(), ids=lambda spec: spec.name)
def test_every_column_says_what_it_holds(spec) -> None:
    assert all(field.metadata and field.metadata[b"note"] for field in spec.schema)
