"""`polyvox adapt`: how whole texts are judged, fitted again on labelled texts of one's own; a model folder comes out.

Only the last step of the document head is fitted: a weighted sum for each label, of what the encoder and the head's own weighing of words give as before. That takes seconds and no
more than numpy and scipy, and some hundred labels can carry it; sentences and aspects are read as before. The document label changes in every language, also in those without labels here.
"""

import json
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from pipeline import __version__, artifacts, models
from pipeline.analyse.analyser import HeadsAnalyser
from pipeline.analyse.heads import Heads
from pipeline.config import AnalyseConfig
from pipeline.errors import StorageError, UsageError
from pipeline.evaluate import corpora
from pipeline.evaluate.comparison import differences, in_words
from pipeline.evaluate.labelled import Labelled, fingerprint
from pipeline.evaluate.readings import borders
from pipeline.evaluate.scoring import SEED, authors, score, signature, tally
from pipeline.evaluate.scoring import groups as by_language
from pipeline.evaluate.tasks import ACCURACY, BY_KEY
from pipeline.protocols import Reading
from pipeline.stats.adaptation import Adaptation, adapt, probabilities
from pipeline.store import write_whole
from pipeline.tables import LABELS
from pipeline.train.mentions import error_tables

LEAST = 60  # labelled texts: below, five folds of them cannot tell a gain from chance
HELD = ("test", "dev", "validation")  # splits that are kept for measuring
ASPECTS = ("mention", "polarity", "invented")  # tables of errors that the document head has no part in
WEAKNESSES = (
    "Adapted to {n} labelled texts of its user; how it reads other texts was not measured when it was made.",
    "The document label of languages without labelled texts changed too: {without}.",
)


@dataclass(frozen=True)
class Adapted:
    """What came of it: the folder (None where the labels carried the model nowhere), texts by language, and the comparison in words."""

    folder: Path | None
    texts: Mapping[str, int]
    words: Sequence[str]


def adapt_model(paths: Sequence[Path], columns: Mapping[str, str], labels: Mapping[str, str], *, model: str, out: Path) -> Adapted:
    """Learn from the texts with a document label (the split `train` where there is one) and write a model folder to `out`.

    Gives the comparison with `model` on texts left out in turn. Raises UsageError where there are too few texts, or `out` is not empty.
    """
    texts = _chosen(corpora.load(paths, columns, labels))
    if out.exists() and any(out.iterdir() if out.is_dir() else [out]):
        raise UsageError(f"--out {out} is there already. Name a folder that does not exist yet.")
    analyser, heads, temperatures = _opened(model)
    vectors = analyser.document_vectors([text.text for text in texts], [borders(text) for text in texts])
    found, x, start, weights = _fitted(texts, vectors, heads, temperatures)
    before, after = ([Reading(p, np.zeros((0, 4)), []) for p in each] for each in (probabilities(x, start), found.held_out))
    compared = [each for each in differences(texts, after, before) if each.task == "document"]
    words = in_words(compared, "the adapted model", Path(model).name)
    spoken = dict(sorted(Counter(text.lang for text in texts).items()))
    if not found.changed:
        return Adapted(None, spoken, words)
    _write(out, model, weights, _facts(model, texts, found), _evaluation(model, texts, after, spoken))
    return Adapted(out, spoken, words)


def _chosen(every: Sequence[Labelled]) -> list[Labelled]:
    """Texts to learn from, with nothing but their document label. Raises UsageError where they are too few or of one label."""
    trains = any(text.split == "train" for text in every)
    kept = [text for text in every if text.document and text.text.strip() and (text.split == "train" if trains else text.split not in HELD)]
    kept = list({models.text_mark(text.text): text for text in reversed(kept)}.values())[::-1]  # a text that comes twice counts once
    said = {text.document for text in kept}
    if len(kept) < LEAST or len(said) < 2:
        raise UsageError(
            f"{len(kept)} texts to learn from, with {len(said)} different labels: at least {LEAST} texts and 2 labels are needed. Splits "
            f"{', '.join(HELD)} are left for measuring. Label more; `polyvox sample` draws texts of a run."
        )
    return [replace(text, sentence_labels=None, opinions=None, supervised=frozenset()) for text in kept]


def _opened(model: str) -> tuple[HeadsAnalyser, Heads, Mapping[str, float]]:
    analyser = models.analyser(AnalyseConfig(model=model))
    if not isinstance(analyser, HeadsAnalyser):
        raise UsageError(f"{model} is a Hugging Face checkpoint; only a model of our own form can be adapted, such as first.")
    folder = artifacts.find(model)
    with np.load(folder.folder / "heads.npz") as arrays:
        return analyser, Heads.from_arrays(arrays), folder.json("model.json")["temperatures"]


