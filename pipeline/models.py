"""Open the models of a run. Each worker process opens its own, once."""

import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from pipeline import artifacts
from pipeline.config import AnalyseConfig, DetectConfig
from pipeline.errors import ConfigError, ModelError
from pipeline.protocols import Analyser, Detector, Encoder
from pipeline.taxonomy import load

LANGUAGE = "language"  # the folder of our own detector under models/


@cache
def detector(config: DetectConfig) -> Detector:
    """The configured detector. Raises ConfigError for an unknown name or a library that is not installed, ModelError for a broken model."""
    check_detector(config)
    return DETECTORS[config.detector](threshold=config.threshold or None, min_letters=config.min_letters)


def check_detector(config: DetectConfig) -> None:
    """Raises ConfigError for an unknown name; opens nothing."""
    if config.detector not in DETECTORS:
        raise ConfigError(f"[detect] detector is {config.detector!r}. Known: {', '.join(DETECTORS)}.")


def _own(*, threshold: float | None, min_letters: int) -> Detector:
    from pipeline.detect.own import OwnDetector

    return OwnDetector.open(artifacts.find(LANGUAGE).folder, threshold=threshold, min_letters=min_letters)


def _lingua(*, threshold: float | None, min_letters: int) -> Detector:
    from pipeline.detect.lingua import LinguaDetector

    return LinguaDetector(threshold=threshold, min_letters=min_letters)


def _fasttext(*, threshold: float | None, min_letters: int) -> Detector:
    from pipeline.detect.fasttext import FastTextDetector

    return FastTextDetector(threshold=threshold, min_letters=min_letters)


def _langid(*, threshold: float | None, min_letters: int) -> Detector:
    from pipeline.detect.langid import LangidDetector

    return LangidDetector(threshold=threshold, min_letters=min_letters)


DETECTORS: dict[str, Callable[..., Detector]] = {"own": _own, "lingua": _lingua, "fasttext": _fasttext, "langid": _langid}


@cache
def analyser(config: AnalyseConfig, threads: int = 1) -> Analyser:
    """The configured analyser. Raises ModelError when it is missing or altered."""
    import numpy as np

    from pipeline.analyse.analyser import HeadsAnalyser, Thresholds
    from pipeline.analyse.heads import Heads

    artifact = artifacts.find(config.model)
    if (artifact.folder / artifacts.CHECKPOINT).exists():
        from pipeline.analyse.checkpoint import CheckpointAnalyser

        return CheckpointAnalyser.open(artifact.folder, config.labels, threads)
    try:
        facts = artifact.json("model.json")
        with np.load(artifact.folder / "heads.npz") as arrays:
            heads = Heads.from_arrays(arrays)
        thresholds, temperatures, prefix = Thresholds(**facts["thresholds"]), dict(facts["temperatures"]), str(facts["prefix"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"{artifact.folder} is no model that can read sentiment ({error}). Choose another; `polyvox models` lists them."
        ) from error
    return HeadsAnalyser(
        encoder(config.model, prefix=prefix, batch_tokens=config.batch_tokens, threads=threads),
        heads,
        temperatures=temperatures,
        thresholds=thresholds,
        aspects=load().without(config.off).ids,
    )


@cache
def remembering(config: AnalyseConfig, threads: int = 1) -> Analyser:
    """The configured analyser, which reads a text that comes again only once: for runs, not for measuring."""
    from pipeline.analyse.recall import Recall

    return Recall(analyser(config, threads))


def encoder(name: str = "encoder", *, prefix: str = "query: ", batch_tokens: int = 4096, threads: int = 1) -> Encoder:
    """The encoder graph of a model, over the tokenizer and word embeddings of `models/encoder`."""
    from pipeline.analyse.encoder import Embeddings, OnnxEncoder, open_tokenizer

    base = artifacts.find("encoder")
    return OnnxEncoder(
        artifacts.find(name).folder / "encoder.onnx",
        open_tokenizer(base.folder / "tokenizer.json"),
        Embeddings.open(base.folder),
        prefix=prefix,
        batch_tokens=batch_tokens,
        threads=threads,
    )


def evaluation(name: str) -> dict[str, Any]:
    """How a model was measured; nothing where it has no evaluation.json. Raises ModelError where that is not readable."""
    folder = artifacts.find(name).folder
    if not (folder / "evaluation.json").exists():
        return {}
    try:
        values = artifacts.find(name).json("evaluation.json")
    except (OSError, ValueError) as error:
        raise ModelError(
            f"{folder}/evaluation.json is not readable ({error}). Restore it, or remove it from a model of your own."
        ) from error
    if not isinstance(values, dict):
        raise ModelError(f"{folder}/evaluation.json holds no table of names. Restore it, or remove it from a model of your own.")
    return values


def text_mark(text: str) -> str:
    """A short hash of a text, by which a model knows what it was adapted to."""
    return hashlib.blake2b(text.strip().encode(), digest_size=8).hexdigest()


def learnt(name: str) -> frozenset[str]:
    """Marks of the texts that a model was adapted to by `polyvox adapt`; none for any other model."""
    folder = artifacts.find(name).folder
    facts = artifacts.find(name).json("model.json") if (folder / "model.json").exists() else {}
    return frozenset(facts.get("adapted", {}).get("learnt", ()))


def sha256s(names: Sequence[str]) -> dict[str, str]:
    """Name and hash of models, for keys and the run manifest."""
    return {name: artifacts.find(name).sha256 for name in names}
