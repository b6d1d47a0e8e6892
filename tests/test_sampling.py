"""From a run to a file of texts to label, and back into the estimates."""

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from test_correcting import EVALUATION, _one, _rows, feedback

from pipeline import cli, manifest, sampling
from pipeline.aggregate.drawing import draw, frame
from pipeline.aggregate.labelled import line_up_labels, samples, text_hash
from pipeline.aggregate.stage import STRATA, count, estimate, merge, read_errors
from pipeline.config import AggregateConfig
from pipeline.errors import InputError, UsageError
from pipeline.store import Store
from pipeline.tables import ASPECTS, DOCUMENTS, LABELLED, LANGUAGES, SENTIMENT, TEXTS
from pipeline.work import SCRATCH

TEXT = "=1+1 so ein Laden"


def _texts(n: int, lang: str = "de", **row: Any) -> list[dict[str, Any]]:
    """A third of each: surely negative, unsurely positive, surely positive."""
    kinds = [("negative", 0.9), ("positive", 0.5), ("positive", 0.95)]
    return [
        {"doc_id": f"{lang}{i}", "text": f"{TEXT} {i}", "lang": lang, "label": kinds[i % 3][0], "p": kinds[i % 3][1], **row}
        for i in range(n)
    ]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A folder as a finished analysis leaves it, with two parts."""
    out, store = tmp_path / "out", Store(tmp_path / "out")
    unscored = {"doc_id": "u", "text": "?", "lang": "de", "label": "unscored"}
    for number, rows in enumerate((_texts(300), [*_texts(90, "ar"), unscored])):
        tables = feedback.run_of(rows)
        for spec, name in (
            (DOCUMENTS, "documents"),
            (TEXTS, "texts"),
            (LANGUAGES, "languages"),
            (SENTIMENT, "sentiment"),
            (ASPECTS, "aspects"),
        ):
            store.write(spec, number, getattr(tables, name))
    manifest.write(out / SCRATCH / "sentiment.json", {"parts": ["a", "b"], "model": "first"})
    return out


def _filled(path: Path, label: str = "negative", **change: str) -> Path:
    """The drawn file with every text labelled."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="cp1252", newline="") as file:  # as a German spreadsheet saves it
        writer = csv.DictWriter(file, rows[0].keys(), delimiter=";")
        writer.writeheader()
        writer.writerows(row | {"label": label, **change} for row in rows)
    return path


