"""Fit the linear category heads to the end, on the fine-tuned encoder's vectors.

A short fine-tuning moves the encoder far enough, but linear heads on pooled vectors that hardly differ from each other converge slowly. Given
the encoder, the best heads are a convex problem: multinomial logistic regression on standardised vectors, solved by L-BFGS, with the strength
of its L2 penalty chosen on dev. The standardisation is folded into the weights, so run time sees an ordinary linear head.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from pipeline.protocols import Encoder
from pipeline.tables import POLARITIES
from pipeline.train.batches import tokens_of
from pipeline.train.examples import Example
from pipeline.train.network import IGNORE, Network

PENALTIES = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2)


def refit(network: Network, encoder: Encoder, train: Sequence[Example], dev: Sequence[Example], aspects: Sequence[str]) -> dict[str, float]:
    """Replace the heads `category` and `term_category` of `network`; gives the penalties chosen. Own corpus examples only."""
    chosen = {}
    for head, gather, groups in (("category", _segments, len(aspects)), ("term_category", _terms, 1)):
        weight, bias, penalty = _best(gather(encoder, train, aspects), gather(encoder, dev, aspects), groups)
        layer = network.heads[head]
        layer.weight.data, layer.bias.data = weight, bias
        chosen[head] = penalty
    return chosen


def _segments(encoder: Encoder, examples: Sequence[Example], aspects: Sequence[str]) -> tuple[np.ndarray, np.ndarray, int]:
    """Mean vectors of segments (n, dim), targets (n, aspects) of 0 absent, 1..3 polarity or IGNORE, and classes per group: 4."""
    rows, targets = [], []
    for example, encoded in _encode(encoder, examples):
        for segment in example.segments:
            tokens = tokens_of(encoded.spans, segment.start, segment.end)
            if len(tokens):
                rows.append(encoded.vectors[tokens].mean(axis=0))
                polarity = segment.categories
                targets.append([_class(polarity.get(name)) for name in aspects])
    return np.stack(rows), np.array(targets), 4


def _class(polarity: str | None) -> int:
    if polarity is None:
        return 0
    return 1 + POLARITIES.index(polarity) if polarity in POLARITIES else IGNORE


def _terms(encoder: Encoder, examples: Sequence[Example], aspects: Sequence[str]) -> tuple[np.ndarray, np.ndarray, int]:
    """Mean vectors of terms (n, dim), targets (n, 1) of the aspect, and classes per group: the number of aspects."""
    rows, targets = [], []
    column = {name: i for i, name in enumerate(aspects)}
    for example, encoded in _encode(encoder, examples):
        for term in example.terms or ():
            tokens = tokens_of(encoded.spans, term.start, term.end)
            if len(tokens) and term.category in column:
                rows.append(encoded.vectors[tokens].mean(axis=0))
                targets.append([column[term.category]])
    return np.stack(rows), np.array(targets), len(aspects)


def _encode(encoder: Encoder, examples: Sequence[Example], chunk: int = 400, longest: int = 1000):  # type: ignore[no-untyped-def]
    """Examples with their token vectors; the few texts of more characters than a window surely holds are left out."""
    short = [example for example in examples if len(example.text) <= longest]
    for at in range(0, len(short), chunk):
        part = short[at : at + chunk]
        yield from zip(part, encoder.encode([example.text for example in part]), strict=True)


def _best(train: tuple[np.ndarray, np.ndarray, int], dev: tuple[np.ndarray, np.ndarray, int], groups: int) -> tuple[Tensor, Tensor, float]:
    mean, scale = train[0].mean(axis=0), train[0].std(axis=0) + 1e-6
    x, y = (torch.from_numpy((train[0] - mean) / scale).float(), torch.from_numpy(train[1]))
    dev_x, dev_y = (torch.from_numpy((dev[0] - mean) / scale).float(), torch.from_numpy(dev[1]))
    fits = [(penalty, *_fit(x, y, groups, train[2], penalty)) for penalty in PENALTIES]
    penalty, weight, bias = min(fits, key=lambda fit: float(_loss(dev_x, dev_y, groups, train[2], fit[1], fit[2])))
    folded = weight / torch.from_numpy(scale).float()
    return folded, bias - folded @ torch.from_numpy(mean).float(), penalty


def _fit(x: Tensor, y: Tensor, groups: int, classes: int, penalty: float) -> tuple[Tensor, Tensor]:
    weight = torch.zeros(groups * classes, x.shape[1], requires_grad=True)
    bias = torch.zeros(groups * classes, requires_grad=True)
    optimiser = torch.optim.LBFGS([weight, bias], max_iter=150, history_size=10, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimiser.zero_grad()
        loss = _loss(x, y, groups, classes, weight, bias) + penalty * weight.pow(2).sum()
        loss.backward()
        return loss

    optimiser.step(closure)
    return weight.detach(), bias.detach()


def _loss(x: Tensor, y: Tensor, groups: int, classes: int, weight: Tensor, bias: Tensor) -> Tensor:
    """Cross-entropy summed over groups, mean over rows."""
    logits = (x @ weight.T + bias).view(-1, groups, classes)
    return torch.nn.functional.cross_entropy(logits.flatten(0, 1), y.flatten(), ignore_index=IGNORE, reduction="sum") / len(x)
