"""Read the same texts again and again with other thresholds, encoding them once."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from pipeline.analyse.analyser import HeadsAnalyser, Thresholds
from pipeline.analyse.heads import Heads
from pipeline.protocols import Encoded, Encoder


class Kept:
    """protocols.Encoder that keeps what it encoded: thresholds are tried on the same texts again and again (1.5 kB a token)."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder, self._held, self.count = encoder, dict[str, Encoded](), encoder.count

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """See protocols.Encoder."""
        new = [text for text in dict.fromkeys(texts) if text not in self._held]
        self._held |= zip(new, self._encoder.encode(new), strict=True)
        return [self._held[text] for text in texts]


def open_heads(folder: Path, encoder: Encoder, thresholds: Thresholds, temperatures: Mapping[str, float] | None = None) -> HeadsAnalyser:
    """The analyser of a model's heads, over an encoder that is open already."""
    with np.load(folder / "heads.npz") as arrays:
        heads = Heads.from_arrays(arrays)
    return HeadsAnalyser(encoder, heads, temperatures=temperatures, thresholds=thresholds)
