"""Train, tune, export and measure models/first."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from pipeline import artifacts, taxonomy
from pipeline.analyse.analyser import HeadsAnalyser, Thresholds
from pipeline.analyse.encoder import Embeddings, OnnxEncoder, open_tokenizer
from pipeline.analyse.heads import Heads
from pipeline.config import AnalyseConfig
from pipeline.errors import InputError
from pipeline.protocols import Encoded, Encoder, Reading
from pipeline.tables import LABELS
from pipeline.train import card, corpora, encoder, evaluate, export, parallel, recipe
from pipeline.train.examples import Example
from pipeline.train.mentions import error_tables
from pipeline.train.network import Network, base_encoder

WHAT = (
    "Sentiment (document and sentence, four labels), aspect terms with polarity, 31 categories with polarity and direction, for Welsh, "
    "German, Vietnamese, Tagalog and Arabic, in one pass of multilingual-e5-small (MIT), fine-tuned on two cores in two phases: {public} public "
    "texts once, then {own} of our own {times} times with {some} of the public ones; {pairs} texts beside their English translations were read "
    "alike. `own` means data/corpus."
)
LICENCES = {  # as stated in the corpora's cards
    "own": "CC BY 4.0 (composed by a language model for this project)",
    "tl_sentitaglish": "CC BY 4.0",
    "tl_shopee_stars": "MPL 2.0",
    "potts": "MIT",
    "saudi_tourism": "MIT",
    "arsarcasm_v2": "MIT",
    "afrisenti_ar": "CC BY 4.0",
    "ajgt": "AFL 3.0",
    "vader_reviews": "MIT",
    "vi_beauty_absa": "MIT",
    "absa_hotels_ar": "MIT",
    "m_absa": "Apache 2.0 by its authors' page",
    "mams": "Apache 2.0",
    "mobasa": "CC BY 4.0",
    "aaste_egyptian": "MIT",
    "vi_vitasa": "MIT",
}
WEAKNESSES = (
    "Trained and measured on our own texts, which a language model composed: how well it reads real feedback of an organisation is not known "
    "until a labelled sample of that feedback says so.",
    "Categories of the trust family, and all aspects in Welsh and Tagalog, were learnt from our own texts only.",
    "Sarcasm, double negation and long texts with many opinions are weak; the probabilities of single aspects are not calibrated.",
    "Sentences longer than 300 tokens are read in pieces.",
)
CATEGORY_GRID = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
MEASURED = 500  # dev texts of each public corpus, chosen by hash: enough for an interval of four points
TERM_GRID = (0.2, 0.3, 0.4, 0.5, 0.6)


def build(root: Path, own: Path, models: Path, work: Path, *, names: set[str]) -> None:
    """Do everything; finished phases are taken from their checkpoints in `work`."""
    if not own.exists() or not any(own.glob("*.jsonl")):
        raise InputError(f"There is no annotated corpus in {own}. It is part of the repository: restore it.")
    aspects = taxonomy.load().ids
    held_out = [*recipe.held_out_texts(root), *(e.text for split in ("dev", "test") for e in recipe.own_examples(own, aspects, split))]
    public, leaks = corpora.without_leaks(corpora.read_public(root), held_out)
    ours, more = corpora.without_leaks(recipe.own_examples(own, aspects, "train"), held_out)
    pairs = list(parallel.read(root))
    base = models / "encoder"
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    torch.set_num_threads(2)
    network = Network(base_encoder(encoder.weights(), encoder.rows(base).tolist()), len(aspects))
    network = recipe.train(network, tokenizer, public, ours, aspects, out=work, pairs=pairs)
    folder = models / "first"
    folder.mkdir(exist_ok=True)
    export.encoder_graph(network.encoder, folder / "encoder.onnx")
    export.heads(network, aspects, folder / "heads.npz")
    settings = tune(folder, base, recipe.own_examples(own, aspects, "dev"))
    export.facts(folder / "model.json", base="encoder", prefix="", **settings)
    export.manifest(models, sorted(names))
    broad, last = recipe.PHASES
    facts = {"public": len(recipe.chosen(public, broad.public)), "some": len(recipe.chosen(public, last.public)), "pairs": len(pairs)}
    what = WHAT.format(own=len(ours), times=last.own, **facts)
    trained = Counter(e.corpus for e in [*recipe.chosen(public), *ours])
    measure(folder, base, root, own, aspects, {"what": what, "settings": settings, "leaks_removed": leaks + more}, trained)


class _Kept:
    """protocols.Encoder that keeps what it encoded: thresholds are tried on the same texts again and again (1.5 kB a token)."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder, self._held, self.count = encoder, dict[str, Encoded](), encoder.count

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        new = [text for text in dict.fromkeys(texts) if text not in self._held]
        self._held |= zip(new, self._encoder.encode(new), strict=True)
        return [self._held[text] for text in texts]


