"""Train, tune, export and measure models/first."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from pipeline import taxonomy
from pipeline.analyse.analyser import HeadsAnalyser, Thresholds
from pipeline.analyse.encoder import Embeddings, OnnxEncoder, open_tokenizer
from pipeline.errors import InputError
from pipeline.evaluate.measuring import Told
from pipeline.evaluate.scoring import tally
from pipeline.evaluate.tasks import BY_KEY, Task
from pipeline.protocols import Encoder, Reading
from pipeline.tables import LABELS
from pipeline.train import card, corpora, directions, encoder, evaluate, export, measure, parallel, recipe
from pipeline.train.examples import Example
from pipeline.train.kept import Kept, open_heads
from pipeline.train.network import Network, base_encoder

WHAT = (
    "Sentiment (document and sentence, four labels), aspect terms with polarity, 31 categories with polarity and direction, for Welsh, "
    "German, Vietnamese, Tagalog and Arabic, in one pass of multilingual-e5-small (MIT), fine-tuned on two cores: {public} public texts once, then "
    "from there twice, and the mean of both: {branches}. {pairs} texts beside their English translations were read alike. `own` means data/corpus."
)
CATEGORY_GRID = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
TERM_GRID = (0.2, 0.3, 0.4, 0.5, 0.6)
TUNED = (  # threshold, values tried, the score that chooses
    ("term", TERM_GRID, BY_KEY["terms", "micro-F1 exact, with polarity"]),
    ("category", CATEGORY_GRID, BY_KEY["categories", "micro-F1 with polarity"]),
)


@dataclass(frozen=True)
class Mixture:
    """What is trained on, and how many texts were left out because a text of a dev or test split is the same."""

    public: list[Example]
    own: list[Example]
    pairs: list[tuple[Example, Example]]
    leaks: int

    @classmethod
    def of(cls, root: Path, own: Path) -> "Mixture":
        """Read the corpora. Raises InputError where one is missing."""
        if not own.exists() or not any(own.glob("*.jsonl")):
            raise InputError(f"There is no annotated corpus in {own}. It is part of the repository: restore it.")
        aspects = taxonomy.load().ids
        held_out = [*recipe.held_out_texts(root), *(e.text for split in ("dev", "test") for e in recipe.own_examples(own, aspects, split))]
        public, leaks = corpora.without_leaks(corpora.read_public(root), held_out)
        ours, more = corpora.without_leaks(recipe.own_examples(own, aspects, "train"), held_out)
        return cls(public, ours, list(parallel.read(root)), leaks + more)


def build(root: Path, own: Path, models: Path, work: Path, *, names: set[str], told: Told) -> None:
    """Do everything; finished phases are taken from their checkpoints in `work`."""
    mixture, aspects = Mixture.of(root, own), taxonomy.load().ids
    base = models / "encoder"
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    torch.set_num_threads(2)
    network = Network(base_encoder(encoder.weights(), encoder.rows(base).tolist()), len(aspects))
    network = recipe.train(network, tokenizer, mixture.public, mixture.own, aspects, out=work, pairs=mixture.pairs)
    folder = models / "first"
    folder.mkdir(exist_ok=True)
    export.encoder_graph(network.encoder, folder / "encoder.onnx")
    export.heads(network, aspects, folder / "heads.npz")
    directed = directions.told(directions.fit_into(folder, graph(folder, base), own))
    finish(mixture, root, own, models, work, names=names, told=told, directed=directed)


def finish(mixture: Mixture, root: Path, own: Path, models: Path, work: Path, *, names: set[str], told: Told, directed: str = "") -> None:
    """Tune the exported model on our dev texts, list its files, measure it, and write evaluation.json and card.md.

    Needs no checkpoint: `python -m pipeline.train measure` does it for the weights that are there, and takes them for trained by today's recipe.
    """
    folder, base = models / "first", models / "encoder"
    settings = tune(folder, base, recipe.own_examples(own, taxonomy.load().ids, "dev"))
    settings["thresholds"] |= directions.tuned(folder, graph(folder, base), own, Thresholds(**settings["thresholds"]))
    export.facts(folder / "model.json", base="encoder", prefix="", **settings)
    export.manifest(models, sorted(names))
    some = [
        f"our own {len(mixture.own)} texts {branch.own} times with {len(recipe.chosen(mixture.public, branch.public))} of the public ones"
        for branch in recipe.BRANCHES
    ]
    what = WHAT.format(public=len(recipe.chosen(mixture.public)), branches="; ".join(some), pairs=len(mixture.pairs))
    trained = Counter(e.corpus for e in [*recipe.chosen(mixture.public), *mixture.own])
    values = measure.measure(folder.name, root, own, work / "readings", told)
    card.write(folder, {"summary": measure.summary(f"{what} {directed}".rstrip(), settings, mixture.leaks, trained), **values})


def opened(folder: Path, base: Path) -> HeadsAnalyser:
    """The model in `folder` with the thresholds that a model has before it is tuned."""
    return open_heads(folder, graph(folder, base), Thresholds(term=0.4, category=0.3))


def graph(folder: Path, base: Path) -> OnnxEncoder:
    """The encoder of the model in `folder`."""
    return OnnxEncoder(folder / "encoder.onnx", open_tokenizer(base / "tokenizer.json"), Embeddings.open(base), threads=2)


def tune(folder: Path, base: Path, dev: Sequence[Example]) -> dict[str, Any]:
    """On our own dev texts: a temperature per language by log loss, then the thresholds of terms and categories, each by its micro-F1."""
    kept = Kept(graph(folder, base))
    readings = evaluate.read_all(open_heads(folder, kept, Thresholds()), dev)
    found = Thresholds()
    for name, grid, task in TUNED:
        tried = {each: _mean_f1(folder, kept, dev, replace(found, **{name: each}), task) for each in grid}
        found = replace(found, **{name: max(tried, key=lambda each: tried[each])})
    return {"temperatures": _temperatures(dev, readings), "thresholds": asdict(found)}


def _temperatures(dev: Sequence[Example], readings: Sequence[Reading]) -> dict[str, float]:
    found = {}
    for lang in sorted({example.lang for example in dev}):
        pairs = [(e, r) for e, r in zip(dev, readings, strict=True) if e.lang == lang]
        logits = np.log(np.stack([reading.document for _, reading in pairs]))
        allowed = np.array([[label in (e.document or ()) for label in LABELS] for e, _ in pairs], dtype=float)
        found[lang] = round(evaluate.temperature(logits, allowed), 3)
    return found


def _mean_f1(folder: Path, encoder: Encoder, dev: Sequence[Example], thresholds: Thresholds, task: Task) -> float:
    """Mean over the languages."""
    texts, readings = [evaluate.labelled(e) for e in dev], evaluate.read_all(open_heads(folder, encoder, thresholds), dev)
    counts = tally(task, texts, readings)
    langs = np.array([texts[i].lang for i in counts.texts])
    sums = np.stack([counts.counts[langs == lang].sum(axis=0) for lang in sorted(set(langs))])
    return float(np.mean([task.score(each, each) for each in sums]))
