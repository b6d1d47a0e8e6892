"""The Arrow schema of every table that crosses a stage border. Names and columns are a promise to users.

Offsets (`start`, `end`) are characters (Unicode code points) of `documents.text`, end exclusive.
"""

from dataclasses import dataclass

import pyarrow as pa

LABELS = ("negative", "neutral", "positive", "mixed")
UNSCORED = "unscored"
POLARITIES = ("negative", "neutral", "positive")
DIRECTIONS = ("too_little", "too_much")
LEVELS = ("document", "sentence")
DUPLICATES = ("none", "exact", "near")


def _field(name: str, kind: pa.DataType, note: str, null: bool = False) -> pa.Field:
    return pa.field(name, kind, nullable=null, metadata={"note": note})


@dataclass(frozen=True)
class Spec:
    """A table: its folder name, schema, unique key, allowed values and ranges."""

    name: str
    schema: pa.Schema
    key: tuple[str, ...] = ()
    values: tuple[tuple[str, tuple[str, ...]], ...] = ()
    ranges: tuple[tuple[str, float, float], ...] = ()
    narrow: bool = False  # some of the columns of a table

    def only(self, *names: str) -> "Spec":
        """Some columns of the table, to read no more than is used. Whether the key repeats is for those to see who read all of it."""
        values = tuple(each for each in self.values if each[0] in names)
        ranges = tuple(each for each in self.ranges if each[0] in names)
        return Spec(self.name, pa.schema([self.schema.field(name) for name in names]), (), values, ranges, narrow=True)


_text, _int, _long = pa.string(), pa.int32(), pa.int64()
_probability = pa.float32()
_share = pa.struct([_field("lang", _text, "as in lang"), _field("share", _probability, "of the letters")])
_span = pa.struct([_field("start", _int, "character"), _field("end", _int, "character, exclusive"), _field("lang", _text, "as in lang")])

DOCUMENTS = Spec(
    "documents",
    pa.schema(
        [
            _field("doc_id", _text, "unique in the run; from an id column where there is one"),
            _field("text", _text, "as the person wrote it"),
            _field("source", _text, "file, as named on the command line"),
            _field("line", _long, "line (text files) or row (XLSX, Parquet) where the record starts, from 1"),
            _field("rating", pa.float32(), "in the source's own scale, mostly stars 1 to 5", null=True),
            _field("time", pa.timestamp("us"), "when it was written, as stated (no time zone assumed)", null=True),
            _field("channel", _text, "where it was written", null=True),
            _field("brand", _text, "what it is about", null=True),
            _field("author", _text, "who wrote it, as an identifier", null=True),
            _field("reply", _text, "the organisation's answer", null=True),
            _field("reply_time", pa.timestamp("us"), "when it was answered", null=True),
            _field("weight", pa.float32(), "as in the column weight; used only with [aggregate] weights", null=True),
            _field("dimensions", pa.map_(_text, _text), "all other columns of the source"),
        ]
    ),
    key=("doc_id",),
)

TEXTS = Spec(
    "texts",
    pa.schema(
        [
            _field("doc_id", _text, "row of documents"),
            _field("clean", _text, "text after the fixers"),
            _field("offsets", pa.list_(_int), "offset map: triples (clean start, text start, text end) of runs; see pipeline/offsets.py"),
            _field("fixes", pa.list_(_text), "names of the fixers that changed the text, in order"),
            _field("duplicate", _text, "none, exact or near: against an earlier text of its cluster"),
            _field("cluster", _text, "doc_id of the first text of the duplicate cluster (its own when alone)"),
        ]
    ),
    key=("doc_id",),
    values=(("duplicate", DUPLICATES),),
)

LANGUAGES = Spec(
    "languages",
    pa.schema(
        [
            _field("doc_id", _text, "row of documents"),
            _field("sentence", _int, "number of the sentence from 0; null for the whole document", null=True),
            _field("start", _int, "characters of documents.text"),
            _field("end", _int, "characters of documents.text, exclusive"),
            _field("lang", _text, "cy, de, vi, tl, ar, other:<code>, or und when unsure or too short"),
            _field("probability", _probability, "of lang; of the best guess when und"),
            _field("mixed", pa.bool_(), "whether a second language has a fifth of the letters or more"),
            _field("shares", pa.list_(_share), "languages by their share of the letters, the largest first; empty when und"),
            _field(
                "spans", pa.list_(_span), "stretches of a sentence in one language, characters of documents.text; null for documents", True
            ),
        ]
    ),
    key=("doc_id", "sentence"),
    ranges=(("probability", 0, 1),),
)

SENTIMENT = Spec(
    "sentiment",
    pa.schema(
        [
            _field("doc_id", _text, "row of documents"),
            _field("level", _text, "document or sentence"),
            _field("sentence", _int, "number of the sentence from 0; null for the whole document", null=True),
            _field("start", _int, "characters of documents.text"),
            _field("end", _int, "characters of documents.text, exclusive"),
            _field("label", _text, "negative, neutral, positive, mixed, or unscored"),
            _field("p_negative", _probability, "probability"),
            _field("p_neutral", _probability, "probability"),
            _field("p_positive", _probability, "probability"),
            _field("p_mixed", _probability, "probability"),
        ]
    ),
    key=("doc_id", "level", "sentence"),
    values=(("level", LEVELS), ("label", (*LABELS, UNSCORED))),
    ranges=tuple((f"p_{label}", 0, 1) for label in LABELS),
)

