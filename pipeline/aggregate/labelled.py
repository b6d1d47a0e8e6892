"""Labels that people gave to a sample: checked, lined up with what the classifier said, and put to use."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.aggregate.cells import UNKNOWN, Rows
from pipeline.aggregate.counting import weight_units
from pipeline.aggregate.errors import LanguageErrors
from pipeline.aggregate.lineup import SCORE_UNIT, line_up, look_up
from pipeline.aggregate.strata import STRATA, cell_names, stratum_sizes, surely
from pipeline.aggregate.sums import WEIGHT_UNIT
from pipeline.config import AggregateConfig
from pipeline.errors import InputError
from pipeline.stats.double_sampling import weighted_table
from pipeline.stats.proportions import Array
from pipeline.tables import LABELLED, LABELS

SHOWN = 5  # faults that are shown one by one
LOCAL_LABELS = 15  # of each class: with fewer, the model's own evaluation knows more

GIVEN = ("label", "rating", "stratum", "probability")  # columns of `tables.LABELLED` that estimates use

LINED = pa.schema(
    [
        *(pa.field(name, pa.string()) for name in ("lang", "brand", "channel", "period")),
        pa.field("said", pa.string()),
        pa.field("sure", pa.bool_()),
        pa.field("score", pa.int64()),
        pa.field("weight", pa.float64()),
        *(LABELLED.schema.field(name) for name in GIVEN),
    ]
)


@dataclass(frozen=True)
class Sample:
    """Labelled texts of one cell, arrays (n_labelled,): classes as places in `LABELS`, -1 where not labelled; rating NaN alike."""

    said: npt.NDArray[np.int64]
    sure: npt.NDArray[np.int64]  # 1 where the classifier is
    true: npt.NDArray[np.int64]
    rating: Array
    score: Array
    stratum: npt.NDArray[np.int64]
    weight: Array  # inverse probability of being labelled, times `stands`
    rating_weight: Array  # inverse probability of being rated, times `stands`
    stands: Array  # weight of the text among all texts: survey weight and raking
    sizes: Array | None = None  # of all texts of the cell, (K, 2): weights by label said, unsurely and surely; None where not counted

    def take(self, mask: npt.NDArray[np.bool_]) -> "Sample":
        """The texts where `mask` holds."""
        return replace(self, **{each.name: getattr(self, each.name)[mask] for each in fields(self) if each.name != "sizes"})

    @staticmethod
    def together(samples: Sequence["Sample"]) -> "Sample":
        """The texts of several cells as of one."""
        own = {each.name: np.concatenate([getattr(one, each.name) for one in samples]) for each in fields(Sample) if each.name != "sizes"}
        sizes = [one.sizes for one in samples if one.sizes is not None]
        return Sample(**own, sizes=sum(sizes[1:], sizes[0]) if sizes and len(sizes) == len(samples) else None)

    def strata(self, counts: Array) -> tuple[Array, npt.NDArray[np.int64] | None]:
        """Numbers of texts by label said (K,) divided among the strata of each label, (K, 2), and the strata of the labelled texts; undivided where they were not counted."""
        if self.sizes is None:
            return counts, None
        whole = self.sizes.sum(axis=1)
        return np.divide(counts, whole, out=np.zeros(len(whole)), where=whole > 0)[:, None] * self.sizes, self.sure


Strata = Mapping[str, Mapping[str, str]]  # what was noted when texts were drawn: of each stratum, the hash of each text by its id


def text_hash(text: str) -> str:
    """What tells one text from another under the same id."""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def check_labels(documents: pa.Table, rejects: pa.Table, known: Mapping[str, str], sampled: Strata, place: str) -> pa.Table:
    """The labelled sample (schema `tables.LABELLED`) from a file that was read as documents with label, stratum and probability.

    `known` are the hashes of the run's texts by id. A text without label and rating, or that is not in the file, is left out, and the probabilities
    of its stratum are lowered to those that were labelled. Raises InputError when a row could not be read, an id is not of this run or is repeated,
    its text was changed since it was drawn, a label is none of the four, a probability is not between 0 and 1, or nothing is labelled.
    """
    faults = [
        f"line {row['line']}: {row['reason']}. Keep the text as `polyvox sample` wrote it; without it, its label would be lost."
        for row in rejects.to_pylist()
    ]
    rows: list[dict[str, object]] = []
    for row in documents.to_pylist():
        rows.append(_row(row, known, sampled, faults))
    if faults:
        more = f"\n... and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
        raise InputError(f"{place} cannot be learned from:\n" + "\n".join(faults[:SHOWN]) + more + "\nCorrect these lines and try again.")
    given = [row for row in rows if row["label"] is not None or row["rating"] is not None]
    if not given:
        raise InputError(f"{place}: no text has a label. Write negative, neutral, positive or mixed into the column label.")
    kept = _sizes(given)
    for row in given:
        part = kept[str(row["stratum"])] / len(sampled[str(row["stratum"])])
        row["probability"] = float(str(row["probability"])) * part
    return pa.Table.from_pylist(given, schema=LABELLED.schema)


def _row(row: Mapping[str, object], known: Mapping[str, str], sampled: Strata, faults: list[str]) -> dict[str, object]:
    more = {str(name).strip().lower(): str(value).strip() for name, value in row["dimensions"]}  # type: ignore[attr-defined]
    doc_id, line = str(row["doc_id"]), f"line {row['line']}"
    if doc_id not in known:
        doc_id = doc_id.removeprefix("'")  # put there against formulas
    if doc_id not in known:
        faults.append(f"{line}: there is no text {doc_id!r} in this run, or its id is repeated.")
    stratum = more.get("stratum", "")
    if stratum not in sampled:
        faults.append(
            f"{line}: the run has no note of drawing the stratum {stratum!r}; keep that column as `polyvox sample` wrote it. "
            "If .work was deleted, draw once more with the same size and seed, into another file."
        )
    elif doc_id in known and known[doc_id] != sampled[stratum].get(doc_id):
        faults.append(f"{line}: the text {doc_id!r} of this run is another than was drawn in its stratum. Draw a new sample.")
    label = more.get("label", "").lower() or None
    if label is not None and label not in LABELS:
        faults.append(f"{line}: the label is {label!r}; it must be {', '.join(LABELS)}, or empty.")
    try:
        probability = float(more.get("probability", "").replace(",", "."))
    except ValueError:
        probability = 0.0
    if not 0 < probability <= 1:
        faults.append(
            f"{line}: the probability of being drawn is missing or not between 0 and 1; keep that column as `polyvox sample` wrote it."
        )
    given = {"label": label, "rating": row["rating"], "stratum": stratum, "probability": probability}
    return {"doc_id": doc_id, **given, "text_hash": known.get(doc_id, "")}


def _sizes(rows: Sequence[Mapping[str, object]]) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for row in rows:
        sizes[str(row["stratum"])] = sizes.get(str(row["stratum"]), 0) + 1
    return sizes


def line_up_labels(documents: pa.Table, languages: pa.Table, sentiment: pa.Table, labelled: pa.Table) -> pa.Table:
    """The labelled texts of one part with their cells and what the classifier says of them now (schema `LINED`); scored ones only.

    A label whose text is not there any more, or is another under its id, is left out.
    """
    documents = documents.filter(pc.is_in(documents["doc_id"], value_set=labelled["doc_id"].combine_chunks()))
    hashes = pa.array([text_hash(text) for text in documents["text"].to_pylist()], pa.string())
    documents = documents.filter(pc.equal(look_up(documents["doc_id"], labelled, "text_hash"), hashes))
    rows = line_up(documents, languages, sentiment)
    columns = {name: rows[name] for name in ("lang", "brand", "channel", "period", "score", "weight")} | {"said": rows["label"]}
    columns["sure"] = surely(rows["doc_id"], sentiment)
    columns |= {name: look_up(rows["doc_id"], labelled, name) for name in GIVEN}
    table = pa.table({name: columns[name] for name in LINED.names}, schema=LINED)
    return table.filter(pc.is_in(table["said"], value_set=pa.array(LABELS)))


def weigh(texts: pa.Table, before: Rows, after: Rows, config: AggregateConfig) -> pa.Table:
    """Labelled texts, or strata, with the weights that all texts have: survey weights where these are used, times the raking from `before` to `after`."""
    columns = ["lang", *config.margins]
    numbers, first = np.unique(before.cell_numbers(columns), return_index=True)
    names = before.cell_names(columns, numbers)
    cells = zip(*(names[name].to_pylist() for name in columns), strict=True)
    raked = dict(zip(cells, after.weight[first] / before.weight[first], strict=True))
    own = zip(*(texts[name].fill_null(UNKNOWN).to_pylist() for name in columns), strict=True)
    weight = weight_units(texts["weight"], config) / WEIGHT_UNIT * np.array([raked.get(cell, 1.0) for cell in own])
    return texts.set_column(texts.column_names.index("weight"), LINED.field("weight"), pa.array(weight, pa.float64()))


def samples(lined: pa.Table, strata: pa.Table, columns: Sequence[str]) -> dict[str, Sample]:
    """The labelled texts of each cell of a grouping, by its name, also where there are none but its strata were counted; `strata` may be empty."""
    lined = lined.sort_by([(name, "ascending") for name in LINED.names])  # so that the order of parts leaves no trace
    names, sizes = cell_names(lined, columns).to_numpy(zero_copy_only=False), stratum_sizes(strata, columns)
    codes = np.unique(np.array(lined["stratum"].to_pylist(), dtype=object).astype(str), return_inverse=True)[1]
    said, true = (
        np.array([LABELS.index(each) if each else -1 for each in lined[name].to_pylist()], dtype=np.int64) for name in ("said", "label")
    )
    stands = lined["weight"].to_numpy()
    weight = stands / lined["probability"].to_numpy()
    everything = Sample(
        said,
        lined["sure"].to_numpy().astype(np.int64),
        true,
        pc.fill_null(lined["rating"], float("nan")).to_numpy().astype(np.float64),
        lined["score"].to_numpy() / SCORE_UNIT,
        codes.astype(np.int64),
        weight * _left_open(lined["label"], codes),
        weight * _left_open(lined["rating"], codes),
        stands,
    )
    return {name: replace(everything.take(names == name), sizes=sizes.get(name)) for name in dict.fromkeys((*names, *sizes))}


def _left_open(column: pa.ChunkedArray, strata: npt.NDArray[np.int64]) -> Array:
    """By what each text's weight grows, where others of its stratum have a label but no rating, or the other way round: they are missing at random."""
    given = np.bincount(strata, weights=pc.is_valid(column).to_numpy().astype(np.float64))
    return np.divide(np.bincount(strata), given, out=np.ones(len(given)), where=given > 0)[strata]


def local_errors(errors: Mapping[str, LanguageErrors], lined: pa.Table) -> dict[str, LanguageErrors]:
    """The errors of each language, with how document labels are confused counted on the labelled sample where it has enough of them."""
    found = dict(errors)
    for lang, sample in samples(lined, STRATA.empty_table(), ("lang",)).items():
        labelled = sample.take(sample.true >= 0)
        table = weighted_table(labelled.true, labelled.said, labelled.weight, len(LABELS))
        if np.bincount(labelled.true, minlength=len(LABELS)).min() >= LOCAL_LABELS:
            found[lang] = replace(found.get(lang, LanguageErrors()), document=table, source="your labelled sample")
    return found
