"""protocols.Analyser over a Hugging Face checkpoint for sequence or token classification (extra `checkpoints`).

A sequence classifier reads the document and each sentence; a token classifier marks terms, and its polarities, weighed by their
probability, are the sentiment. Neither knows our aspects: terms come under `overall`.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.analyse.heads import softmax
from pipeline.analyse.windows import Span, halve, windows
from pipeline.errors import ModelError
from pipeline.protocols import Opinion, Reading
from pipeline.tables import LABELS, POLARITIES

CATEGORY = "overall"
LONGEST = 512  # tokens, where a checkpoint does not say how many it can read
# What checkpoints call our labels, in lower case without the B- and I- of token labels.
NAMES = {
    "negative": ("negative", "neg", "negativ", "1 star", "2 stars", "very negative"),
    "neutral": ("neutral", "neu", "3 stars"),
    "positive": ("positive", "pos", "positiv", "4 stars", "5 stars", "very positive"),
    "mixed": ("mixed", "conflict", "both"),
}
OUTSIDE = frozenset(("o", "outside", "none"))


class CheckpointAnalyser:
    """Reads texts piece by piece, each alone, so that the answer for a text does not depend on the others."""

    def __init__(self, model: Any, tokenizer: Any, columns: np.ndarray, *, tokens: bool) -> None:
        self._model, self._tokenizer, self._columns, self._tokens = model, tokenizer, columns, tokens
        most = min(getattr(model.config, "max_position_embeddings", LONGEST) or LONGEST, tokenizer.model_max_length)
        self._limit = int(min(most, LONGEST)) - tokenizer.num_special_tokens_to_add() - 2  # some models keep two positions back

    @classmethod
    def open(cls, folder: Path, names: Sequence[str], threads: int = 1) -> "CheckpointAnalyser":
        """Open a checkpoint's folder. `names` ("LABEL_0=negative") tell what its labels mean where `NAMES` does not.

        Raises ModelError when the libraries are missing, the architecture is neither kind of classifier, or a label is not understood.
        """
        try:
            import torch
            from transformers import AutoConfig, AutoModelForSequenceClassification, AutoModelForTokenClassification, AutoTokenizer
        except ImportError as error:
            raise ModelError(
                f"{folder} is a Hugging Face checkpoint, which needs {error.name}. Run: pip install 'polyvox[checkpoints]'."
            ) from error
        torch.set_num_threads(threads)
        config = AutoConfig.from_pretrained(folder)
        kinds = {"ForSequenceClassification": AutoModelForSequenceClassification, "ForTokenClassification": AutoModelForTokenClassification}
        architecture = (config.architectures or ["none"])[0]
        kind = next((kind for kind in kinds if architecture.endswith(kind)), None)
        if kind is None:
            raise ModelError(f"{folder} holds a {architecture}. Expected a model …{' or …'.join(kinds)}.")
        columns = label_columns([config.id2label[i] for i in range(config.num_labels)], names, str(folder))
        model = kinds[kind].from_pretrained(folder).eval()
        return cls(model, AutoTokenizer.from_pretrained(folder), columns, tokens=kind.startswith("ForToken"))

    def analyse(self, texts: Sequence[str], sentences: Sequence[Sequence[Span]], langs: Sequence[str] | None = None) -> list[Reading]:
        """See protocols.Analyser; the languages change nothing."""
        return [self._read(text, spans) for text, spans in zip(texts, sentences, strict=True)]

    def _read(self, text: str, spans: Sequence[Span]) -> Reading:
        if not spans:
            return Reading(np.full(4, 0.25), np.zeros((0, 4)), [])
        if self._tokens:
            return self._read_tokens(text, spans)
        single = [self._mean([text[start:end] for start, end in self._halves(text, span)]) for span in spans]
        sizes = [self._count(text[start:end]) for start, end in spans]
        pieces = [part for w in windows(spans, sizes, self._limit) for part in self._halves(text, (w.start, w.end))]
        return Reading(self._mean([text[start:end] for start, end in pieces]), np.array(single), [])

    def _read_tokens(self, text: str, spans: Sequence[Span]) -> Reading:
        shares = np.zeros((len(spans), len(LABELS)))
        opinions: list[Opinion] = []
        for number, span in enumerate(spans):
            for start, end in self._halves(text, span):
                for left, right, p in self._terms(text[start:end]):
                    shares[number] += p
                    polarity = POLARITIES[int(p[:3].argmax())]
                    opinions.append(Opinion(number, start + left, start + right, CATEGORY, polarity, None, float(p.max())))
        document = shares.sum(axis=0)
        return Reading(_sentiment(document), np.array([_sentiment(each) for each in shares]), opinions)

    def _terms(self, text: str) -> Iterator[tuple[int, int, np.ndarray]]:
        """Runs of tokens inside terms: characters and mean probabilities (4,)."""
        logits, offsets = self._logits(text)
        p = softmax(logits)
        inside = p @ self._columns  # (T, 4); what is left is outside
        held: list[int] = []
        for token in range(len(p) + 1):
            real = token < len(p) and offsets[token][1] > offsets[token][0]
            taken = real and inside[token].sum() > 0.5
            begins = taken and str(self._model.config.id2label[int(p[token].argmax())]).upper().startswith("B")
            if held and (not taken or begins):
                yield offsets[held[0]][0], offsets[held[-1]][1], inside[held].mean(axis=0)
                held = []
            if taken:
                held.append(token)

    def _mean(self, pieces: Sequence[str]) -> np.ndarray:
        """Probabilities (4,) of pieces read one by one, weighed by their length."""
        each = np.array([softmax(self._logits(piece)[0]) @ self._columns for piece in pieces])
        mean = np.average(each, axis=0, weights=[len(piece) + 1 for piece in pieces])
        result: np.ndarray = mean / mean.sum()
        return result

    def _logits(self, text: str) -> tuple[np.ndarray, list[tuple[int, int]]]:
        import torch

        encoded = self._tokenizer(text, return_offsets_mapping=True, return_tensors="pt", truncation=False)
        offsets = [tuple(pair) for pair in encoded.pop("offset_mapping")[0].tolist()]
        with torch.inference_mode():
            logits = self._model(**encoded).logits[0]
        return logits.float().numpy(), offsets

    def _halves(self, text: str, span: Span) -> list[Span]:
        return halve(text, span, self._limit, self._count)

    def _count(self, text: str) -> int:
        return len(self._tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"])


def label_columns(labels: Sequence[str], names: Sequence[str], place: str) -> np.ndarray:
    """Matrix (labels, 4) that adds the probabilities of a checkpoint's labels to ours. Raises ModelError for a label not understood.

    >>> label_columns(["NEG", "LABEL_1"], ["LABEL_1=positive"], "x").tolist()
    [[1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]]
    """
    known = {name: ours for ours, all_names in NAMES.items() for name in all_names} | dict(
        name.lower().rsplit("=", 1) for name in names if "=" in name
    )
    columns = np.zeros((len(labels), len(LABELS)))
    for row, label in enumerate(labels):
        plain = label.lower()
        plain = plain[2:] if plain[:2] in ("b-", "i-") else plain
        ours = known.get(label.lower(), known.get(plain))
        if ours in LABELS:
            columns[row, LABELS.index(ours)] = 1
        elif plain not in OUTSIDE:
            raise ModelError(
                f"{place} has a label {label!r} whose meaning is not known. Say it in the configuration, for example: "
                f'[analyse] labels = ["{label}=negative"]; one of {", ".join(LABELS)}.'
            )
    return columns


def _sentiment(shares: np.ndarray) -> np.ndarray:
    """Probabilities from the summed probabilities of terms: praise and blame together are mixed as far as they balance."""
    negative, neutral, positive, mixed = shares
    if not shares.sum():
        return np.array([0.0, 1.0, 0.0, 0.0])
    both = 2 * min(negative, positive)
    found = np.array([negative - both / 2, neutral, positive - both / 2, mixed + both])
    result: np.ndarray = found / found.sum()
    return result