ASPECTS = Spec(
    "aspects",
    pa.schema(
        [
            _field("doc_id", _text, "row of documents"),
            _field("sentence", _int, "number of the sentence from 0"),
            _field("start", _int, "of the term; null when implicit", null=True),
            _field("end", _int, "of the term; null when implicit", null=True),
            _field("term", _text, "the words that name the aspect, as written; null when implicit", null=True),
            _field("category", _text, "aspect id of the taxonomy, or of an aspect of your own"),
            _field("polarity", _text, "negative, neutral or positive"),
            _field("direction", _text, "too_little or too_much where an amount is judged", null=True),
            _field("probability", _probability, "of the category with this polarity in the sentence"),
        ]
    ),
    values=(("polarity", POLARITIES), ("direction", DIRECTIONS)),
    ranges=(("probability", 0, 1),),
)

REJECTS = Spec(
    "rejects",
    pa.schema(
        [
            _field("source", _text, "file, as named on the command line"),
            _field("line", _long, "line or row where the record starts, from 1"),
            _field("reason", _text, "why the row cannot be used"),
            _field("excerpt", _text, "its beginning, control characters made visible"),
        ]
    ),
)

ESTIMATES = Spec(
    "estimates",
    pa.schema(
        [
            _field("lang", _text, "language of the cell", null=True),
            _field("brand", _text, "null: all brands together", null=True),
            _field("channel", _text, "null: all channels together", null=True),
            _field("period", _text, "calendar month YYYY-MM; null: all periods together", null=True),
            _field("aspect", _text, "aspect id; null: the document as a whole", null=True),
            _field(
                "measure",
                _text,
                "share_<label>, classified_<label>, mention_rate, detected_rate, share_unscored, mean_rating or labelled_rating",
            ),
            _field("value", pa.float64(), "the estimate; null when suppressed or unknown", null=True),
            _field("low", pa.float64(), "lower end of the 95 % interval", null=True),
            _field("high", pa.float64(), "upper end of the 95 % interval", null=True),
            _field("n", _long, "texts that the value is based on"),
            _field("n_eff", pa.float64(), "effective number of texts after clustering by author", null=True),
            _field("authors", _long, "different authors; each text without an author counts as one"),
            _field("method", _text, "how value and interval were computed"),
            _field("reason", _text, "why the value is withheld; null when it is shown", null=True),
        ]
    ),
    key=("lang", "brand", "channel", "period", "aspect", "measure"),
)

CONTRASTS = Spec(
    "contrasts",
    pa.schema(
        [
            *(ESTIMATES.schema.field(name) for name in ("lang", "brand", "channel", "period", "aspect")),
            _field(
                "against",
                _text,
                "rest: the other brands or channels together (other brands, other channels: where a cell has both); previous: the month before; or the code of another language",
            ),
            _field("measure", _text, "as in estimates"),
            _field("value", pa.float64(), "the cell's estimate less that of the other side; null when withheld", null=True),
            _field("low", pa.float64(), "lower end of the 95 % interval", null=True),
            _field("high", pa.float64(), "upper end of the 95 % interval", null=True),
            _field(
                "p_above",
                pa.float64(),
                "probability that the cell is above the other side; null where only an interval is known",
                null=True,
            ),
            _field("p_value", pa.float64(), "two-sided, against no difference; from the interval", null=True),
            _field("q_value", pa.float64(), "p-value adjusted for all differences of the family that are shown", null=True),
            _field("family", _text, "the differences looked at together: grouping, kind of other side, measure; all languages", null=True),
            _field("compared", _long, "differences of the family that are shown", null=True),
            _field("n", _long, "texts of the cell"),
            _field("n_other", _long, "texts of the other side"),
            _field("method", _text, "how value and interval were computed"),
            _field("reason", _text, "why the value is withheld; null when it is shown", null=True),
        ]
    ),
    key=("lang", "brand", "channel", "period", "aspect", "against", "measure"),
)

LABELLED = Spec(
    "labelled",
    pa.schema(
        [
            _field("doc_id", _text, "row of documents"),
            _field("label", _text, "what a person calls the text: negative, neutral, positive or mixed; null when not said", null=True),
            _field(
                "rating",
                pa.float32(),
                "how satisfied a person takes the writer to be, in the source's scale; null when not said",
                null=True,
            ),
            _field("stratum", _text, "what was drawn together"),
            _field("probability", pa.float64(), "of being in the labelled sample"),
            _field("text_hash", _text, "of the text that was drawn: labels are of that text, not of another under its id"),
        ]
    ),
    key=("doc_id",),
    values=(("label", LABELS),),
    ranges=(("probability", 0, 1),),
)


