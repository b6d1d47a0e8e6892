"""The multi-task network: one encoder, heads for tokens, segments and documents."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from pipeline.analyse.heads import DIRECTIONS, LABELS, N_TAGS, SOFT
from pipeline.train import e5

IGNORE = -100  # torch's cross_entropy ignores this target


def base_encoder(weights: bytes, rows: list[int]) -> BertModel:
    """multilingual-e5-small with the word embeddings of `rows` only, in order."""
    shape, tensors = e5.read(weights)
    state = {name: torch.from_numpy(value.copy()) for name, value in e5.state_dict(shape, tensors).items()}
    word = "embeddings.word_embeddings.weight"
    state[word] = state[word][rows]
    model = empty_encoder(len(rows), shape)
    model.load_state_dict(state)
    return model


def empty_encoder(vocab: int, shape: e5.Shape) -> BertModel:
    """An untrained encoder of the given sizes."""
    config = BertConfig(
        vocab_size=vocab,
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.ffn,
        max_position_embeddings=shape.positions,
        type_vocab_size=shape.types,
        layer_norm_eps=e5.EPSILON,
        pad_token_id=1,
        attn_implementation="sdpa",
    )
    return BertModel(config, add_pooling_layer=False)


@dataclass
class Batch:
    """Padded inputs and targets. B texts, T tokens, S segments over the whole batch, M terms, C aspects."""

    ids: Tensor  # (B, T)
    mask: Tensor  # (B, T)
    hidden: Tensor | None  # (B, T, D) after the frozen layers, where they were computed beforehand
    segment_pool: Tensor  # (S, B*T) rows average the tokens of a segment
    document_pool: Tensor  # (B, B*T)
    term_pool: Tensor  # (M, B*T)
    document_allowed: Tensor  # (B, 4) 1 where the label is allowed; all 0 when unknown
    segment_allowed: Tensor  # (S, 4)
    categories: Tensor  # (S, C) 0 absent, 1..3 polarity, IGNORE
    directions: Tensor  # (S,)
    tags: Tensor  # (B, T)
    term_categories: Tensor  # (M,)


class Standardise(nn.Module):
    """Centre and scale each dimension by fixed amounts, which export folds into the heads.

    The token vectors of e5 hardly differ from text to text: one direction is common to all of them. Heads that see what differs learn
    many times faster at the same rate.
    """

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(dim))
        self.register_buffer("scale", torch.ones(dim))

    def fit(self, vectors: Tensor) -> None:
        """Take mean and standard deviation from vectors (n, dim)."""
        self.mean.copy_(vectors.mean(0))
        self.scale.copy_(vectors.std(0) + 1e-6)

    def forward(self, vectors: Tensor) -> Tensor:
        """(…, dim) -> (…, dim)."""
        return (vectors - self.mean) / self.scale


class PooledHead(nn.Module):
    """Logits of a span of tokens: every token says its own, and per group of classes a learnt weight says how much it counts.

    Label-wise attention (Mullenbach et al. 2018, NAACL, arXiv 1802.05695) with the value and the score linear in the token: an aspect
    looks at the words that speak of it. It begins as the plain mean.
    """

    def __init__(self, dim: int, groups: int, classes: int) -> None:
        super().__init__()
        self.groups, self.classes = groups, classes
        self.value = nn.Linear(dim, groups * classes)
        self.score = nn.Linear(dim, groups)
        nn.init.zeros_(self.score.weight)
        nn.init.zeros_(self.score.bias)

    def forward(self, tokens: Tensor, pool: Tensor) -> Tensor:
        """Tokens (N, dim) and rows of pooling weights (S, N) -> (S, groups, classes)."""
        weight = torch.exp(SOFT * torch.tanh(self.score(tokens) / SOFT))  # (N, G)
        value = self.value(tokens).view(-1, self.groups, self.classes)
        total = pool @ (weight.unsqueeze(-1) * value).flatten(1)
        result: Tensor = total.view(-1, self.groups, self.classes) / (pool @ weight).unsqueeze(-1)
        return result


class Network(nn.Module):
    """Token tags, segment sentiment, categories and direction, document sentiment from one encoder pass."""

    def __init__(self, encoder: BertModel, aspects: int, dropout: float = 0.1) -> None:
        super().__init__()
        dim = encoder.config.hidden_size
        self.encoder, self.aspects = encoder, aspects
        self.token_dropout = 0.0  # share of the tokens that a training step does not see
        self.standardise = Standardise(dim)
        self.dropout = nn.Dropout(dropout)
        self.heads = nn.ModuleDict(
            {
                "document": PooledHead(dim, len(LABELS), 1),
                "sentence": PooledHead(dim, len(LABELS), 1),
                "category": PooledHead(dim, aspects, 4),
                "direction": PooledHead(dim, len(DIRECTIONS), 1),
                "tag": nn.Linear(dim, N_TAGS),
                "term_category": PooledHead(dim, 1, aspects),
            }
        )

    def frozen(self, ids: Tensor, mask: Tensor, layers: int) -> Tensor:
        """Hidden states (B, T, dim) after the embeddings and the first `layers` layers."""
        return self._through(self.encoder.embeddings(input_ids=ids), mask, 0, layers)

    def tokens(self, batch: Batch, frozen: int = 0) -> Tensor:
        """Token vectors (B, T, dim) as the encoder gives them; `frozen` layers are left out where the batch has what they say."""
        last = len(self.encoder.encoder.layer)
        if batch.hidden is None:
            return self._through(self.encoder.embeddings(input_ids=batch.ids), batch.mask, 0, last)
        if not (self.training and self.token_dropout):
            return self._through(batch.hidden, batch.mask, frozen, last)
        seen = torch.rand(batch.mask.shape) >= self.token_dropout
        seen[:, 0] = True  # a text keeps its first token, so that there is something to attend to
        return self._through(batch.hidden * seen.unsqueeze(-1), batch.mask * seen, frozen, last)

    def _through(self, hidden: Tensor, mask: Tensor, first: int, last: int) -> Tensor:
        seen = mask[:, None, None, :].bool()
        for layer in self.encoder.encoder.layer[first:last]:
            hidden = layer(hidden, seen)
        return hidden

    def forward(self, batch: Batch, frozen: int = 0) -> dict[str, Tensor]:
        """Logits by head; shapes as the targets of `Batch`, with a class axis at the end."""
        hidden = self.dropout(self.standardise(self.tokens(batch, frozen)))  # (B, T, D)
        flat = hidden.reshape(-1, hidden.shape[-1])  # (B*T, D)
        return {
            "document": self.heads["document"](flat, batch.document_pool).squeeze(-1),
            "sentence": self.heads["sentence"](flat, batch.segment_pool).squeeze(-1),
            "category": self.heads["category"](flat, batch.segment_pool),
            "direction": self.heads["direction"](flat, batch.segment_pool).squeeze(-1),
            "tag": self.heads["tag"](hidden),
            "term_category": self.heads["term_category"](flat, batch.term_pool).squeeze(1),
        }


WEIGHTS = {"document": 1.0, "sentence": 0.7, "category": 1.0, "direction": 0.2, "tag": 2.0, "term_category": 0.4}


def losses(logits: dict[str, Tensor], batch: Batch) -> dict[str, Tensor]:
    """Mean loss per head over what is supervised; a head without supervision in the batch is left out."""
    found = {
        "document": _allowed_loss(logits["document"], batch.document_allowed),
        "sentence": _allowed_loss(logits["sentence"], batch.segment_allowed),
        "category": _category_loss(logits["category"], batch.categories),
        "direction": _class_loss(logits["direction"], batch.directions),
        "tag": _class_loss(logits["tag"].flatten(0, 1), batch.tags.flatten()),
        "term_category": _class_loss(logits["term_category"], batch.term_categories),
    }
    return {name: loss for name, loss in found.items() if loss is not None}


def _allowed_loss(logits: Tensor, allowed: Tensor) -> Tensor | None:
    """-log of the probability of all allowed labels together (partial labels)."""
    known = allowed.any(dim=1)
    if not known.any():
        return None
    log_p = logits[known].float().log_softmax(-1)
    return -log_p.masked_fill(allowed[known] == 0, -torch.inf).logsumexp(-1).mean()


def _class_loss(logits: Tensor, target: Tensor) -> Tensor | None:
    if not (target != IGNORE).any():
        return None
    return nn.functional.cross_entropy(logits.float(), target, ignore_index=IGNORE)


def _category_loss(logits: Tensor, target: Tensor) -> Tensor | None:
    """Cross-entropy summed over the aspects of a segment, averaged over segments: absences outnumber mentions by far,
    and a plain mean over aspects would make the head learn to say nothing."""
    supervised = (target != IGNORE).any(dim=1)
    if not supervised.any():
        return None
    each = nn.functional.cross_entropy(logits.float().flatten(0, 1), target.flatten(), ignore_index=IGNORE, reduction="none")
    return each.view_as(target).sum(1)[supervised].mean() / 3
