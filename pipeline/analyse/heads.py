"""The linear heads on top of the encoder, and the meaning of their outputs."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.tables import LABELS, POLARITIES

DIRECTIONS = ("none", "too_little", "too_much")
# Token tags: 0 is outside; for polarity p, 1 + 2p begins a term and 2 + 2p continues one.
N_TAGS = 1 + 2 * len(POLARITIES)
HEADS = ("document", "sentence", "category", "direction", "tag", "term_category")
__all__ = ["DIRECTIONS", "HEADS", "LABELS", "N_TAGS", "Heads", "softmax"]


def softmax(logits: np.ndarray) -> np.ndarray:
    """Softmax over the last axis."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    result: np.ndarray = shifted / shifted.sum(axis=-1, keepdims=True)
    return result


@dataclass(frozen=True)
class Heads:
    """Weights (classes, dim) and biases (classes,) by head, and the aspect ids in the order of the category head."""

    weights: Mapping[str, np.ndarray]
    biases: Mapping[str, np.ndarray]
    aspects: tuple[str, ...]

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> "Heads":
        """From the arrays of a `heads.npz`: `<head>.weight`, `<head>.bias` and `aspects`."""
        return cls(
            {name: arrays[f"{name}.weight"].astype(np.float32) for name in HEADS},
            {name: arrays[f"{name}.bias"].astype(np.float32) for name in HEADS},
            tuple(str(each) for each in arrays["aspects"]),
        )

    def logits(self, head: str, vectors: np.ndarray) -> np.ndarray:
        """(n, dim) -> (n, classes)."""
        result: np.ndarray = vectors @ self.weights[head].T + self.biases[head]
        return result
