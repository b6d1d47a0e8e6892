"""Measure a trained model on texts that no training saw: through the code that users run, scored by the code of `polyvox evaluate`."""

import multiprocessing
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from pipeline import models
from pipeline.config import AnalyseConfig
from pipeline.corpus.format import corpus_files
from pipeline.evaluate import measuring, own_format, parallel, readings
from pipeline.evaluate.cost import cost
from pipeline.evaluate.gallery import gallery
from pipeline.evaluate.labelled import Labelled
from pipeline.evaluate.measuring import Asked, Told
from pipeline.evaluate.slices import worst
from pipeline.evaluate.tasks import MAIN
from pipeline.protocols import Reading
from pipeline.train import corpora
from pipeline.train.evaluate import labelled
from pipeline.train.mentions import error_tables

OWN = "own"  # the name of data/corpus in an evaluation.json
MEASURED = 500  # dev texts of each public corpus, chosen by hash: enough for an interval of four points
LICENCES = {  # as stated in the corpora's cards
    OWN: "CC BY 4.0 (composed by a language model for this project)",
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


def measure(name: str, root: Path, own: Path, work: Path, told: Told) -> dict[str, Any]:
    """What evaluation.json of model `name` holds besides its summary: dev splits of the public corpora, dev and test of ours.

    Readings are kept in `work`, so that a measurement which was stopped goes on where it was.
    """
    public = [labelled(example) for example in corpora.read_public(root, ("dev",), most=MEASURED)]
    texts = [*public, *(text for text in own_format.labelled(corpus_files([own]), OWN) if text.split in ("dev", "test"))]
    key = measuring.reading_key(name)
    told.begin(f"reading with {name}", len(texts), "texts")
    read = readings.read(lambda: models.analyser(AnalyseConfig(model=name), 2), key, texts, work, told.advance)
    told.end()
    found = measured(name, texts, read, threshold=AnalyseConfig().threshold)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as alone:  # so that its peak memory is that of reading
        return found | {"cost": alone.submit(_cost, name, key, [text for text in texts if text.corpus == OWN], work).result()}


def measured(name: str, texts: Sequence[Labelled], read: Sequence[Reading], *, threshold: float) -> dict[str, Any]:
    """What follows from texts and readings alone. Withheld scores are left out; examples of failures are from our own dev texts only."""
    values = measuring.described(Asked(corpora=(), out=Path(), model=name), texts, read)
    wanted = {*((task.name, task.metric) for task in MAIN), ("consistency", parallel.METRIC)}
    rows = [row for row in values["scores"] if (row["task"], row["metric"]) in wanted and row["value"] is not None]
    ours = [(text, reading) for text, reading in zip(texts, read, strict=True) if text.corpus == OWN]
    dev = [(text, reading) for text, reading in ours if text.split == "dev"]
    return {
        **{part: values[part] for part in ("version", "model", "corpora", "confusion", "calibration")},
        "scores": [row for row in rows if not row["side"]],
        "parts": [row for row in rows if row["side"]],
        "slices": worst([text for text, _ in ours], [reading for _, reading in ours]),
        "gallery": gallery([text for text, _ in dev], [reading for _, reading in dev]),
        "errors": error_tables([text for text, _ in ours], [reading for _, reading in ours], threshold=threshold),
    }


def summary(what: str, settings: Mapping[str, Any], leaks: int, trained: Counter[str]) -> dict[str, Any]:
    """How a model was made, and what is known to be weak in it."""
    rows = [{"corpus": corpus, "texts": texts, "licence": LICENCES[corpus]} for corpus, texts in sorted(trained.items())]
    return {"what": what, "settings": settings, "leaks_removed": leaks, "trained_on": rows, "weaknesses": list(WEAKNESSES)}


def _cost(name: str, key: str, texts: Sequence[Labelled], folder: Path) -> dict[str, Any]:
    return cost(lambda: models.analyser(AnalyseConfig(model=name)), name, key, texts, folder)
