"""Let each detector name the same texts in a process of its own, and measure time and memory."""

import multiprocessing
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.protocols import Detector, Guess

WARMING = 200  # texts before the clock starts
RUNS = 3  # each in a process of its own, which remembers nothing; the fastest counts, as the least disturbed by what else the machine did


@dataclass(frozen=True)
class Ran:
    """What a detector said, how many texts a second of processor time it named, and by how many MB its process grew at most."""

    guesses: list[Guess]
    texts_a_second: float
    megabytes: float


def run(name: str, folder: Path, texts: Sequence[str]) -> Ran:
    """Run one detector of `OPENERS`, with nothing held back: every text gets its best guess."""
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        return max((pool.apply(_measure, (name, folder, list(texts))) for _ in range(RUNS)), key=lambda ran: ran.texts_a_second)


def _measure(name: str, folder: Path, texts: list[str]) -> Ran:
    os.environ["RAYON_NUM_THREADS"] = "1"  # lingua's threads: one core for all
    before = _peak()
    detector = OPENERS[name](folder)
    detector.detect(texts[:WARMING])
    began = time.process_time()
    guesses = detector.detect(texts)
    took = time.process_time() - began
    return Ran(guesses, round(len(texts) / took), round((_peak() - before) / 1024))


def _peak() -> int:
    """The most memory that this process has held, in KB. (ru_maxrss would do, but a child inherits its parent's.)"""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


def _own(folder: Path) -> Detector:
    from pipeline.detect.own import OwnDetector

    return OwnDetector.open(folder, threshold=0.0, min_letters=1)


def _lingua(folder: Path) -> Detector:
    from pipeline.detect.lingua import LinguaDetector

    return LinguaDetector(threshold=0.0, min_letters=1, candidates=(), sharpness=1.0, prior_of_others=1.0)


def _fasttext(folder: Path) -> Detector:
    from pipeline.detect.fasttext import FastTextDetector

    return FastTextDetector(threshold=0.0, min_letters=1)


def _langid(folder: Path) -> Detector:
    from pipeline.detect.langid import LangidDetector

    return LangidDetector(threshold=0.0, min_letters=1)


# Libraries as they come: all their languages, their own probabilities.
OPENERS: dict[str, Callable[[Path], Detector]] = {"own": _own, "lingua": _lingua, "fasttext": _fasttext, "langid": _langid}
