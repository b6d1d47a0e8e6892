"""Exact and near duplicates, over any number of parts."""

import random
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clean.cleaned import CLEANED
from pipeline.clean.duplicates import HEADS, finish, mark
from pipeline.clean.likeness import BANDS, SHINGLE, SIZE, WORDS, band_height, exact_key, normal, similar, sketches
from pipeline.config import CleanConfig
from pipeline.contract import conform
from pipeline.tables import TEXTS

CONFIG = CleanConfig()
REVIEW = (
    "Die Lieferung kam zwei Tage zu spät, der Karton war offen und die Schrauben fehlten. Der Kundendienst hat sich aber gekümmert und "
    "alles nachgeschickt. Am Ende steht das Regal, und es steht gut, nur würde ich beim nächsten Mal in der Filiale kaufen."
)
OTHER = "Das Zimmer war klein, dafür sauber; vom Fenster sah man den Hafen, und das Frühstück ließ keinen Wunsch offen, selbst für Frühaufsteher."


def cleaned(texts: list[str]) -> pa.Table:
    """CLEANED rows as the stage makes them, without its fixers."""
    normals = [normal(text) for text in texts]
    long = [i for i, text in enumerate(texts) if len(text) >= CONFIG.min_chars]
    found = sketches([normals[i] for i in long], long, CONFIG.similarity)
    lists = {i: (bands.tolist(), sketch.tolist()) for i, bands, sketch in zip(long, found.bands, found.sketch, strict=True)}
    rows = [
        {
            "doc_id": f"d{i}",
            "clean": text,
            "offsets": [0, 0, len(text)],
            "fixes": [],
            "key": exact_key(normals[i]),
            "bands": lists.get(i, ([], []))[0],
            "sketch": lists.get(i, ([], []))[1],
        }
        for i, text in enumerate(texts)
    ]
    return pa.Table.from_pylist(rows, schema=CLEANED.schema)


def marks(*parts: pa.Table, config: CleanConfig = CONFIG) -> list[tuple[str, str]]:
    """Kind and cluster of every row."""
    found = mark(lambda columns: [part.select(columns) for part in parts], config=config)
    return [pair for kinds, clusters in found for pair in zip(kinds.to_pylist(), clusters.to_pylist(), strict=True)]


def jaccard(one: str, other: str) -> float:
    grams = [{text[i : i + SHINGLE] for i in range(len(text) - SHINGLE + 1)} for text in (normal(one), normal(other))]
    return len(grams[0] & grams[1]) / len(grams[0] | grams[1])


def test_the_first_is_none_the_same_is_exact_the_like_is_near() -> None:
    near = REVIEW.replace("zwei Tage", "drei Tage")
    assert jaccard(REVIEW, near) > CONFIG.similarity
    assert marks(cleaned([REVIEW, OTHER, near, REVIEW.upper() + "!!!", near, "Gut"])) == [
        ("none", "d0"),
        ("none", "d1"),
        ("near", "d0"),
        ("exact", "d0"),
        ("exact", "d0"),
        ("none", "d5"),
    ]


def test_the_earlier_of_two_parts_comes_first() -> None:
    whole = cleaned([REVIEW, OTHER, REVIEW, OTHER + " Danke."])
    assert marks(whole.slice(0, 2), whole.slice(2)) == [("none", "d0"), ("none", "d1"), ("exact", "d0"), ("near", "d1")]


def test_short_texts_are_never_near() -> None:
    assert marks(cleaned(["Sehr guter Service hier", "Sehr guter Service hier!", "Sehr guter Service hiert"])) == [
        ("none", "d0"),
        ("exact", "d0"),
        ("none", "d2"),
    ]


def test_texts_of_signs_only_are_compared_as_written() -> None:
    assert marks(cleaned([":-)", ":-(", ":-)"])) == [("none", "d0"), ("none", "d1"), ("exact", "d0")]


def test_near_duplicates_can_be_switched_off() -> None:
    texts = cleaned([REVIEW, REVIEW + " Danke.", REVIEW])
    assert [kind for kind, _ in marks(texts, config=CleanConfig(near_duplicates=False))] == ["none", "none", "exact"]


def test_no_parts_and_parts_without_rows() -> None:
    assert marks() == []
    assert marks(cleaned([]), cleaned([])) == []


def test_marks_complete_the_texts() -> None:
    part = cleaned([REVIEW, REVIEW])
    ((kinds, clusters),) = mark(lambda columns: [part.select(columns)], config=CONFIG)
    texts = finish(part, kinds, clusters)
    assert conform(texts, TEXTS).equals(texts)


variants = st.builds(
    lambda text, tail: text + tail,
    st.sampled_from([REVIEW, OTHER, "Gut", ""]),
    st.sampled_from(["", "!", " Danke.", " Danke sehr, gern wieder.", " 1", " 2"]),
)


