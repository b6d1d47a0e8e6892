"""Train the language detector: models/language from the corpora."""

import json
import random
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from pipeline.detect.own import FACTS, Calibration, OwnDetector
from pipeline.detect.weights import Weights
from pipeline.train.language import calibrate, drawing, fit, measured, sources, switched

PIECES = 600_000  # examples drawn: more are cheap, but repeat the few texts of the rarer languages
SEED = 20261122
CHOOSING = ("siarad_cs", "pinoybot_taglish", "denglisch")  # of their dev texts, half choose the cost of a switch, half measure


def build(corpora: Path, own: Path, composed: Path, folder: Path, say: Callable[[str], None]) -> None:
    """Fit the weights, choose what is chosen on dev texts, and write both into `folder`."""
    pools = drawing.pools(sources.training(corpora, own, composed), sources.words(corpora))
    names = [words for name in sources.names(composed) if (words := drawing.Forms()(name))]
    texts, labels = drawing.draw(pools, PIECES, random.Random(SEED), say, names=names)
    fitted = fit.fit(fit.examples(texts, labels, tuple(pools)), np.random.default_rng(SEED), say=say)
    weights = Weights.of(fitted.vectors, fitted.output, fitted.bias)
    folder.mkdir(parents=True, exist_ok=True)
    weights.save(folder)
    detector = OwnDetector(weights, fitted.classes, Calibration(), threshold=0.0, min_letters=1)
    values = facts(detector, corpora, own)
    say(f"chosen on dev texts: {values}")
    (folder / FACTS).write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")


def facts(detector: OwnDetector, corpora: Path, own: Path) -> dict[str, object]:
    """Everything that is chosen on the half of the dev texts that measuring leaves out."""
    items = [item for item in measured.items(corpora, own) if item.half == 0]
    detector = detector.calibrated(Calibration(calibrate.temperatures(detector, items)))
    detector = detector.calibrated(calibrate.platt(detector, items))
    detector = detector.calibrated(replace(detector.calibration, thresholds=calibrate.thresholds(detector, items)))
    sets = [[each for each in switched.read(corpora, name) if each.half == 0] for name in CHOOSING]
    chosen = calibrate.switching(detector, sets)
    return {"classes": list(detector.own_classes)} | asdict(chosen)