def _open(folder: Path, encoder: Encoder, thresholds: Thresholds, temperatures: Mapping[str, float] | None = None) -> HeadsAnalyser:
    with np.load(folder / "heads.npz") as arrays:
        heads = Heads.from_arrays(arrays)
    return HeadsAnalyser(encoder, heads, temperatures=temperatures, thresholds=thresholds)


def _graph(folder: Path, base: Path) -> OnnxEncoder:
    return OnnxEncoder(folder / "encoder.onnx", open_tokenizer(base / "tokenizer.json"), Embeddings.open(base), threads=2)


def tune(folder: Path, base: Path, dev: Sequence[Example]) -> dict[str, Any]:
    """On our own dev texts: a temperature per language by log loss, then the thresholds of terms and categories, each by its micro-F1."""
    kept = _Kept(_graph(folder, base))
    readings = evaluate.read_all(_open(folder, kept, Thresholds()), dev)
    found = Thresholds()
    for name, grid in (("term", TERM_GRID), ("category", CATEGORY_GRID)):
        task = {"term": "terms", "category": "categories"}[name]
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


def _mean_f1(folder: Path, encoder: Encoder, dev: Sequence[Example], thresholds: Thresholds, task: str) -> float:
    """Mean over the languages."""
    readings = evaluate.read_all(_open(folder, encoder, thresholds), dev)
    return float(np.mean([s.value for s in evaluate.scores(dev, readings, np.random.default_rng(0)) if s.task == task]))


def measure(
    folder: Path, base: Path, root: Path, own: Path, aspects: Sequence[str], summary: dict[str, Any], trained: Counter[str]
) -> None:
    """Write evaluation.json and card.md: dev splits of the public corpora, dev and test of ours. `summary` tells how it was made."""
    settings = summary["settings"]
    analyser = _open(folder, _graph(folder, base), Thresholds(**settings["thresholds"]), settings["temperatures"])
    ours = [e for split in ("dev", "test") for e in recipe.own_examples(own, aspects, split)]
    examples = [*corpora.read_public(root, ("dev",), most=MEASURED), *ours]
    readings = evaluate.read_all(analyser, examples)
    confusion = {"labels": list(LABELS), "document": _confusions(examples, readings)}
    of_ours = [(e, r) for e, r in zip(examples, readings, strict=True) if e.corpus == "own"]
    errors = error_tables([e for e, _ in of_ours], [r for _, r in of_ours], threshold=AnalyseConfig().threshold)
    corpora_used = [{"corpus": c, "texts": n, "licence": LICENCES[c]} for c, n in sorted(trained.items())]
    summary |= {"trained_on": corpora_used, "weaknesses": list(WEAKNESSES)}
    model = artifacts.file_sha256(folder / "encoder.onnx")[:12]
    scores = evaluate.scores(examples, readings, np.random.default_rng(0))
    card.write(folder, summary=summary, scores=scores, confusion=confusion, errors=errors, model=model)


def _confusions(examples: Sequence[Example], readings: Sequence[Reading]) -> dict[str, list[list[int]]]:
    found = {}
    for lang in sorted({e.lang for e in examples if e.corpus == "own"}):
        pairs = [(e, r) for e, r in zip(examples, readings, strict=True) if e.corpus == "own" and e.lang == lang and e.document]
        true = [LABELS.index(e.document[0]) for e, _ in pairs if e.document]
        found[lang] = evaluate.confusion(true, [int(r.document.argmax()) for _, r in pairs], len(LABELS)).tolist()
    return found
