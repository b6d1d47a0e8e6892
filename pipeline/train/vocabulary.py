"""Trim the XLM-R vocabulary to the pieces that our six languages use, and keep the tokenizer's behaviour for them."""

import json
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from tokenizers import Tokenizer

SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
# Every single character of these scripts stays, so that no word of our languages ends as <unk>.
KEPT_SCRIPTS = ("LATIN", "ARABIC", "DIGIT", "COMBINING", "EXTENDED ARABIC", "ARABIC-INDIC")
KEPT_CATEGORIES = "PSNZM"  # punctuation, symbols (emoji among them), numbers, separators, marks
# Real feedback holds words that our corpora do not: every Arabic piece stays, and the commonest Latin ones
# (pieces are stored in order of frequency). An embedding row costs 216 bytes.
COMMON_LATIN = 75_000


@dataclass(frozen=True)
class Trimmed:
    """A smaller tokenizer (as JSON text) and, per new id, the row of the old embedding table."""

    tokenizer: str
    rows: np.ndarray  # (n_pieces,) int64


def count(tokenizer: Tokenizer, texts: Iterable[str], batch: int = 5000) -> Counter[int]:
    """How often each piece occurs in `texts`."""
    seen: Counter[int] = Counter()
    held: list[str] = []
    for text in texts:
        held.append(text)
        if len(held) == batch:
            _add(tokenizer, held, seen)
            held = []
    _add(tokenizer, held, seen)
    return seen


def _add(tokenizer: Tokenizer, texts: list[str], seen: Counter[int]) -> None:
    for encoding in tokenizer.encode_batch(texts, add_special_tokens=False):
        seen.update(encoding.ids)


def trim(tokenizer_json: str, seen: Counter[int], least: int) -> Trimmed:
    """Keep special pieces, single characters of our scripts, pieces seen at least `least` times and common ones, in the old order.

    Leaves scores and the normaliser alone. A text made of kept pieces only is tokenised as before.
    """
    spec = json.loads(tokenizer_json)
    vocab = spec["model"]["vocab"]
    kept = [
        i for i, (piece, _) in enumerate(vocab) if piece in SPECIAL or seen[i] >= least or _is_kept_character(piece) or _is_common(i, piece)
    ]
    spec["model"]["vocab"] = [vocab[i] for i in kept]
    spec["added_tokens"] = [token for token in spec["added_tokens"] if token["content"] in SPECIAL]
    return Trimmed(json.dumps(spec, ensure_ascii=False), np.asarray(kept))


def _is_common(rank: int, piece: str) -> bool:
    scripts = {unicodedata.name(c, "?").split()[0] for c in piece if c.isalpha()}
    return scripts == {"ARABIC"} or (scripts == {"LATIN"} and rank < COMMON_LATIN)


def _is_kept_character(piece: str) -> bool:
    core = piece.lstrip("\N{LOWER ONE EIGHTH BLOCK}")  # sentencepiece's sign for a space
    if len(core) > 1:
        return False
    if not core:
        return True
    return unicodedata.category(core)[0] in KEPT_CATEGORIES or unicodedata.name(core, "").startswith(KEPT_SCRIPTS)
