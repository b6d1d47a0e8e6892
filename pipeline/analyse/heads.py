"""The heads on top of the encoder, and the meaning of their outputs."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.tables import LABELS, POLARITIES

DIRECTIONS = ("none", "too_little", "too_much")
# Token tags: 0 is outside; for polarity p, 1 + 2p begins a term and 2 + 2p continues one.
N_TAGS = 1 + 2 * len(POLARITIES)
# Heads that read spans, with the number of their groups of classes (None: one per aspect); each group weighs the tokens for itself.
POOLED = {"document": len(LABELS), "sentence": len(LABELS), "category": None, "direction": len(DIRECTIONS), "term_category": 1}
OPTIONAL = tuple(f"direction.{name}" for name in ("term", "named", "aspect", "sentence", "near"))  # see directions.Directions
SOFT = 15.0  # a token's score is kept within this by a soft limit, so that sums of exponentials stay finite in float32
__all__ = ["DIRECTIONS", "LABELS", "N_TAGS", "OPTIONAL", "POOLED", "SOFT", "Heads", "Pool", "softmax"]


def softmax(logits: np.ndarray) -> np.ndarray:
    """Softmax over the last axis."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    result: np.ndarray = shifted / shifted.sum(axis=-1, keepdims=True)
    return result


@dataclass(frozen=True)
class Pool:
    """Sums over tokens of weight times value (groups, classes) and of weight (groups,); sums of two pieces of a span add up."""

    values: np.ndarray
    weights: np.ndarray

    def __add__(self, other: "Pool") -> "Pool":
        return Pool(self.values + other.values, self.weights + other.weights)

    def logits(self) -> np.ndarray:
        """Weighted mean of the tokens' values, (groups, classes)."""
        result: np.ndarray = self.values / self.weights[:, None]
        return result


@dataclass(frozen=True)
class Tokens:
    """What one pooled head says of each token: `values` (n, groups, classes) and `weights` (n, groups)."""

    values: np.ndarray
    weights: np.ndarray

    def pool(self, chosen: np.ndarray | slice = slice(None)) -> Pool:
        """Sums over the chosen tokens."""
        weights = self.weights[chosen]
        return Pool((self.values[chosen] * weights[..., None]).sum(axis=0), weights.sum(axis=0))


@dataclass(frozen=True)
class Heads:
    """Weights and biases by name, and the aspect ids in the order of the category head.

    `tag.weight` (N_TAGS, dim); for a pooled head `<head>.value.weight` (groups * classes, dim), `<head>.score.weight` (groups, dim), and the
    biases of each. What a model may lack: `OPTIONAL`.
    """

    arrays: Mapping[str, np.ndarray]
    aspects: tuple[str, ...]

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> "Heads":
        """From the arrays of a `heads.npz`; raises KeyError when one is missing."""
        names = ["tag", *(f"{head}.{part}" for head in POOLED for part in ("value", "score"))]
        wanted = [f"{name}.{part}" for name in names for part in ("weight", "bias")]
        wanted += [name for name in OPTIONAL if name in arrays]
        return cls({name: arrays[name].astype(np.float32) for name in wanted}, tuple(str(each) for each in arrays["aspects"]))

    def tags(self, vectors: np.ndarray) -> np.ndarray:
        """(n, dim) -> probabilities (n, N_TAGS)."""
        return softmax(self._linear("tag", vectors))

    def tokens(self, head: str, vectors: np.ndarray) -> Tokens:
        """What a pooled head says of tokens (n, dim)."""
        weights = np.exp(SOFT * np.tanh(self._linear(f"{head}.score", vectors) / SOFT))
        return Tokens(self._linear(f"{head}.value", vectors).reshape(len(vectors), weights.shape[1], -1), weights)

    def _linear(self, name: str, vectors: np.ndarray) -> np.ndarray:
        result: np.ndarray = vectors @ self.arrays[f"{name}.weight"].T + self.arrays[f"{name}.bias"]
        return result
