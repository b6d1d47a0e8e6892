"""Write models in the form that run time reads: ONNX graph with int8 weights, 4-bit embeddings, heads, manifest."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from transformers import BertModel

from pipeline.train import e5
from pipeline.train.listing import manifest as manifest
from pipeline.train.network import Network


class _FromEmbeddings(torch.nn.Module):
    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, embeddings: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        return self.encoder(inputs_embeds=embeddings, attention_mask=mask).last_hidden_state


def encoder_graph(encoder: BertModel, path: Path) -> None:
    """Export the encoder from word embeddings (batch, tokens, dim) to token vectors, linear weights as int8 per output channel."""
    encoder.set_attn_implementation("eager")  # exports to plain ONNX operators
    dim = encoder.config.hidden_size
    example = (torch.randn(2, 9, dim), torch.ones(2, 9, dtype=torch.int64))
    axes = {name: {0: "batch", 1: "tokens"} for name in ("embeddings", "mask", "hidden")}
    full = path.with_suffix(".fp32.onnx")
    names = {"input_names": ["embeddings", "mask"], "output_names": ["hidden"]}
    torch.onnx.export(_FromEmbeddings(encoder.eval()), example, str(full), dynamic_axes=axes, opset_version=17, dynamo=False, **names)
    graph = onnx.load(full)
    full.unlink()
    onnx.save(int8_weights(graph), path)


def int8_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    """Store the right-hand weights of matrix products as int8 with a scale per output channel, restored when the graph is loaded.

    Symmetric, largest absolute value at 127: the error of a weight is at most half a step of its channel.
    """
    graph = model.graph
    weights = {node.input[1] for node in graph.node if node.op_type == "MatMul"}
    kept, restored = [], []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if tensor.name not in weights or values.ndim != 2:
            kept.append(tensor)
            continue
        scale = (np.abs(values).max(axis=0) / 127).astype(np.float32)
        whole = np.clip(np.round(values / scale), -127, 127).astype(np.int8)
        kept += [numpy_helper.from_array(whole, f"{tensor.name}.int8"), numpy_helper.from_array(scale, f"{tensor.name}.scale")]
        restored.append(helper.make_node("DequantizeLinear", [f"{tensor.name}.int8", f"{tensor.name}.scale"], [tensor.name], axis=1))
    nodes = restored + list(graph.node)
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(kept)
    graph.node.extend(nodes)
    return model


def embeddings(weights: bytes, rows: np.ndarray, folder: Path) -> None:
    """Write the word embeddings of `rows` in their published 4-bit form, bit for bit."""
    shape, offset, nbytes = e5.place(weights, "emb.word")
    blocks = np.frombuffer(weights[offset : offset + nbytes], e5.BLOCK_TYPE).reshape(shape.vocab, -1)[rows]
    np.save(folder / "embedding-nibbles.npy", np.ascontiguousarray(blocks["nibbles"]).reshape(len(rows), -1))
    np.save(folder / "embedding-scales.npy", np.ascontiguousarray(blocks["scale"]).astype(np.float16))


def heads(network: Network, aspects: Sequence[str], path: Path) -> None:
    """Write the heads as one npz of float32 arrays, the standardisation of their input folded in."""
    mean, scale = network.standardise.mean, network.standardise.scale
    arrays = {}
    for name, layer in network.heads.named_modules():
        if isinstance(layer, torch.nn.Linear):
            weight = layer.weight.detach() / scale
            arrays[f"{name}.weight"], arrays[f"{name}.bias"] = weight.numpy(), (layer.bias.detach() - weight @ mean).numpy()
    np.savez(path, aspects=np.array(aspects), **arrays)


def facts(path: Path, **values: object) -> None:
    """Write model.json: what run time must know about a model."""
    path.write_text(json.dumps(values, indent=1, sort_keys=True) + "\n", encoding="utf-8")
