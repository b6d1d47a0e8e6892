"""Which kind of file a source is: by its extension, or by its first bytes where they are decisive."""

from pathlib import PurePath

from pipeline.errors import InputError

DOCUMENT = "document"  # the whole file is one text
UNKNOWN = "unknown"  # text of unknown build: its first lines decide

EXTENSIONS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".txt": DOCUMENT,
    ".text": DOCUMENT,
    ".md": DOCUMENT,
    ".markdown": DOCUMENT,
    ".html": DOCUMENT,
    ".htm": DOCUMENT,
}

# First bytes that settle the matter, whatever the name says.
MAGIC = ((b"PAR1", "parquet"), (b"PK\x03\x04", "xlsx"))

# First bytes of files that hold no readable text, with what to do instead.
REFUSED = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel or Word file, or one with a password", "Save it as .xlsx without a password."),
    (b"%PDF", "a PDF file", "Save its text as .txt."),
    (b"PK\x05\x06", "an empty ZIP archive", "Name the files that should be in it."),
    (b"PK\x07\x08", "a ZIP archive in pieces", "Unpack it first."),
    (b"BZh", "a bzip2 archive", "Unpack it first (bunzip2)."),
    (b"\xfd7zXZ\x00", "an xz archive", "Unpack it first (unxz)."),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Unpack it first."),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", "Unpack it first (unzstd)."),
    (b"\x89PNG", "a picture", "Polyvox reads text."),
    (b"\xff\xd8\xff", "a picture", "Polyvox reads text."),
    (b"GIF8", "a picture", "Polyvox reads text."),
)


def by_name(name: str) -> str:
    """Kind by extension, `.gz` set aside.

    >>> by_name("a/Reviews.CSV.gz"), by_name("notes")
    ('csv', 'unknown')
    """
    path = PurePath(name)
    suffix = path.suffix.casefold()
    if suffix == ".gz":
        suffix = PurePath(path.stem).suffix.casefold()
    return EXTENSIONS.get(suffix, UNKNOWN)


def by_content(kind: str, head: bytes, place: str) -> str:
    """The kind that the first bytes prove, else `kind`. Raises InputError for a file that holds no text."""
    for magic, what, advice in REFUSED:
        if head.startswith(magic):
            raise InputError(f"{place} is {what}, which cannot be read. {advice}")
    for magic, proven in MAGIC:
        if head.startswith(magic):
            return proven
    if kind in ("parquet", "xlsx") and head:
        raise InputError(f"{place} is named as {kind} but is not such a file. Check that it was saved or copied whole.")
    return kind