def _estimated(*places: pa.Field, **more: tuple[pa.DataType, str]) -> pa.Schema:
    """The schema of a table of estimates: what a row is about, what was measured, and what every estimate carries."""
    return pa.schema(
        [
            *places,
            _field("measure", _text, "what is estimated; docs/statistics.md lists them"),
            _field("value", pa.float64(), "the estimate; null when withheld or unknown", null=True),
            _field("low", pa.float64(), "lower end of the interval", null=True),
            _field("high", pa.float64(), "upper end of the interval", null=True),
            *(_field(name, kind, note, null=True) for name, (kind, note) in more.items()),
            _field("n", _long, "texts that the value is based on"),
            _field("n_eff", pa.float64(), "effective number of texts after clustering by author", null=True),
            _field("authors", _long, "different authors; each text without an author counts as one"),
            _field("method", _text, "how value and interval were computed"),
            _field("reason", _text, "why the value is withheld; null when it is shown", null=True),
        ]
    )


_lang = _field("lang", _text, "language; null: all languages together", null=True)
_brand = _field("brand", _text, "null: all brands together", null=True)
_channel = _field("channel", _text, "null: all channels together", null=True)
_aspect = _field("aspect", _text, "aspect id; null: the document as a whole", null=True)
_q_value = (pa.float64(), "p-value adjusted for the number of cells looked at")

RANKINGS = Spec(
    "rankings",
    _estimated(
        _field("list", _text, "what is ranked within the language, such as brand+aspect", null=True),
        *(_lang, _brand, _channel, _aspect),
        raw=(pa.float64(), "the share itself, before shrinkage"),
        rank=(pa.float64(), "expected place in its list, 1 the highest share"),
        rank_low=(pa.float64(), "lower end of the 90 % interval of the place"),
        rank_high=(pa.float64(), "upper end of the 90 % interval of the place"),
        p_top=(_probability, "probability of a place among the three highest"),
        p_value=(pa.float64(), "two-sided, against the rest of the list"),
        q_value=_q_value,
        cells=(_long, "cells in the list"),
    ),
    key=("list", "lang", "brand", "channel", "aspect", "measure"),
)

CONFLICTS = Spec(
    "conflicts",
    _estimated(
        *(_lang, _brand, _aspect),
        p_split=(_probability, "probability that each side holds at least a quarter"),
        p_value=(pa.float64(), "two-sided, against sides of equal size"),
        finding=(_text, "what the numbers support"),
    ),
    key=("lang", "brand", "aspect", "measure"),
)

PROFILES = Spec(
    "profiles",
    _estimated(
        *(_lang, _brand),
        reference=(pa.float64(), "the same among the texts compared with"),
        p_value=(pa.float64(), "against the texts compared with"),
        q_value=_q_value,
        finding=(_text, "what the numbers support"),
    ),
    key=("lang", "brand", "measure"),
)

CHANGES = Spec(
    "changes",
    _estimated(
        _field("kind", _text, "trend, trend_fixed_mix, change_point, newest_month, before_after or before_after_controlled"),
        _field("event", _text, "name of the event in the settings", null=True),
        _field("at", _text, "day of the event or change, or the newest month", null=True),
        *(_lang, _brand),
        before=(pa.float64(), "level before; of before_after_controlled, the change of the others"),
        after=(pa.float64(), "level after; of before_after_controlled, the change itself"),
        p_value=(pa.float64(), "two-sided"),
        q_value=_q_value,
        finding=(_text, "what the numbers support"),
    ),
    key=("kind", "event", "at", "lang", "brand", "measure"),
)

REPLIES = Spec("replies", _estimated(_lang, _brand), key=("lang", "brand", "measure"))

MENTIONS = Spec(
    "mentions",
    _estimated(_field("brand", _text, "as listed in the settings", null=True), _lang),
    key=("brand", "lang", "measure"),
)

DRIVERS = Spec(
    "drivers",
    _estimated(
        *(_lang, _aspect),
        p_value=(pa.float64(), "two-sided, against no asymmetry"),
        q_value=_q_value,
        finding=(_text, "what the numbers support"),
    ),
    key=("lang", "aspect", "measure"),
)

COVERAGE = Spec(
    "coverage",
    _estimated(
        _lang,
        p_value=(pa.float64(), "that texts read as in the model's evaluation fit it as badly"),
        q_value=_q_value,
        finding=(_text, "what the numbers support"),
    ),
    key=("lang", "measure"),
)

TERMS = Spec(
    "terms",
    _estimated(
        _field("lang", _text, "language of the texts"),
        _brand,
        _field("term", _text, "as most often written; null: of all terms that are not listed", null=True),
        _field("forms", _text, "every form that counts as this term, with the number of texts that write it so", null=True),
    ),
    key=("lang", "brand", "term", "measure"),
)

DECISIONS = (RANKINGS, CONFLICTS, PROFILES, CHANGES, DRIVERS, REPLIES, MENTIONS, COVERAGE)
SPECS = (DOCUMENTS, TEXTS, LANGUAGES, SENTIMENT, ASPECTS, REJECTS, ESTIMATES, CONTRASTS, LABELLED, *DECISIONS, TERMS)
BY_NAME = {spec.name: spec for spec in SPECS}
