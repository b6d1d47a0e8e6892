"""What the numbers of a decision table support (its column `finding`), as messages of the section `supports`."""

SUPPORTS = {
    "changed": "changed",
    "no change shown": "unchanged",
    "no change of level found": "no_step",
    "rests on one author": "one_author",
    "split": "split",
    "one side": "one_side",
    "undecided": "undecided",
    "split: no single fix": "no_fix",
    "too little": "too_little",
    "too much": "too_much",
    "mostly too little": "mostly_too_little",
    "mostly too much": "mostly_too_much",
    "split in two": "camps",
    "not shown to be split": "no_camps",
    "J-shape: look at the distribution, not at a mean": "j_shape",
    "most at one end": "one_end",
}
UNUSUAL = "unusual profile: "  # then the signs, by their measure
SIGNS = {name: f"unusual.{name}" for name in ("burst", "share_highest", "share_repeated", "share_contrary")}


def supported(finding: str | None) -> str | None:
    """The message that says a finding; None where there is none.

    >>> supported("split: no single fix")
    'supports.no_fix'
    """
    return f"supports.{SUPPORTS[finding]}" if finding in SUPPORTS else None


def signs(finding: str | None) -> tuple[str, ...]:
    """The signs that make a profile unusual.

    >>> signs("unusual profile: burst, share_highest"), signs("nothing unusual found")
    (('burst', 'share_highest'), ())
    """
    return tuple(finding.removeprefix(UNUSUAL).split(", ")) if finding and finding.startswith(UNUSUAL) else ()
