"""A Hugging Face checkpoint, made here, reads texts through the protocol that our own model has; needs the train extra (torch)."""

import json
from pathlib import Path

import numpy as np
import pytest
from runs import few, polyvox

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from pipeline import models  # noqa: E402
from pipeline.analyse.checkpoint import label_columns  # noqa: E402
from pipeline.config import AnalyseConfig  # noqa: E402
from pipeline.errors import ModelError  # noqa: E402

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "gut", "kalt", "das", "essen", "war", ".", "sehr"]


def tiny(folder: Path, kind: str, labels: list[str], seed: int = 0) -> Path:
    """An untrained two-layer BERT with the given labels and a vocabulary of a few words."""
    torch.manual_seed(seed)
    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(WORDS) + "\n", encoding="utf-8")
    transformers.BertTokenizerFast(vocab_file=str(folder / "vocab.txt")).save_pretrained(folder)
    config = transformers.BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=32,
        id2label=dict(enumerate(labels)),
        label2id={label: i for i, label in enumerate(labels)},
        initializer_range=1.0,
    )
    getattr(transformers, f"BertFor{kind}")(config).save_pretrained(folder)
    return folder


def analyser(folder: Path, *names: str):  # type: ignore[no-untyped-def]
    return models.analyser(AnalyseConfig(model=str(folder), labels=names))


def test_a_sequence_classifier_reads_documents_and_sentences_each_alone(tmp_path: Path) -> None:
    reader = analyser(tiny(tmp_path / "model", "SequenceClassification", ["NEG", "NEU", "POS"]))
    texts, spans = ["Das Essen war gut. Sehr kalt.", "Kalt."], [[(0, 18), (19, 29)], [(0, 5)]]
    both = reader.analyse(texts, spans)
    assert both[0].sentences.shape == (2, 4) and both[0].document.sum() == pytest.approx(1)
    assert both[0].document[3] == 0, "three labels leave nothing for mixed"
    (alone,) = reader.analyse(texts[1:], spans[1:])
    np.testing.assert_array_equal(alone.document, both[1].document)


def test_a_text_longer_than_the_window_is_read_whole(tmp_path: Path) -> None:
    reader = analyser(tiny(tmp_path / "model", "SequenceClassification", ["NEG", "NEU", "POS"]))
    plain, tail = "das essen war gut . " * 40, "kalt " * 40
    (short,), (long,) = (reader.analyse([text], [[(0, len(text))]]) for text in (plain, plain + tail))
    assert not np.allclose(short.document, long.document), "the end of the text must count"


def test_a_token_classifier_gives_terms_with_polarity(tmp_path: Path) -> None:
    reader = analyser(tiny(tmp_path / "model", "TokenClassification", ["O", "B-NEG", "I-NEG", "B-POS", "I-POS"], seed=3))
    text = "das essen war kalt . das essen war gut ."
    (reading,) = reader.analyse([text], [[(0, 20), (21, len(text))]])
    assert reading.opinions, "this seed marks some tokens"
    for opinion in reading.opinions:
        assert opinion.start is not None and text[opinion.start : opinion.end].strip() and opinion.polarity in ("negative", "positive")


def test_stars_are_read_as_sentiment_and_unknown_labels_are_asked_for(tmp_path: Path) -> None:
    assert label_columns(["1 star", "3 stars", "5 stars"], [], "x").argmax(1).tolist() == [0, 1, 2]
    folder = tiny(tmp_path / "model", "SequenceClassification", ["LABEL_0", "LABEL_1"])
    with pytest.raises(ModelError, match="LABEL_0.*labels = "):
        analyser(folder)
    assert analyser(folder, "LABEL_0=negative", "LABEL_1=positive")


def test_a_checkpoint_that_classifies_nothing_is_a_clear_error(tmp_path: Path) -> None:
    folder = tiny(tmp_path / "model", "ForMaskedLM".removeprefix("For"), ["a", "b"])
    with pytest.raises(ModelError, match="BertForMaskedLM"):
        analyser(folder)


def test_a_run_takes_a_checkpoint_by_its_path(tmp_path: Path) -> None:
    folder = tiny(tmp_path / "model", "SequenceClassification", ["negative", "neutral", "positive"])
    done = polyvox("run", few(tmp_path, 2), "--out", tmp_path / "out", "--model", folder, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["sentiment"] > 10
