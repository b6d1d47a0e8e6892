"""The weights of our own detector: small whole numbers, so that sums are exact in any order."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.detect import ngrams

FILE = "weights.npz"
FRACTION = 12  # binary places of a word's logits
STEP = 0.5  # of an n-gram's logits (some reach 20): finer steps double the file and name no text better


@dataclass(frozen=True)
class Weights:
    """`vectors` (buckets, dim) int8, `output` (dim, classes) int32, `bias` (classes,) float32.

    A word's logits are the sum of its n-grams' vectors, times `output` over `unit`, over the root of the number of its n-grams.
    """

    vectors: np.ndarray
    output: np.ndarray
    bias: np.ndarray
    unit: float

    @classmethod
    def of(cls, logits: np.ndarray, bias: np.ndarray) -> "Weights":
        """Round trained logits of n-grams (buckets, classes): along their principal axes (Pearson 1901), in whole steps that are the same for
        all axes, so that little is lost and the many small numbers pack well; the axes to 24 bits."""
        apart = logits.astype(np.float64) - logits.mean(axis=1, keepdims=True)
        axes = np.linalg.eigh(apart.T @ apart)[1][:, :0:-1]  # the widest first, without that of what all classes share
        unit = float(2**23 / np.abs(axes * STEP).max())
        whole = np.clip(np.rint(apart @ axes / STEP), -127, 127).astype(np.int8)
        return cls(whole, np.rint(axes.T * STEP * unit).astype(np.int32), bias.astype(np.float32), unit)

    @classmethod
    def open(cls, folder: Path) -> "Weights":
        """Read a model folder."""
        with np.load(folder / FILE) as arrays:
            return cls(arrays["vectors"], arrays["output"], arrays["bias"], float(arrays["unit"]))

    def save(self, folder: Path) -> None:
        """Write into a model folder."""
        np.savez_compressed(folder / FILE, vectors=self.vectors, output=self.output, bias=self.bias, unit=np.float64(self.unit))

    def words(self, words: Sequence[str]) -> np.ndarray:
        """Logits of words in the form that is compared, times 2**12, (n_words, n_classes) int32: exact, so the same in any company."""
        rows, starts = ngrams.rows(words, len(self.vectors))
        if not len(words):
            return np.zeros((0, len(self.bias)), dtype=np.int32)
        summed = np.add.reduceat(self.vectors[rows], starts, axis=0, dtype=np.int32)  # (n_words, dim)
        counts = np.diff(np.append(starts, len(rows)))
        logits = (summed.astype(np.float64) @ self.output.astype(np.float64)) / self.unit  # whole numbers below 2**53: exact
        result: np.ndarray = np.rint(logits / np.sqrt(counts)[:, None] * 2**FRACTION).astype(np.int32)
        return result