def test_a_sample_has_its_floors_and_keeps_its_probabilities(run: Path) -> None:
    drawn = sampling.write_sample(run, 130, run / "labels.csv")
    assert drawn["ar"] >= 50 and sum(drawn.values()) == 130
    with (run / "labels.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["text"].startswith("'=1+1") and rows[0]["label"] == ""
    weight = {}
    for row in rows:
        weight[row["lang"]] = weight.get(row["lang"], 0) + 1 / float(row["probability"])
    assert weight == pytest.approx({"de": 300, "ar": 90})
    assert not {"said", "confidence"} & set(rows[0])  # the labeller must not be led


def test_the_names_of_strata_do_not_tell_what_the_classifier_said() -> None:
    run = feedback.run_of(_texts(90))
    whole, orders = frame(run.documents, run.languages, run.sentiment), set()
    for seed in "abcdef":
        drawn = draw([whole], 30, seed)
        kind = {row["stratum"]: int(row["doc_id"][2:]) % 3 for row in drawn.to_pylist()}
        orders.add(tuple(kind[name] for name in sorted(kind)))
    assert len(kind) == 3 and len(orders) > 1  # sorted names are the sorted labels in no sample but by chance
    assert not set(draw([whole], 30, "a")["stratum"].to_pylist()) & set(draw([whole], 31, "a")["stratum"].to_pylist())


def test_unsure_texts_are_drawn_more_often() -> None:
    run = feedback.run_of(_texts(900))
    rows = draw([frame(run.documents, run.languages, run.sentiment)], 90, "1").to_pylist()
    probability = {int(row["doc_id"][2:]) % 3: row["probability"] for row in rows}
    assert probability[1] > 1.4 * probability[0]


def test_the_same_seed_draws_the_same_texts_whatever_the_parts() -> None:
    run = feedback.run_of(_texts(120))
    whole = frame(run.documents, run.languages, run.sentiment)
    parts = [whole.slice(70), whole.slice(0, 70)]
    assert draw([whole], 30, "1").equals(draw(parts, 30, "1"))
    assert not draw([whole], 30, "1").equals(draw([whole], 30, "2"))


def test_every_text_of_a_stratum_is_as_likely_to_be_drawn() -> None:
    run = feedback.run_of(_texts(30))
    whole = frame(run.documents, run.languages, run.sentiment)
    times = np.zeros(30)
    for seed in range(400):
        times[[int(doc_id[2:]) for doc_id in draw([whole], 12, str(seed))["doc_id"].to_pylist()]] += 1
    expected = {row["stratum"]: row["probability"] for row in draw([whole], 12, "1").to_pylist()}
    assert sorted(set(np.round([times[k::3].mean() / 400 for k in range(3)], 6))) == sorted(set(np.round(list(expected.values()), 6)))
    assert times.std() / times.mean() < 0.45 and times.min() > 60


def test_labels_come_back_from_a_spreadsheet_and_change_the_estimates(run: Path) -> None:
    sampling.write_sample(run, 300, run / "labels.csv")
    assert sampling.learn(run, _filled(run / "labels.csv"))["labelled"] == 300
    labels = sampling.labelled(Store(run), 2)
    assert labels is not None and set(labels[0]["label"].to_pylist()) == {"negative"}
    config = AggregateConfig(groupings=("lang",))
    counts = merge([count(*feedback.run_of(_texts(300)), config=config)])
    found = _one(estimate(counts, config=config, errors=read_errors(EVALUATION), labelled=labels[0], strata=labels[1]), "share_negative")
    assert found["method"].startswith("labelled sample: double sampling") and found["value"] > 0.95
    assert _one(estimate(counts, config=config, errors=read_errors(EVALUATION)), "classified_negative")["value"] == pytest.approx(1 / 3)


def test_an_xlsx_file_comes_back_too(run: Path) -> None:
    from openpyxl import load_workbook

    sampling.write_sample(run, 60, run / "labels.xlsx")
    book = load_workbook(run / "labels.xlsx")
    sheet = book["labels"]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    for row in range(2, 32):
        sheet.cell(row, 4, "Mixed ")
        sheet.cell(row, 5, 2)
    book.save(run / "labels.xlsx")
    assert sampling.learn(run, run / "labels.xlsx") == {"labelled": 30, "rated": 30, "left open": sheet.max_row - 31}


def test_texts_left_open_raise_the_weight_of_the_others_of_their_stratum(run: Path) -> None:
    sampling.write_sample(run, 130, run / "labels.csv")
    path = _filled(run / "labels.csv")
    lines = path.read_text(encoding="cp1252").splitlines()
    path.write_text(
        "\n".join(lines[:1] + [line.replace(";negative;", ";;") if i % 2 else line for i, line in enumerate(lines[1:])]), "cp1252"
    )
    sampling.learn(run, path)
    table = Store(run).read(LABELLED, 0)
    assert len(table) == 65 and (1 / table["probability"].to_numpy()).sum() == pytest.approx(390, rel=0.15)


def _lines(path: Path, change: Callable[[int, str], str | None]) -> Path:
    """The file with each line after the first changed, or left out."""
    first, *lines = path.read_text(encoding="cp1252").splitlines()
    path.write_text("\n".join([first, *(new for i, line in enumerate(lines) if (new := change(i, line)) is not None)]), "cp1252")
    return path


def test_rows_that_were_deleted_count_like_rows_left_open(run: Path, tmp_path: Path) -> None:
    sampling.write_sample(run, 130, run / "labels.csv")
    whole = _filled(run / "labels.csv").read_text(encoding="cp1252")
    probabilities = []
    for left_open in (lambda line: line.replace(";negative;", ";;"), lambda line: None):
        (run / "labels.csv").write_text(whole, "cp1252")
        sampling.learn(run, _lines(run / "labels.csv", lambda i, line: left_open(line) if i % 2 else line))  # noqa: B023
        probabilities.append(Store(run).read(LABELLED, 0)["probability"].to_pylist())
        Store(run).part(LABELLED.name, 0).unlink()
    assert probabilities[0] == probabilities[1]


def test_a_label_whose_text_was_emptied_is_not_lost_in_silence(run: Path) -> None:
    sampling.write_sample(run, 60, run / "labels.csv")
    path = _lines(_filled(run / "labels.csv"), lambda i, line: line if i else re.sub("'=1[^;]*", "", line))
    with pytest.raises(InputError, match="line 2: no text. Keep the text as `polyvox sample` wrote it"):
        sampling.learn(run, path)


def test_a_second_file_must_hold_the_labels_of_the_first(run: Path) -> None:
    sampling.write_sample(run, 60, run / "labels.csv")
    sampling.write_sample(run, 70, run / "more.csv", seed="2")
    sampling.learn(run, _filled(run / "labels.csv"))
    with pytest.raises(InputError, match="texts labelled before .* Put all labels of one sample into one file, or delete"):
        sampling.learn(run, _filled(run / "more.csv"))
    assert sampling.learn(run, run / "labels.csv")["labelled"] == 60


def test_labels_are_of_the_text_that_was_drawn_not_of_another_under_its_id(run: Path) -> None:
    sampling.write_sample(run, 300, run / "labels.csv")
    path, store = _filled(run / "labels.csv"), Store(run)
    sampling.learn(run, path)
    ours = store.read(DOCUMENTS, 0)
    assert (before := sampling.labelled(store, 2)) is not None
    store.write(DOCUMENTS, 0, ours.set_column(ours.column_names.index("text"), "text", pa.array(["another"] * len(ours))))
    assert (after := sampling.labelled(store, 2)) is not None and set(after[0]["lang"].to_pylist()) == {"ar"} < set(
        before[0]["lang"].to_pylist()
    )
    with pytest.raises(InputError, match="is another than was drawn in its stratum"):
        sampling.learn(run, path)
    with pytest.raises(UsageError, match="had other texts when this sample was first drawn"):
        sampling.write_sample(run, 300, run / "again.csv")


@pytest.mark.parametrize(
    ("label", "change", "message"),
    [
        ("bad", {}, r"line 2: the label is 'bad'; it must be negative, neutral, positive, mixed, or empty"),
        ("", {}, "no text has a label"),
        ("negative", {"probability": ""}, "probability of being drawn is missing"),
        ("negative", {"stratum": "1"}, "no note of drawing the stratum '1'"),
        ("negative", {"doc_id": "other"}, "there is no text 'other"),
    ],
)
def test_labels_that_cannot_be_used_are_named(run: Path, label: str, change: dict[str, str], message: str) -> None:
    sampling.write_sample(run, 60, run / "labels.csv")
    with pytest.raises(InputError, match=message):
        sampling.learn(run, _filled(run / "labels.csv", label, **change))
    assert not Store(run).part(LABELLED.name, 0).exists()


def test_a_file_that_may_hold_labels_is_not_overwritten(run: Path) -> None:
    sampling.write_sample(run, 60, run / "labels.csv")
    with pytest.raises(UsageError, match="there already, and may hold labels"):
        sampling.write_sample(run, 60, run / "labels.csv")


def test_wrong_calls_are_told_what_to_do(run: Path, tmp_path: Path) -> None:
    for call, message in (
        (lambda: sampling.write_sample(tmp_path / "none", 9, run / "a.csv"), "holds no finished sentiment"),
        (lambda: sampling.write_sample(run, 0, run / "a.csv"), "--size is 0"),
        (lambda: sampling.write_sample(run, 9, run / "a.doc"), "must end in .csv or .xlsx"),
        (lambda: sampling.plan(run, 0), "--points is 0"),
    ):
        with pytest.raises(UsageError, match=message):
            call()


def test_the_plan_needs_fewer_labels_with_the_classifier_than_without(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["plan", str(run), "--points", "12", "--json"]) == 0
    rows = {row["lang"]: row for row in json.loads(capsys.readouterr().out)["languages"]}
    assert 0 < rows["de"]["needed"] < rows["de"]["alone"] == 57  # 1.96^2 * 0.21 / 0.12^2 = 56.02


# ---- what the labels do


def _sampled(true: dict[str, str], n: int = 300, rate: float = 0.5, **more: Any) -> tuple[list[dict[str, Any]], pa.Table]:
    """Texts of two classes said, and a random sample of them with the label that `true` gives to the one said."""
    rows = _rows({label: n for label in true}, **more)
    rng = np.random.default_rng(0)
    picked = [row for row in rows if rng.random() < rate]
    run = feedback.run_of(rows)
    hashes = {row["doc_id"]: text_hash(row["text"]) for row in run.documents.to_pylist()}
    labelled = [
        {
            "doc_id": row["doc_id"],
            "label": true[row["label"]],
            "rating": None,
            "stratum": "1",
            "probability": rate,
            "text_hash": hashes[row["doc_id"]],
        }
        for row in picked
    ]
    table = pa.Table.from_pylist(labelled, schema=LABELLED.schema)
    return rows, line_up_labels(run.documents, run.languages, run.sentiment, table)


def test_in_small_cells_the_sample_serves_as_error_matrix() -> None:
    rows, lined = _sampled({"negative": "negative", "positive": "positive", "neutral": "mixed", "mixed": "neutral"})
    rows = [{**row, "brand": "x"} for row in rows] + [{**row, "brand": "y", "doc_id": row["doc_id"] + "y"} for row in rows]
    config = AggregateConfig(groupings=("lang", "lang+brand"), max_width=1.0)
    lined = lined.set_column(lined.column_names.index("brand"), "brand", pa.array(["x"] * len(lined)))
    table = estimate(merge([count(*feedback.run_of(rows), config=config)]), config=config, labelled=lined)
    assert "double sampling" in _one(table, "share_mixed", brand="x")["method"]
    assert "your labelled sample" in _one(table, "share_mixed", brand="y")["method"]
    assert _one(table, "share_mixed", brand="y")["value"] == pytest.approx(0.25, abs=0.03)


def test_a_bar_in_a_brand_does_not_give_its_cell_the_labels_of_another() -> None:
    _, lined = _sampled({"negative": "negative"})
    brands = pa.array(["a|b"] * 5 + ["a"] * (len(lined) - 5))
    channels = pa.array(["c"] * 5 + ["b|c"] * (len(lined) - 5))
    for name, column in (("brand", brands), ("channel", channels)):
        lined = lined.set_column(lined.column_names.index(name), name, column)
    assert sorted(len(each.true) for each in samples(lined, STRATA.empty_table(), ("lang", "brand", "channel")).values()) == [
        5,
        len(lined) - 5,
    ]


@pytest.mark.parametrize("how", ["survey", "raked"])
def test_weights_reach_the_labelled_texts(how: str) -> None:
    # What is said is of no help: brand x is always negative, y always positive; 1 to 1 in the texts, 9 to 1 among the customers.
    rows = _rows({"neutral": 600})
    rows = [{**row, "brand": "xy"[i % 2], "weight": 9.0 if i % 2 == 0 else 1.0} for i, row in enumerate(rows)]
    run, rng = feedback.run_of(rows), np.random.default_rng(0)
    labelled = [
        {
            "doc_id": row["doc_id"],
            "label": "negative" if row["brand"] == "x" else "positive",
            "rating": 1.0 if row["brand"] == "x" else 5.0,
            "stratum": "1",
            "probability": 0.5,
            "text_hash": text_hash(row["text"]),
        }
        for row in run.documents.to_pylist()
        if rng.random() < 0.5
    ]
    lined = line_up_labels(run.documents, run.languages, run.sentiment, pa.Table.from_pylist(labelled, schema=LABELLED.schema))
    settings: dict[str, Any] = {"weights": True} if how == "survey" else {"margins": {"brand": {"x": 0.9, "y": 0.1}}}
    found = {}
    for name, config in (("plain", AggregateConfig()), (how, AggregateConfig(**settings))):
        table = estimate(merge([count(*run, config=config)]), config=config, labelled=lined)
        found[name] = [_one(table, measure, brand=None) for measure in ("share_negative", "labelled_rating")]
    assert [row["value"] for row in found["plain"]] == [pytest.approx(0.5, abs=0.07), pytest.approx(3, abs=0.3)]
    share, rating = found[how]
    assert share["low"] < 0.9 < share["high"] and share["value"] == pytest.approx(0.9, abs=0.05) and how in share["method"]
    assert rating["low"] < 1.4 < rating["high"] and rating["high"] - rating["low"] < 0.6 and how in rating["method"]


def test_few_labels_leave_the_cell_to_the_error_model() -> None:
    rows, lined = _sampled({"negative": "negative", "positive": "positive"}, rate=0.03)
    assert 0 < len(lined) < 30
    config = AggregateConfig(groupings=("lang",), max_width=1.0)
    table = estimate(merge([count(*feedback.run_of(rows), config=config)]), config=config, errors=read_errors(EVALUATION), labelled=lined)
    assert "the model's evaluation" in _one(table, "share_negative")["method"]


def test_in_a_part_of_a_language_the_mix_of_strata_is_chance() -> None:
    # What is said tells the rating: of the language, whose strata are known, nearly all is known; of a brand, how many of each were drawn is chance.
    rows, lined = _sampled({"negative": "negative", "positive": "positive"}, rate=0.3)
    config, names = AggregateConfig(groupings=("lang", "lang+brand")), ("x", "y", "z")
    rows = [{**row, "brand": names[i % 3]} for i, row in enumerate(rows)]
    lined = lined.set_column(lined.column_names.index("brand"), "brand", pa.array([names[i % 3] for i in range(len(lined))]))
    ratings = [(1.0 if said == "negative" else 5.0) + i % 2 / 10 for i, said in enumerate(lined["said"].to_pylist())]
    columns = {"rating": pa.array(ratings, pa.float32()), "stratum": lined["said"], "score": pa.array([0] * len(lined), pa.int64())}
    for name, column in columns.items():
        lined = lined.set_column(lined.column_names.index(name), name, column)
    table = estimate(merge([count(*feedback.run_of(rows), config=config)]), config=config, labelled=lined)
    whole = _one(table, "labelled_rating", brand=None)
    assert whole["high"] - whole["low"] < 0.05
    for name in names:
        own = lined.filter(pa.compute.equal(lined["brand"], name))["rating"].to_numpy()
        found = _one(table, "labelled_rating", brand=name)
        assert found["high"] - found["low"] == pytest.approx(2 * 2 * own.std(ddof=1) / np.sqrt(len(own)), rel=0.05), name


def test_texts_that_were_labelled_but_not_rated_are_missing_at_random_in_their_stratum() -> None:
    rows, lined = _sampled({"negative": "negative", "positive": "positive"})
    said = lined["said"].to_pylist()
    few = [None if each == "negative" and i % 4 else i for i, each in enumerate(said)]  # of the bad ones few are rated
    rated = [i if i is None else (1.0 if said[i] == "negative" else 5.0) + i // 4 % 2 / 10 for i in few]
    columns = {"rating": pa.array(rated, pa.float32()), "stratum": lined["said"], "score": pa.array([0] * len(lined), pa.int64())}
    for name, column in columns.items():
        lined = lined.set_column(lined.column_names.index(name), name, column)
    config = AggregateConfig(groupings=("lang",))
    found = _one(estimate(merge([count(*feedback.run_of(rows), config=config)]), config=config, labelled=lined), "labelled_rating")
    negative = said.count("negative") / len(said)
    assert found["value"] == pytest.approx(negative * 1.05 + (1 - negative) * 5.05, abs=0.06)


def test_ratings_of_a_sample_are_carried_over_to_all_texts() -> None:
    rows, lined = _sampled({"negative": "negative", "positive": "positive"})
    ratings = [1.0 if said == "negative" else 5.0 for said in lined["said"].to_pylist()]
    jitter = np.random.default_rng(1).choice([0, 0.5], len(ratings))
    lined = lined.set_column(lined.column_names.index("rating"), "rating", pa.array((np.array(ratings) - jitter).astype(np.float32)))
    config = AggregateConfig(groupings=("lang",))
    found = _one(estimate(merge([count(*feedback.run_of(rows), config=config)]), config=config, labelled=lined), "labelled_rating")
    assert found["value"] == pytest.approx(2.75, abs=0.06) and found["low"] < 2.75 < found["high"]
    assert found["high"] - found["low"] < 0.38 and found["n"] == 600 and "PPI++" in found["method"]
