"""`python -m pipeline.corpus COMMAND`: the corpus's own tools, from writing texts to the tables of the datasheet."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from pipeline import taxonomy
from pipeline.corpus.format import Fault, corpus_files, read
from pipeline.errors import InputError, PolyvoxError
from pipeline.languages import CODES

CORPUS = Path(__file__).parents[2] / "data" / "corpus"


def main() -> int:
    """Run one command; gives the exit code."""
    arguments = _parser().parse_args()
    try:
        code: int = arguments.run(arguments)
    except PolyvoxError as error:
        print(f"polyvox: {error}", file=sys.stderr)
        return error.exit_code
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pipeline.corpus", description="Write, check, annotate and describe a corpus.")
    parser.set_defaults(corpus=CORPUS)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: object, says: str) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=says, description=says)
        one.add_argument("--corpus", type=Path, default=CORPUS, help="folder of the corpus (default: data/corpus)")
        one.set_defaults(run=run)
        return one

    command("check", _check, "hold every text to every rule")
    command("agreement", _agreement, "measure how two annotations agree and write it into the datasheet")
    command("datasheet", _datasheet, "count, measure and write the tables of the datasheet")
    show = command("show", _show, "print texts in the format of WRITING.md, to correct them")
    show.add_argument("ids", nargs="+", metavar="ID")
    write = command("write", _write, "add texts in the format of WRITING.md, or put corrected ones in the place of old")
    write.add_argument("files", nargs="+", type=Path, metavar="FILE")
    write.add_argument("--lang", choices=CODES, help="language of new texts")
    write.add_argument("--briefs", type=Path, help="JSON lines of the briefs that new texts were written for")
    write.add_argument("--replace", action="store_true", help="the texts are corrected ones that the corpus has already")
    for name, run, says in (
        ("sheets", _sheets, "draw texts for a blind second annotation and write them on sheets"),
        ("read-sheets", _read_sheets, "read annotated sheets into second/LANG.jsonl"),
    ):
        sheets = command(name, run, says)
        sheets.add_argument("lang", choices=CODES)
        sheets.add_argument("folder", type=Path, help="where sheet-N.txt and done-N.txt are")
        if name == "sheets":
            sheets.add_argument("--number", type=int, default=220, help="texts to draw (default: 220)")
            sheets.add_argument("--each", type=int, default=55, help="texts a sheet (default: 55)")
            sheets.add_argument("--among", type=Path, help="a file of ids, one a line: draw from these only")
        else:
            sheets.add_argument("numbers", nargs="+", type=int, metavar="N", help="numbers of the sheets")
            sheets.add_argument("--round", type=int, required=True, help="rounds are separated by a change of the guidelines")
            sheets.add_argument("--into", type=Path, help="folder to write to (default: second/ in the corpus)")
            sheets.add_argument("--dry", action="store_true", help="say what is wrong, write nothing")
    return parser


def _check(arguments: argparse.Namespace) -> int:
    from pipeline.corpus.command import check_command

    text, sound = check_command([arguments.corpus])
    print(text)
    return 0 if sound else 1


def _agreement(arguments: argparse.Namespace) -> int:
    from pipeline.corpus.datasheet import agreement_section, write
    from pipeline.corpus.second import read_pairs

    files = sorted((arguments.corpus / "second").glob("*.jsonl"))
    if not files:
        raise InputError(f"There is no second annotation in {arguments.corpus / 'second'}. See data/corpus/ANNOTATING.md.")
    parts = agreement_section(read_pairs(files))
    write(arguments.corpus / "DATASHEET.md", parts)
    print(parts["agreement"])
    return 0


def _datasheet(arguments: argparse.Namespace) -> int:
    from pipeline.corpus.check import check
    from pipeline.corpus.datasheet import reread_section, sections, write
    from pipeline.corpus.reread import read_rereads

    aspects = taxonomy.load()
    report = check([arguments.corpus], aspects)
    rereads = [read_rereads(sorted((arguments.corpus / folder).glob("*.tsv"))) for folder in ("reread", "reread/after")]
    write(arguments.corpus / "DATASHEET.md", sections(report.records, aspects) | reread_section(*rereads))
    print(f"{len(report.records)} texts, {len(report.faults)} faults: tables written to {arguments.corpus / 'DATASHEET.md'}")
    return 0


def _show(arguments: argparse.Namespace) -> int:
    from pipeline.corpus.compact import shown

    records = {each.id: each for path in corpus_files([arguments.corpus]) for each in read(path)[0]}
    if unknown := [name for name in arguments.ids if name not in records]:
        raise InputError(f"{', '.join(unknown)}: no such text in {arguments.corpus}. Ids are like cy0003 or de-p0012.")
    print("\n".join(shown(records[name]) for name in arguments.ids), end="")
    return 0


def _write(arguments: argparse.Namespace) -> int:
    from pipeline.corpus.writing import add, briefs_of, correct, drafts_of, same_openings

    if not arguments.replace and not (arguments.lang and arguments.briefs):
        raise InputError("New texts need --lang and --briefs; corrected ones need --replace.")
    drafts, faults = drafts_of(arguments.files)
    if not faults and arguments.replace:
        faults = correct(arguments.corpus, drafts, taxonomy.load())
    elif not faults:
        faults = add(arguments.corpus, drafts, briefs_of(arguments.briefs), arguments.lang, taxonomy.load())
    _list(faults or list(same_openings(drafts)))
    print(f"{len(drafts)} texts, {len(faults)} faults: {'nothing was' if faults else 'all'} written.")
    return 1 if faults else 0


def _sheets(arguments: argparse.Namespace) -> int:
    from pipeline.corpus.sheets import write_sheets

    among = arguments.among.read_text(encoding="utf-8").split() if arguments.among else ()
    records = read(arguments.corpus / f"{arguments.lang}.jsonl")[0]
    for path in write_sheets(arguments.folder, records, arguments.number, arguments.each, among):
        print(path)
    return 0


def _read_sheets(arguments: argparse.Namespace) -> int:
    from pipeline.corpus.annotated import read_sheet, save_pairs

    records = read(arguments.corpus / f"{arguments.lang}.jsonl")[0]
    aspects = taxonomy.load()
    sheets = [read_sheet(arguments.folder, number, records, aspects) for number in arguments.numbers]
    for sheet in sheets:
        print(f"done-{sheet.number}.txt: {len(sheet.found)} texts read, {len(sheet.wrong)} problems")
        print("".join(f"  {each}\n" for each in sheet.wrong), end="")
    if not arguments.dry:
        into = (arguments.into or arguments.corpus / "second") / f"{arguments.lang}.jsonl"
        print(f"{save_pairs(into, arguments.lang, arguments.round, records, sheets)} texts written to {into}")
    return 1 if any(sheet.wrong for sheet in sheets) else 0


def _list(faults: Sequence[Fault]) -> None:
    for fault in faults:
        print(f"  {fault.place}: {fault.rule}: {fault.message}")


if __name__ == "__main__":
    sys.exit(main())
