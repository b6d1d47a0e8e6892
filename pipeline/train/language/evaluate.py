"""Measure our detector and its peers in one run, on the half of the dev texts that chose nothing."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from pipeline import artifacts
from pipeline.detect.own import OwnDetector
from pipeline.detect.weights import FILE
from pipeline.languages import CODES, OTHER_PREFIX, UNDETERMINED
from pipeline.train.language import race, scoring, sources, switched
from pipeline.train.language.augment import bare
from pipeline.train.language.measured import BANDS, Item, items

LANGS = (*CODES, "en")
PRECISIONS = (0.9, 0.95, 0.99, 0.995)
OTHERS = "its other languages"
PEERS = tuple(name for name in race.OPENERS if name != "own")


def evaluate(corpora: Path, own: Path, folder: Path, say: Callable[[str], None]) -> dict[str, Any]:
    """Everything that evaluation.json holds."""
    chosen = [item for item in items(corpora, own) if item.half == 1]
    true = [item.lang for item in chosen]
    ran = {}
    for name in race.OPENERS:
        ran[name] = race.run(name, folder, [item.text for item in chosen])
        say(f"{name}: {ran[name].texts_a_second:.0f} texts a second")
    said = {name: [guess.lang.removeprefix(OTHER_PREFIX) for guess in each.guesses] for name, each in ran.items()}
    sure = {name: np.array([guess.probability for guess in each.guesses]) for name, each in ran.items()}
    detector = OwnDetector.open(folder, threshold=None, min_letters=1)
    return {
        "model": artifacts.file_sha256(folder / FILE)[:12],
        "texts": len(chosen),
        "others": sorted(set(true) - set(LANGS)),
        "sources": [asdict(source) for source in sources.TRAINING],
        "detectors": {
            name: {
                "texts_a_second": ran[name].texts_a_second,
                "megabytes": ran[name].megabytes,
                "unknown": sorted(set(true) - set(said[name])),
                "scores": _scores(chosen, said[name]),
                "coverage": _coverage(chosen, true, said[name], sure[name]),
                "calibration": scoring.calibration_error(sure[name], np.array(true) == np.array(said[name]), np.random.default_rng(0)),
            }
            for name in ran
        },
        "known": {name: _known(chosen, said["own"], said[name]) for name in PEERS},
        "confusions": {band: scoring.confusions(*_of_band(chosen, said["own"], band), most=12) for band in BANDS},
        "answered": _answered(detector, chosen),
        "hard": _hard(detector, corpora, own),
        "declaration": _declaration(detector, corpora),
        "tokens": {name: _tokens(detector, corpora, name) for name in switched.CORPORA},
    }


def _scores(chosen: Sequence[Item], said: Sequence[str]) -> dict[str, dict[str, dict[str, float | int]]]:
    pairs = {band: _of_band(chosen, said, band) for band in BANDS}
    return {lang: {band: scoring.prf(*pairs[band], lang) for band in BANDS} for lang in LANGS}


def _of_band(chosen: Sequence[Item], said: Sequence[str], band: str) -> tuple[list[str], list[str]]:
    rows = [i for i, item in enumerate(chosen) if item.band == band]
    return [chosen[i].lang for i in rows], [said[i] for i in rows]


def _coverage(chosen: Sequence[Item], true: Sequence[str], said: Sequence[str], sure: np.ndarray) -> dict[str, dict[str, float]]:
    """Per precision: of all texts, and of those of four words and more."""
    right = np.array(true) == np.array(said)
    longer = np.array([item.band in BANDS[2:] for item in chosen])
    return {
        str(precision): {
            "all": scoring.coverage(sure, right, precision),
            "from4": scoring.coverage(sure[longer], right[longer], precision),
        }
        for precision in PRECISIONS
    }


def _known(chosen: Sequence[Item], own: Sequence[str], peer: Sequence[str]) -> dict[str, dict[str, float]]:
    """Mean F1 of our five, ours and the peer's, on texts of those languages alone that the peer names at all."""
    names = set(peer)
    rows = [i for i, item in enumerate(chosen) if item.lang in names]
    kept = [chosen[i] for i in rows]
    scores = {"own": _scores(kept, [own[i] for i in rows]), "peer": _scores(kept, [peer[i] for i in rows])}
    return {
        band: {who: round(float(np.mean([each[lang][band]["f1"] for lang in CODES])), 4) for who, each in scores.items()} for band in BANDS
    }


