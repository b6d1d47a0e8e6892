"""A toy model, trained on the sample texts in a minute: shows that training, export and run time fit together."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from pipeline import artifacts, taxonomy
from pipeline.analyse.encoder import Embeddings
from pipeline.train import batches, corpora, export
from pipeline.train.e5 import Shape
from pipeline.train.fit import FitConfig, fit
from pipeline.train.network import Network, empty_encoder

SHAPE = Shape(hidden=384, layers=1, heads=6, ffn=256, vocab=0, positions=512, types=2)
FIT = FitConfig(epochs=3, batch=16, longest=96, learning_rate=1e-3, head_learning_rate=3e-3)


def build(labelled: Path, folder: Path, *, texts: int | None = None, config: FitConfig = FIT) -> Path:
    """Train on (at most `texts` of) the examples of a file in our corpus format; write a model folder that `--model` can open."""
    torch.manual_seed(config.seed)  # the untrained encoder is drawn too
    base = artifacts.find("encoder").folder
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    aspects = taxonomy.load().ids
    examples = [replace(e, split="train") for e in corpora.read_own(labelled, aspects)][:texts]
    words = Embeddings.open(base)[np.arange(tokenizer.get_vocab_size())]
    encoder = empty_encoder(len(words), SHAPE)
    encoder.embeddings.word_embeddings.weight.data = torch.from_numpy(words)
    network = Network(encoder, len(aspects))
    fit(network, batches.encode(tokenizer, examples, config.longest), aspects, config, out=folder / "log")
    export.encoder_graph(network.encoder, folder / "encoder.onnx")
    export.heads(network, aspects, folder / "heads.npz")
    export.facts(folder / "model.json", base="encoder", prefix="", temperatures={}, thresholds={"category": 0.5, "direction": 0.5})
    return folder