def _fitted(
    texts: Sequence[Labelled], vectors: np.ndarray, heads: Heads, temperatures: Mapping[str, float]
) -> tuple[Adaptation, np.ndarray, np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """The adaptation, what it was fitted on (n, 4, dim + 1), the weights that it began at, and the new head: weight (4, dim) and bias (4,)."""
    usual = float(np.mean(list(temperatures.values()))) if temperatures else 1.0
    heat = np.array([temperatures.get(text.lang, usual) for text in texts])
    mean, scale = vectors.mean(axis=0), np.maximum(vectors.std(axis=0), 1e-6)  # (4, dim)
    x = np.concatenate([(vectors - mean) / scale, np.ones((*vectors.shape[:2], 1))], axis=2) / heat[:, None, None]
    weight, bias = (heads.arrays[f"document.value.{name}"].astype(np.float64) for name in ("weight", "bias"))
    start = np.column_stack([weight * scale, (weight * mean).sum(axis=1) + bias])
    allowed = np.array([[label in (text.document or ()) for label in LABELS] for text in texts], dtype=np.float64)
    found = adapt(x, allowed, start, authors(texts), np.random.default_rng(SEED))
    fresh = found.weights[:, :-1] / scale
    return found, x, start, (fresh, found.weights[:, -1] - (fresh * mean).sum(axis=1))


def _facts(model: str, texts: Sequence[Labelled], found: Adaptation) -> dict[str, Any]:
    artifact = artifacts.find(model)
    adapted = {
        "from": Path(model).name,
        "sha256": artifact.sha256,
        "corpus": fingerprint(texts),
        "texts": len(texts),
        "reach": found.reach,
        "learnt": sorted(models.text_mark(text.text) for text in texts),  # so that an evaluation can say that it was measured on them
    }
    facts: dict[str, Any] = artifact.json("model.json")
    return facts | {"adapted": adapted}


def _evaluation(model: str, texts: Sequence[Labelled], read: Sequence[Reading], spoken: Mapping[str, int]) -> dict[str, Any]:
    """What the pipeline must know of the new model's errors: of document labels from the texts left out in turn, of aspects as they were."""
    counted = models.evaluation(model).get("errors", {})
    made = error_tables(texts, read, threshold=AnalyseConfig().threshold)
    errors = counted | {name: table for name, table in made.items() if name not in ASPECTS}
    unknown = sorted(set(counted.get("document", {})) - set(spoken))
    for table in ("document", "confidence"):
        errors[table] |= {lang: np.zeros_like(counted[table][lang]).tolist() for lang in unknown}  # nobody counted there
    what = f"{Path(model).name}, its document label adapted to {len(texts)} labelled texts ({_by(spoken)})."
    weak = [each.format(n=len(texts), without=", ".join(unknown)) for each in WEAKNESSES if unknown or "without" not in each]
    return {"summary": {"what": what, "weaknesses": weak}, "scores": _scores(model, texts, read), "errors": errors}


def _scores(model: str, texts: Sequence[Labelled], read: Sequence[Reading]) -> list[dict[str, Any]]:
    """Share of document labels right per language, of texts left out in turn."""
    task = BY_KEY["document", ACCURACY]
    tallied, cluster = tally(task, texts, read), authors(texts)
    data = {corpus: fingerprint([text for text in texts if text.corpus == corpus])[:12] for corpus in {text.corpus for text in texts}}
    rows = []
    for (corpus, lang, _), members in by_language(texts).items():
        found = score(task, tallied.counts[members], cluster[members], corpus, lang, "left out in turn")
        rows.append(asdict(found) | {"signature": signature(found, f"model=adapted {Path(model).name}", data, __version__)})
    return rows


def _write(out: Path, model: str, weights: tuple[np.ndarray, np.ndarray], facts: Mapping[str, Any], evaluation: Mapping[str, Any]) -> None:
    source = artifacts.find(model).folder
    try:
        out.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / "encoder.onnx", out / "encoder.onnx")
        with np.load(source / "heads.npz") as kept:
            arrays = {name: kept[name] for name in kept.files}
        arrays |= {f"document.value.{name}": part.astype(np.float32) for name, part in zip(("weight", "bias"), weights, strict=True)}
        np.savez(out / "heads.npz", **arrays)
    except OSError as error:
        raise StorageError(f"{out} cannot be written: {error.strerror}. Choose another --out.") from error
    write_whole(out / "evaluation.json", json.dumps(evaluation, ensure_ascii=False, indent=1) + "\n")
    write_whole(out / "model.json", json.dumps(facts, indent=1, sort_keys=True) + "\n")  # last: without it, the folder is no model


def _by(spoken: Mapping[str, int]) -> str:
    return ", ".join(f"{lang} {number}" for lang, number in spoken.items())
