"""The committed encoder at run time: tokenizers, a table of 4-bit word embeddings, and an ONNX graph. No torch.

Word embeddings are kept in the exact form in which they were published for this project: blocks of 32 weights,
a half-precision scale each, two weights a byte (see pipeline/train/e5.py). They are looked up here, outside the graph, so that several
models share one table and worker processes share its memory.

A text's result does not depend on the other texts of a call: texts run together only with texts of the same number of
tokens, so nothing is padded, and every operation of the graph works on one text.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.errors import ModelError
from pipeline.protocols import Encoded

BLOCK = 32


@dataclass(frozen=True)
class Embeddings:
    """Word embeddings: `nibbles` (n_pieces, dim / 2) uint8 and `scales` (n_pieces, dim / 32) float16."""

    nibbles: np.ndarray
    scales: np.ndarray

    @classmethod
    def open(cls, folder: Path) -> "Embeddings":
        """Map the two arrays of a folder into memory, shared between processes."""
        return cls(np.load(folder / "embedding-nibbles.npy", mmap_mode="r"), np.load(folder / "embedding-scales.npy", mmap_mode="r"))

    def __getitem__(self, ids: np.ndarray) -> np.ndarray:
        """ids of any shape -> float32 of that shape with an axis of `dim` at the end."""
        nibbles = self.nibbles[ids].reshape(*ids.shape, -1, BLOCK // 2)  # (..., blocks, 16)
        values = np.concatenate([nibbles & 15, nibbles >> 4], axis=-1).astype(np.float32) - 8  # (..., blocks, 32)
        values *= self.scales[ids][..., None].astype(np.float32)
        return values.reshape(*ids.shape, -1)


class OnnxEncoder:
    """protocols.Encoder over an ONNX graph from word embeddings to token vectors."""

    def __init__(
        self, graph: Path, tokenizer: Any, embeddings: Embeddings, *, prefix: str = "", batch_tokens: int = 4096, threads: int = 1
    ):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # buffers of many shapes would otherwise pile up
        # Weights are stored as int8 and turned into float32 once, when the graph is loaded: the results are then those of
        # float32 arithmetic, alike on every processor and in every batch.
        options.add_session_config_entry("session.disable_quant_qdq", "1")
        try:
            self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime's errors share no other base
            raise ModelError(f"{graph} cannot be opened: {error}. Restore the file, or export it again.") from error
        self._tokenizer = tokenizer
        self._embeddings = embeddings
        self._prefix = prefix
        self._batch_tokens = batch_tokens

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """Token vectors of each text, without those of special tokens and prefix. Texts must fit the window (512 tokens)."""
        encodings = self._tokenizer.encode_batch([self._prefix + text for text in texts])
        results: list[Encoded | None] = [None] * len(texts)
        for numbers in self._batches([len(e.ids) for e in encodings]):
            ids = np.array([encodings[i].ids for i in numbers])
            feeds = {"embeddings": self._embeddings[ids], "mask": np.ones(ids.shape, dtype=np.int64)}
            hidden = self._session.run(None, feeds)[0]  # (batch, tokens, dim)
            for vectors, i in zip(hidden, numbers, strict=True):
                spans = np.array(encodings[i].offsets) - len(self._prefix)
                spans[:, 0] = np.maximum(spans[:, 0], 0)  # the first token may cover the space after the prefix
                real = spans[:, 1] > spans[:, 0]
                results[i] = Encoded(vectors[real], spans[real])
        return [result for result in results if result is not None]

    def count(self, texts: Sequence[str]) -> list[int]:
        """Number of tokens of each text, special tokens and prefix included."""
        return [len(e.ids) for e in self._tokenizer.encode_batch([self._prefix + text for text in texts])]

    def _batches(self, lengths: Sequence[int]) -> Iterator[list[int]]:
        order = sorted(range(len(lengths)), key=lambda i: lengths[i])
        batch: list[int] = []
        for i in order:
            full = len(batch) * lengths[i] >= self._batch_tokens
            if batch and (full or lengths[i] != lengths[batch[0]]):
                yield batch
                batch = []
            batch.append(i)
        if batch:
            yield batch


def open_tokenizer(path: Path) -> Any:
    """The trimmed tokenizer."""
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(path))
