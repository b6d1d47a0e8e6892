"""Texts of a run to be labelled by people: draw them into a file, read the labels back, and plan how many are needed."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa

from pipeline import manifest, models
from pipeline.aggregate.planning import Plan, plans
from pipeline.config import ReadConfig
from pipeline.errors import InputError, StorageError, UsageError
from pipeline.store import Store, content_key
from pipeline.tables import DOCUMENTS, LABELLED, LANGUAGES, SENTIMENT, TEXTS
from pipeline.work import SCRATCH, accepted

COLUMNS = ("doc_id", "lang", "text", "label", "rating", "stratum", "probability")
NOTE = "sample.json"  # of what was drawn, in .work


def write_sample(out: Path, size: int, path: Path, seed: str = "1") -> dict[str, int]:
    """Draw about `size` scored texts of the run in `out` and write them to `path` (.csv or .xlsx); gives texts by language.

    Texts are shown as cleaned, personal data masked as in the report; what the classifier said is not shown. Raises UsageError when the run is not
    finished, the file is there already, or its name ends otherwise; StorageError when it cannot be written.
    """
    from pipeline.aggregate.stage import draw

    if size < 1:
        raise UsageError(f"--size is {size}. Say how many texts are to be labelled, for example --size 300.")
    if path.suffix.lower() not in (".csv", ".xlsx"):
        raise UsageError(f"--out {path}: the name must end in .csv or .xlsx.")
    if path.exists():
        raise UsageError(f"{path} is there already, and may hold labels. Name another file, or remove that one.")
    drawn = draw(_frames(out), size, seed)
    if not len(drawn):
        raise UsageError(f"{out} holds no text of the five languages that could be scored: there is nothing to label.")
    _remember(out, drawn)
    wanted = set(drawn["doc_id"].to_pylist())
    texts = {row["doc_id"]: row["clean"] for part in Store(out).scan(TEXTS) for row in part.to_pylist() if row["doc_id"] in wanted}
    rows = [{"text": texts[row["doc_id"]], "label": None, "rating": None} | row for row in drawn.to_pylist()]
    table = pa.table(
        {name: pa.array([row[name] for row in rows], pa.string() if name in ("label", "rating") else None) for name in COLUMNS}
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix.lower() == ".csv":
        from pipeline.report.delimited import write_csv

        write_csv(table, path)
    else:
        _write_xlsx(table, path)
    langs = drawn["lang"].to_pylist()
    return {lang: langs.count(lang) for lang in sorted(set(langs))}


def _remember(out: Path, drawn: pa.Table) -> None:
    """Note which texts were drawn of each stratum: the file that comes back may lack rows, and the run may have got other texts."""
    note, hashes = manifest.read(out / SCRATCH / NOTE), _hashes(out, set(drawn["doc_id"].to_pylist()))
    strata: dict[str, dict[str, str]] = {}
    for row in drawn.to_pylist():
        strata.setdefault(row["stratum"], {})[row["doc_id"]] = hashes[row["doc_id"]]
    if any(note.get(name, texts) != texts for name, texts in strata.items()):
        raise UsageError(f"{out} had other texts when this sample was first drawn. Draw another with --seed, for example --seed 2.")
    manifest.write(out / SCRATCH / NOTE, note | strata)


def _hashes(out: Path, wanted: set[str]) -> dict[str, str]:
    """Hashes of the texts as they came in, by id."""
    from pipeline.aggregate.stage import text_hash

    return {
        doc_id: text_hash(text)
        for part in Store(out).scan(DOCUMENTS)
        for doc_id, text in zip(part["doc_id"].to_pylist(), part["text"].to_pylist(), strict=True)
        if doc_id in wanted
    }


def learn(out: Path, path: Path) -> dict[str, int]:
    """Read the labels of `path` into `labelled/` of the run in `out`; gives how many texts were labelled, rated, and left open.

    Raises InputError when the file does not fit the run, or lacks labels that were learned before; docs/statistics.md says how they are used.
    """
    from pipeline.aggregate.stage import check_labels
    from pipeline.read.sources import find_sources
    from pipeline.read.stage import read

    if not path.is_file():
        raise InputError(f"There is no file {path}. Give the file of `polyvox sample` with the column label filled in.")
    try:
        pairs = list(read(find_sources([str(path)], stdin=None), config=ReadConfig(map={"id": "doc_id", "text": "text"})))
    except UsageError as error:
        raise InputError(f"{path} is not a file of `polyvox sample`: {error}") from error
    documents = pa.concat_tables([documents for documents, _ in pairs])
    rejects = pa.concat_tables([rejects for _, rejects in pairs])
    known = _hashes(out, {doc_id for part in _frames(out) for doc_id in part["doc_id"].to_pylist()})
    table = check_labels(documents, rejects, known, manifest.read(out / SCRATCH / NOTE), str(path))
    store = Store(out)
    _keep_earlier(store, table, known, path)
    store.write(LABELLED, 0, table, content_key(table))
    lost = len(documents) - len(table)
    return {"labelled": len(table) - table["label"].null_count, "rated": len(table) - table["rating"].null_count, "left open": lost}


def _keep_earlier(store: Store, table: pa.Table, known: Mapping[str, str], path: Path) -> None:
    """Raises InputError when labels that were learned before, of texts that are still there, are not in `table`."""
    before = store.part(LABELLED.name, 0)
    if not before.exists():
        return
    new = {row["doc_id"]: row for row in table.to_pylist()}
    earlier = [row for row in store.read(LABELLED, 0).to_pylist() if known.get(row["doc_id"]) == row["text_hash"]]
    lost = [
        row["doc_id"]
        for row in earlier
        if any(row[name] is not None and new.get(row["doc_id"], {}).get(name) is None for name in ("label", "rating"))
    ]
    if lost:
        raise InputError(
            f"{path} lacks {len(lost)} of the {len(earlier)} texts labelled before (such as {lost[0]!r}), and would replace them. "
            f"Put all labels of one sample into one file, or delete {before.parent} to begin anew."
        )


def labelled(store: Store, parts: int) -> tuple[pa.Table, pa.Table] | None:
    """The labelled texts with what the classifier says of them now, and all texts counted by what it says (schemas `aggregate.labelled.LINED` and
    `aggregate.strata.STRATA`); None without labels."""
    from pipeline.aggregate.stage import count_strata, line_up_labels

    if not store.part(LABELLED.name, 0).exists():
        return None
    table = store.read(LABELLED, 0)
    lined, strata = [], []
    for number in range(parts):
        documents, languages, sentiment = (store.read(spec, number) for spec in (DOCUMENTS, LANGUAGES, SENTIMENT))
        lined.append(line_up_labels(documents, languages, sentiment, table))
        strata.append(count_strata(documents, languages, sentiment))
    return pa.concat_tables(lined), pa.concat_tables(strata)


def plan(out: Path, points: float) -> list[Plan]:
    """For each language of the run, how many texts to label for an interval of a share of 30 % within plus or minus `points`."""
    if not 0 < points < 50:
        raise UsageError(f"--points is {points:g}. Say how exact a share is to be, in percentage points, for example --points 5.")
    texts: dict[str, int] = {}
    for part in _frames(out):
        for lang in part["lang"].to_pylist():
            texts[lang] = texts.get(lang, 0) + 1
    model = manifest.read(out / SCRATCH / f"{SENTIMENT.name}.json")["model"]
    return list(plans(models.evaluation(model), texts, points / 100))


def _frames(out: Path) -> Iterator[pa.Table]:
    """The scored texts of the run, a part at a time."""
    from pipeline.aggregate.stage import frame

    note = manifest.read(out / SCRATCH / f"{SENTIMENT.name}.json")
    if not {"parts", "model"} <= note.keys():
        raise UsageError(f"{out} holds no finished sentiment/ of this version. Run `polyvox run FILE --out {out}` first.")
    store = Store(out)
    for number in range(len(note["parts"])):
        documents, texts, languages, sentiment = (store.read(spec, number) for spec in (DOCUMENTS, TEXTS, LANGUAGES, SENTIMENT))
        yield frame(accepted(documents, texts), languages, sentiment)


def _write_xlsx(table: pa.Table, path: Path) -> None:
    from openpyxl import Workbook
    from openpyxl.utils.exceptions import IllegalCharacterError

    from pipeline.report.delimited import neutral

    book = Workbook(write_only=True)
    sheet = book.create_sheet("labels")
    sheet.append(list(table.column_names))
    for row in table.to_pylist():
        cells = [neutral(value) for value in row.values()]
        try:
            sheet.append(cells)
        except IllegalCharacterError:
            sheet.append(["".join(c for c in cell if c.isprintable() or c == "\n") if isinstance(cell, str) else cell for cell in cells])
    try:
        book.save(path)
    except OSError as error:
        raise StorageError(f"{path} could not be written: {error.strerror or error}. Check the folder and its permissions.") from error
