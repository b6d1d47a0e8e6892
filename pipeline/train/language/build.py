"""Train the language detector: models/language from the corpora."""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from pipeline.detect.own import FACTS, Calibration, OwnDetector
from pipeline.detect.weights import Weights
from pipeline.train.language import calibrate, drawing, fit, measured, sources, switched

PIECES = 1_200_000  # examples drawn for each fit; what is drawn twice as often names single words better, longer training does not
SEED, FITS = 20261122, 3  # each fit has a draw and a beginning of its own; the mean of their logits errs less than any of them
CHOOSING = ("siarad_cs", "pinoybot_taglish", "denglisch")  # of their dev texts, half choose the cost of a switch, half measure


def build(corpora: Path, own: Path, composed: Path, folder: Path, say: Callable[[str], None]) -> None:
    """Fit the weights, choose what is chosen on dev texts, and write both into `folder`."""
    pools = drawing.pools(sources.training(corpora, own, composed), sources.words(corpora))
    names = [words for name in sources.names(composed) if (words := drawing.Forms()(name))]
    fits = [_fitted(pools, names, seed, say) for seed in range(SEED, SEED + FITS)]
    weights = Weights.of(np.mean([each.logits for each in fits], axis=0), np.mean([each.bias for each in fits], axis=0))
    folder.mkdir(parents=True, exist_ok=True)
    weights.save(folder)
    detector = OwnDetector(weights, tuple(pools), Calibration(), threshold=0.0, min_letters=1)
    values = facts(detector, corpora, own)
    say(f"chosen on dev texts: {values}")
    (folder / FACTS).write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")


def _fitted(pools: dict[str, drawing.Pool], names: Sequence[Sequence[str]], seed: int, say: Callable[[str], None]) -> fit.Fitted:
    texts, labels = drawing.draw(pools, PIECES, random.Random(seed), say, names=names)
    return fit.fit(fit.examples(texts, labels, tuple(pools)), np.random.default_rng(seed), say=say)


def facts(detector: OwnDetector, corpora: Path, own: Path) -> dict[str, object]:
    """Everything that is chosen on the half of the dev texts that measuring leaves out."""
    items = [item for item in measured.items(corpora, own) if item.half == 0]
    detector = detector.calibrated(Calibration(calibrate.temperatures(detector, items)))
    detector = detector.calibrated(calibrate.platt(detector, items))
    detector = detector.calibrated(replace(detector.calibration, thresholds=calibrate.thresholds(detector, items)))
    sets = [[each for each in switched.read(corpora, name) if each.half == 0] for name in CHOOSING]
    chosen = calibrate.switching(detector, sets)
    return {"classes": list(detector.own_classes)} | asdict(chosen)
