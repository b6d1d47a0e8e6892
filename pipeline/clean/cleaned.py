"""The table between cleaning one part and marking duplicates over all parts: TEXTS, with what finds duplicates instead of them."""

import pyarrow as pa

from pipeline.tables import TEXTS, Spec


def _field(name: str, kind: pa.DataType, note: str) -> pa.Field:
    return pa.field(name, kind, nullable=False, metadata={"note": note})


CLEANED = Spec(
    "cleaned",
    pa.schema(
        [
            *(TEXTS.schema.field(name) for name in ("doc_id", "clean", "offsets", "fixes")),
            _field("key", pa.int64(), "hash of the normalised text: equal for exact duplicates"),
            _field("bands", pa.list_(pa.int64()), "one hash per band of the MinHash digest: near duplicates share one; empty when short"),
            _field("sketch", pa.list_(pa.int64()), "lowest bits of the MinHash digest, 64 to a number; empty when short"),
        ]
    ),
    key=("doc_id",),
)