@given(st.lists(variants, max_size=14), st.lists(st.integers(0, 14), max_size=4))
@settings(max_examples=60, deadline=None)
def test_the_result_does_not_depend_on_how_rows_are_split_over_parts(texts: list[str], cuts: list[int]) -> None:
    whole = cleaned(texts)
    edges = [0, *sorted(min(cut, len(texts)) for cut in cuts), len(texts)]
    parts = [whole.slice(start, end - start) for start, end in pairwise(edges)]
    assert marks(*parts) == marks(whole)


@given(st.lists(variants, max_size=14))
@settings(max_examples=60, deadline=None)
def test_marks_agree_with_a_plain_reckoning(texts: list[str]) -> None:
    """A cluster's first text is no duplicate and names the cluster; an exact duplicate has its key before it."""
    found = marks(cleaned(texts))
    keys = [exact_key(normal(text)) for text in texts]
    for i, (kind, cluster) in enumerate(found):
        head = int(cluster[1:])
        assert (kind == "none") == (head == i) and head <= i and found[head][0] == "none"
        assert (kind == "exact") == (keys[i] in keys[:i])
        if keys[i] in keys[:i]:
            assert cluster == found[keys.index(keys[i])][1]


def test_a_bucket_of_all_texts_costs_no_more_than_its_heads() -> None:
    """20,000 texts that share every band and resemble nobody: pairs would be 200 million."""
    count = 20_000
    rng = np.random.default_rng(1)
    offsets = np.arange(count + 1, dtype=np.int32)
    part = pa.table(
        {
            "doc_id": [f"d{i}" for i in range(count)],
            "key": np.arange(count),
            "bands": pa.ListArray.from_arrays(offsets * BANDS, pa.array(np.zeros(count * BANDS, np.int64))),
            "sketch": pa.ListArray.from_arrays(offsets * WORDS, pa.array(rng.integers(-(2**62), 2**62, count * WORDS))),
        }
    )
    assert {kind for kind, _ in marks(part)} == {"none"}
    assert HEADS < 10


def test_a_chain_of_likes_is_one_cluster() -> None:
    words = [f"Wort{i:03d}" for i in range(80)]
    chain = [" ".join(words[i : i + 60]) for i in range(0, 20, 2)]
    assert jaccard(chain[0], chain[1]) > 0.9 and jaccard(chain[0], chain[-1]) < 0.65
    assert {cluster for _, cluster in marks(cleaned(chain))} == {"d0"}


@pytest.mark.parametrize(("words", "low", "high"), [(95, 0.85, 1.0), (60, 0.3, 0.75)])
def test_similarity_is_estimated_to_within_its_error(words: int, low: float, high: float) -> None:
    """Three standard errors of 256 lowest bits are 0.12 at most."""
    rng = random.Random(7)
    one = [f"w{rng.randrange(10**6)}" for _ in range(100)]
    other = one[:words] + [f"w{rng.randrange(10**6)}" for _ in range(100 - words)]
    texts = [" ".join(one), " ".join(other)]
    sketch = sketches([normal(text) for text in texts], [0, 1], 0.8).sketch
    truth = jaccard(*texts)
    assert low < truth < high
    assert abs(similar(sketch[:1], sketch[1:])[0] - truth) < 0.12


def test_pairs_as_similar_as_asked_meet_in_a_band() -> None:
    """The formula of LSH: 1 - (1 - s ** height) ** bands."""
    for similarity in (0.5, 0.6, 0.7, 0.8, 0.9, 0.95):
        height = band_height(similarity)
        assert 1 - (1 - similarity**height) ** BANDS >= 0.99
        assert height * BANDS <= SIZE


def test_near_duplicates_of_real_length_are_found() -> None:
    """Of 200 pairs with Jaccard above 0.9 at least 95 % are marked, and no pair of different texts is."""
    rng = random.Random(3)
    texts = []
    for _ in range(200):
        words = ["".join(rng.choices("abcdefghijklmnoprstuw", k=rng.randint(3, 9))) for _ in range(40)]
        texts += [" ".join(words), " ".join([*words, "ende"])]
    assert min(jaccard(texts[i], texts[i + 1]) for i in range(0, len(texts), 2)) > 0.9
    found = marks(cleaned(texts))
    assert all(cluster in (f"d{i}", f"d{i - i % 2}") for i, (_, cluster) in enumerate(found))
    assert sum(kind == "near" for kind, _ in found) >= 190


def test_the_normal_form_ignores_what_does_not_change_a_text() -> None:
    assert normal("Đẹp QUÁ!!") == normal("đẹp\u00a0quá") == normal("D\u0323e".replace("D\u0323e", "Đẹ") + "p qua\u0301")
    assert normal("\u0634\u064f\u0643\u0652\u0631\u0627\u064b") == normal("\u0634\u0643\u0631\u0627")  # shukran with and without vowels
    assert normal("gut") != normal("gut \U0001f44d")
    assert normal("5 Sterne") != normal("4 Sterne")


def test_keys_are_the_same_on_every_machine() -> None:
    """Origin: `printf gut | b2sum -l 64` (GNU coreutils), read as a little-endian signed number."""
    assert exact_key("gut") == int.from_bytes(bytes.fromhex("345f4a2a7a9b9dcc"), "little", signed=True)
