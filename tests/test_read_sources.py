"""Which files are read, in which order, and what is said when there are none."""

import io
import os

import pytest

from pipeline.config import ReadConfig
from pipeline.errors import InputError, UsageError
from pipeline.read.stage import Tally, find_sources, read


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("b.txt", "a.md", "sub/c.html", "sub/d.csv.gz", "sub/deep/E.CSV", ".hidden/x.txt", ".x.txt", "photo.raw"):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("text\nword\n")
    return tmp_path


def names(*given, stdin=None):
    return [source.name for source in find_sources(given, stdin=stdin)]


def test_a_folder_gives_its_known_files_sorted_with_those_below(folder):
    assert names("in/") == ["in/a.md", "in/b.txt", "in/sub/c.html", "in/sub/d.csv.gz", "in/sub/deep/E.CSV"]
    assert [source.base for source in find_sources(["in"], stdin=None)][2] == "sub/c.html"


def test_what_a_folder_leaves_out_is_said(folder):
    tally = Tally()
    list(read(find_sources(["in"], stdin=None), config=ReadConfig(), tally=tally))
    assert tally.sources[0].notes == ["left out of the folder, as their kind is unknown: photo.raw"]
    assert [source.format for source in tally.sources] == ["document", "document", "document", "csv", "csv"]


def test_globs_paths_and_folders_keep_their_order_and_come_once(folder):
    assert names("in/sub/c.html", "in/*.*", "in/sub") == [
        *("in/sub/c.html", "in/a.md", "in/b.txt", "in/photo.raw", "in/sub/d.csv.gz", "in/sub/deep/E.CSV")
    ]
    assert names("in/**/*.html") == ["in/sub/c.html"]
    assert names("in/su*")[0] == "in/sub/c.html"


def test_a_name_with_wildcard_signs_is_taken_as_it_stands_if_it_exists(folder):
    (folder / "a[1].txt").write_text("word")
    (folder / "a1.txt").write_text("word")
    assert names("a[1].txt") == ["a[1].txt"]


def test_names_stay_as_given(folder):
    assert names(str(folder / "in/b.txt"), "./in/a.md") == [str(folder / "in/b.txt"), "./in/a.md"]


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ([], UsageError, "nothing to read"),
        (["none.csv"], InputError, "no file or folder none.csv"),
        (["none/*.csv"], InputError, r"No file matches none/\*.csv"),
        (["empty"], InputError, "holds nothing that can be read.*It is empty"),
        (["odd"], InputError, r"holds nothing that can be read.*a\.bin"),
        (["-"], UsageError, "nothing is connected"),
        (["-", "-"], UsageError, "named twice"),
    ],
)
def test_nothing_to_read_is_a_clear_error(folder, given, error, words):
    (folder / "empty").mkdir()
    (folder / "odd").mkdir()
    (folder / "odd" / "a.bin").write_bytes(b"x")
    with pytest.raises(error, match=words):
        find_sources(given, stdin=None)


def test_links_to_nowhere_and_in_circles_do_no_harm(folder):
    os.symlink("nowhere.txt", folder / "in" / "broken.txt")
    os.symlink(folder / "in", folder / "in" / "sub" / "loop")
    assert len(names("in")) == 5


def test_a_file_that_may_not_be_read_is_a_clear_error(folder, monkeypatch):
    def refused(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", refused)  # root may read everything
    with pytest.raises(InputError, match=r"in/b\.txt cannot be opened: Permission denied"):
        list(read(find_sources(["in/b.txt"], stdin=None), config=ReadConfig()))


def test_a_name_that_is_not_utf_8_is_readable_and_can_be_stored(folder):
    name = os.fsdecode(b"in/gr\xfcn.txt")
    (folder / name).write_text("word")
    documents, _ = next(read(find_sources([name], stdin=None), config=ReadConfig()))
    assert documents["doc_id"].to_pylist() == ["gr\ufffdn.txt"]


def test_a_pipe_is_read_once(folder):
    os.mkfifo("pipe.csv")
    if os.fork() == 0:
        with open("pipe.csv", "w") as pipe:
            pipe.write("id,text\n1,one\n")
        os._exit(0)
    pairs = list(read(find_sources(["pipe.csv"], stdin=None), config=ReadConfig()))
    os.wait()
    assert pairs[0][0]["text"].to_pylist() == ["one"]


def test_standard_input_stands_beside_files(folder):
    stdin = io.BytesIO(b"text\nfrom outside\n")
    tally = Tally()
    list(read(find_sources(["in/b.txt", "-"], stdin=stdin), config=ReadConfig(), tally=tally))
    assert [(source.source, source.documents) for source in tally.sources] == [("in/b.txt", 1), ("-", 1)]
    assert not stdin.closed