def _answered(detector: OwnDetector, chosen: Sequence[Item]) -> dict[str, dict[str, dict[str, float]]]:
    """With the thresholds of the model: the share of texts that are given a language, and the share of these that is right."""
    guesses = detector.detect([item.text for item in chosen])
    found: dict[str, dict[str, dict[str, float]]] = {}
    for lang in (*LANGS, "all"):
        for band in BANDS:
            rows = [i for i, item in enumerate(chosen) if item.band == band and lang in (item.lang, "all")]
            said = [i for i in rows if guesses[i].lang != "und"]
            right = sum(guesses[i].lang.removeprefix(OTHER_PREFIX) == chosen[i].lang for i in said)
            found.setdefault(lang, {})[band] = {"coverage": _share(len(said), len(rows)), "precision": _share(right, len(said))}
    return found


def _hard(detector: OwnDetector, corpora: Path, own: Path) -> dict[str, dict[str, float | int]]:
    """Texts of four words and more: the share named right, `und` counting as wrong."""
    dev = list(sources.own_texts(own, "dev"))
    latin = [text.text for text in dev if text.variety == sources.ARABIZI]
    bared = [text.text for text in dev if text.variety == "no diacritics"]
    stripped = [bare(row["text"]) for row in sources.rows(corpora / "ntrex" / "lid.jsonl") if row["split"] == "dev" and row["lang"] == "vi"]
    haifa = [
        each.text
        for each in switched.read(corpora, "arabizi_haifa")
        if sum(lang == "ar" for lang in each.langs) > 0.5 * len(each.tokens) and each.text.isascii()
    ]
    standard = [row["text"] for row in sources.rows(corpora / "sib200_flores" / "lid.jsonl") if row["split"] == "dev" and row.get("script")]
    groups = {
        "Vietnamese written without diacritics (own dev)": (bared, "vi"),
        "Vietnamese news, diacritics taken away (ntrex dev)": (stripped, "vi"),
        "Arabizi (own dev)": (latin, "ar"),
        "Arabizi, more than half of the tokens (arabizi_haifa dev)": (haifa, "ar"),
        "Standard Arabic in Latin letters (sib200_flores dev)": (standard, "ar"),
    }
    return {name: _named(detector, texts, lang) for name, (texts, lang) in groups.items()}


def _named(detector: OwnDetector, texts: Sequence[str], lang: str) -> dict[str, float | int]:
    long = [text for text in texts if len(text.split()) >= 4]
    return {"share": _share(sum(guess.lang == lang for guess in detector.detect(long)), len(long)), "n": len(long)}


def _declaration(detector: OwnDetector, corpora: Path) -> dict[str, dict[str, float | int]]:
    """Passages of four words and more of the Universal Declaration of Human Rights, a kind of text that nothing was learnt from: by our
    languages and English, together those of the other classes, and by languages that are no class of the model."""
    groups: dict[str, list[tuple[str, str]]] = {lang: [] for lang in (*LANGS, OTHERS)}
    for row in sources.rows(corpora / "udhr" / "lid.jsonl"):
        if len(row["text"].split()) >= 4:
            name = OTHERS if row["lang"] in detector.classes and row["lang"] not in LANGS else row["lang"]
            groups.setdefault(name, []).append((row["text"], row["lang"]))
    found = {}
    for name, pairs in groups.items():
        said = [guess.lang.removeprefix(OTHER_PREFIX) for guess in detector.detect([text for text, _ in pairs])]
        found[name] = {
            "right": _share(sum(one == lang for one, (_, lang) in zip(said, pairs, strict=True)), len(pairs)),
            "und": _share(said.count(UNDETERMINED), len(pairs)),
            "taken": _share(sum(one in CODES and one != lang for one, (_, lang) in zip(said, pairs, strict=True)), len(pairs)),
            "n": len(pairs),
        }
    return found


def _tokens(detector: OwnDetector, corpora: Path, name: str) -> dict[str, float | int]:
    """Accuracy of spans on the measuring half, and that of calling every token the commonest language."""
    texts = [each for each in switched.read(corpora, name) if each.half == 1]
    value, count = switched.accuracy(detector, texts)
    labels = [lang for text in texts for lang in text.langs if lang]
    return {"accuracy": round(value, 4), "n": count, "commonest": _share(max(map(labels.count, set(labels))), len(labels))}


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
