"""Training code on small data made here; needs the train extra."""

import json
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from runs import SAMPLES, few, polyvox

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from tokenizers import Tokenizer  # noqa: E402

from pipeline import artifacts, taxonomy  # noqa: E402
from pipeline.train import ablation, batches, corpora, e5, evaluate, recipe, tiny  # noqa: E402
from pipeline.train.batches import Encoded, collate, encode, tokens_of  # noqa: E402
from pipeline.train.categories import aspect  # noqa: E402
from pipeline.train.examples import Example, Segment, Term  # noqa: E402
from pipeline.train.fit import FitConfig  # noqa: E402
from pipeline.train.network import IGNORE, Network, _allowed_loss, empty_encoder  # noqa: E402


def test_a_toy_model_is_trained_exported_and_read_by_the_run_time(tmp_path: Path) -> None:
    folder = tiny.build(SAMPLES / "labelled.jsonl", tmp_path / "toy", texts=40, config=FitConfig(epochs=1, batch=8, longest=48))
    assert (folder / "log" / "checkpoint.pt").exists()
    done = polyvox("run", few(tmp_path, 2), "--out", tmp_path / "out", "--model", folder, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["sentiment"] > 10


def test_a_training_that_was_interrupted_goes_on_from_its_checkpoint(tmp_path: Path) -> None:
    short = FitConfig(epochs=1, batch=8, longest=48)
    tiny.build(SAMPLES / "labelled.jsonl", tmp_path, texts=16, config=short)
    tiny.build(SAMPLES / "labelled.jsonl", tmp_path, texts=16, config=short)
    lines = [json.loads(line) for line in (tmp_path / "log" / "log.jsonl").open()]
    assert [line["resumed_at"] for line in lines if "resumed_at" in line] == [0, 2]


def test_a_partial_label_is_satisfied_by_any_of_its_labels() -> None:
    logits = torch.tensor([[0.0, 2.0, 0.0, 2.0]])
    p = logits.softmax(-1)[0]
    both = _allowed_loss(logits, torch.tensor([[0, 1, 0, 1]]))
    assert both is not None and float(both) == pytest.approx(-float((p[1] + p[3]).log()))
    assert _allowed_loss(logits, torch.zeros(1, 4)) is None


def test_what_a_corpus_does_not_annotate_is_not_supervised() -> None:
    tokenizer = Tokenizer.from_file(str(artifacts.find("encoder").folder / "tokenizer.json"))
    ids = taxonomy.load().ids
    text = "Das Essen war gut."
    segment = Segment(0, len(text), None, {"food_drink": "positive", "price": "mixed"}, frozenset({"food_drink", "staff"}))
    example = Example("1", "x", "de", "train", text, None, (segment,), (Term(4, 9, "positive", None),))
    batch = collate(encode(tokenizer, [example], 32), ids)
    row = dict(zip(ids, batch.categories[0].tolist(), strict=True))
    assert (row["food_drink"], row["staff"], row["price"], row["quality"]) == (3, 0, IGNORE, IGNORE)
    assert batch.term_categories.tolist() == [IGNORE] and not batch.document_allowed.any()
    assert sorted(set(batch.tags[0].tolist())) == [0, 5]


def test_hidden_tokens_change_a_training_step_and_never_a_reading() -> None:
    encoder = empty_encoder(50, e5.Shape(hidden=48, layers=2, heads=2, ffn=64, vocab=0, positions=64, types=2))
    network = Network(encoder, aspects=3, dropout=0.0)
    item = Encoded(Example("1", "x", "de", "train", "ein Text", ("positive",), ()), list(range(2, 30)), np.zeros((28, 2), dtype=int))
    batches.through_frozen(network, [item], layers=1)
    batch = collate([item], ["price", "staff", "quality"])

    def document(dropout: float, training: bool) -> torch.Tensor:
        torch.manual_seed(0)
        network.train(training)
        for module in network.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0
        for layer in encoder.encoder.layer:
            layer.attention.self.dropout_prob = 0.0
        network.token_dropout = dropout
        return network(batch, frozen=1)["document"]

    plain = document(0.0, training=False)
    assert torch.allclose(document(0.5, training=False), plain)
    assert not torch.allclose(document(0.5, training=True), plain, atol=1e-4)


def test_branches_begin_at_one_point_and_their_mean_is_the_model(tmp_path: Path) -> None:
    tokenizer = Tokenizer.from_file(str(artifacts.find("encoder").folder / "tokenizer.json"))
    shape = e5.Shape(hidden=24, layers=1, heads=2, ffn=32, vocab=0, positions=64, types=2)
    network = Network(empty_encoder(tokenizer.get_vocab_size(), shape), len(taxonomy.load().ids))
    examples = [e for e in corpora.read_own(SAMPLES / "labelled.jsonl", taxonomy.load().ids)][:12]
    setting = FitConfig(batch=4, longest=32, learning_rate=1e-2)
    still = replace(setting, learning_rate=0.0, head_learning_rate=0.0)
    branches = [recipe.Phase("one", 0.0, 1, setting), recipe.Phase("two", 0.0, 1, still)]
    done = recipe.train(
        network,
        tokenizer,
        examples,
        examples,
        taxonomy.load().ids,
        out=tmp_path,
        broad=recipe.Phase("broad", 1.0, 0, setting),
        branches=branches,
    )
    broad, one, two = (torch.load(tmp_path / name / "checkpoint.pt", weights_only=True)["network"] for name in ("broad", "one", "two"))
    name = "heads.document.value.weight"
    assert torch.allclose(done.state_dict()[name], (one[name] + two[name]) / 2)
    assert torch.equal(two[name], broad[name]), "a branch that learns nothing ends where the broad phase ended, whatever was before it"
    assert not torch.allclose(one[name], broad[name])


def test_a_smaller_choice_of_own_texts_is_part_of_a_larger_one() -> None:
    examples = [Example(str(i), "own", lang, "train", "x", None, ()) for i in range(40) for lang in ("cy", "vi")]
    small, large = ablation.first_of(examples, 5), ablation.first_of(examples, 20)
    assert {e.id for e in small} < {e.id for e in large} and [e.lang for e in small] == ["cy"] * 5 + ["vi"] * 5


def test_the_table_of_trials_marks_what_is_more_than_chance() -> None:
    def row(name: str, difference: float, verdict: str) -> dict[str, object]:
        cell = {"task": "document", "metric": "macro-F1", "corpus": "own", "lang": "vi", "texts": 300, "a": 0.7 + difference, "b": 0.7}
        return {"trial": {"name": name}, "differences": [cell | {"difference": difference, "low": -0.1, "high": 0.1, "verdict": verdict}]}

    rows = [row("all", 0.0, "same"), row("without x", -0.2, "worse"), row("without y", -0.01, "same")]
    lines = ablation.table({"tables": {"ablations": rows}}).splitlines()
    shown = {name: next(line for line in lines if line.startswith(f"| {name} |")) for name in ("all", "without x", "without y")}
    assert [name for name, _ in ablation.TASKS] == ["document", "terms", "categories"]
    assert "-0.20 (-0.10 to +0.10)*" in shown["without x"] and "*" not in shown["without y"] and "**0.70** (n 300)" in shown["all"]


def test_tokens_belong_to_the_span_that_holds_their_middle() -> None:
    spans = np.array([(0, 0), (0, 3), (3, 7), (7, 9), (0, 0)])
    assert tokens_of(spans, 3, 7).tolist() == [2]
    assert tokens_of(spans, 0, 9).tolist() == [1, 2, 3]


def q4(values: list[int], scale: float) -> bytes:
    """A block of 32 weights as the file holds it."""
    low, high = values[:16], values[16:]
    return np.float16(scale).tobytes() + bytes((a + 8) | ((b + 8) << 4) for a, b in zip(low, high, strict=True))


def test_four_bit_weights_are_unpacked_as_their_layout_says() -> None:
    values = [(i % 16) - 8 for i in range(32)]
    header = b"E5S1" + struct.pack("<I7ifi", 1, 32, 0, 1, 4, 1, 8, 2, 1e-12, 32)
    header += struct.pack("<5iQ", 0, 0, 2, 1, 3, 0) + struct.pack("<I", 0) + struct.pack("<iI", 0, 0)
    name = b"emb.word"
    directory = struct.pack("<i", 1) + struct.pack("<H", len(name)) + name
    offset = len(header) + len(directory) + 21
    data = header + directory + struct.pack("<BIQQ", 1, 32, offset, 18) + q4(values, 0.5)
    shape, tensors = e5.read(data)
    assert (shape.hidden, shape.vocab) == (32, 1)
    np.testing.assert_array_equal(tensors["emb.word"], np.array(values, dtype=np.float32) * 0.5)


def test_texts_that_differ_only_in_case_marks_and_spaces_count_as_leaks() -> None:
    def example(text: str) -> Example:
        return Example(text, "x", "vi", "train", text, ("positive",), ())

    kept, removed = corpora.without_leaks([example("Ngon  quá!!"), example("Dở")], ["ngon QUA"])
    assert removed == 1 and [e.text for e in kept] == ["Dở"]


@pytest.mark.parametrize(
    ("category", "ours"),
    [
        ("ROOMS#CLEANLINESS", "cleanliness"),
        ("food prices", "price"),
        ("Seller Service#Attitude", "staff"),
        ("SHIPPING", "delivery"),
        ("Other", None),
    ],
)
def test_public_categories_are_read_in_our_scheme(category: str, ours: str | None) -> None:
    assert aspect(category) == ours


def test_the_temperature_of_overconfident_logits_is_above_one() -> None:
    rng = np.random.default_rng(5)
    logits = rng.normal(0, 1, (4000, 4))
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    label = (p.cumsum(1) > rng.random((4000, 1))).argmax(1)
    assert evaluate.temperature(3 * logits, np.eye(4)[label]) == pytest.approx(3, rel=0.1)
