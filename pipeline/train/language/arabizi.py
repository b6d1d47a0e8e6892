"""Arabic in Latin letters, as people write it in messages, made from Arabic script: real Arabizi with a free licence is scarce.

Consonants have several spellings; short vowels, which Arabic script leaves out, are put in between consonants by chance. The result is not
always what a person would write, but its sequences of letters and digits are those of Arabizi.
"""

import random
from collections.abc import Sequence

# Letters and their spellings, the commonest first. Names of the letters in the comments.
CONSONANTS = {
    "\u0628": ("b",),  # ba
    "\u062a": ("t",),  # ta
    "\u062b": ("th", "s", "t"),  # tha
    "\u062c": ("g", "j"),  # jim
    "\u062d": ("7", "7", "h"),  # ha
    "\u062e": ("5", "kh", "7'"),  # kha
    "\u062f": ("d",),  # dal
    "\u0630": ("z", "th", "d"),  # dhal
    "\u0631": ("r",),  # ra
    "\u0632": ("z",),  # zay
    "\u0633": ("s",),  # sin
    "\u0634": ("sh", "sh", "ch"),  # shin
    "\u0635": ("s", "9"),  # sad
    "\u0636": ("d", "9'"),  # dad
    "\u0637": ("t", "6"),  # ta
    "\u0638": ("z", "6'"),  # za
    "\u0639": ("3", "3", "a"),  # ayn
    "\u063a": ("gh", "8", "3'"),  # ghayn
    "\u0641": ("f",),  # fa
    "\u0642": ("2", "q", "k", "9"),  # qaf
    "\u0643": ("k",),  # kaf
    "\u0644": ("l",),  # lam
    "\u0645": ("m",),  # mim
    "\u0646": ("n",),  # nun
    "\u0647": ("h",),  # ha
    "\u0621": ("2", ""),  # hamza
    "\u0626": ("2", "y"),  # hamza on ya
    "\u0624": ("2", "o"),  # hamza on waw
}
VOWELS = {
    "\u0627": ("a", "a", "e"),  # alif
    "\u0623": ("a", "2a"),  # alif with hamza
    "\u0625": ("e", "i"),  # alif with hamza below
    "\u0622": ("a", "2a"),  # alif with madda
    "\u0649": ("a", "y"),  # alif maqsura
    "\u0629": ("a", "eh", "e"),  # ta marbuta
    "\u0648": ("w", "o", "ou"),  # waw
    "\u064a": ("y", "i", "ee"),  # ya
}
ARTICLE = "\u0627\u0644"  # al
SHORT = ("a", "e", "a", "e", "i", "o", "")
# What everybody writes: fi, min, mish, ala, wallah, illi, da, di, bas, gidan, kan, ma, la, ya, wa, mu, shu, inta, ana, kol
COMMON = {
    "\u0641\u064a": ("fi", "fe", "fee"),
    "\u0645\u0646": ("men", "mn", "min"),
    "\u0645\u0634": ("mesh", "msh", "mish"),
    "\u0639\u0644\u0649": ("3ala", "3la", "ala"),
    "\u0648\u0627\u0644\u0644\u0647": ("wallah", "wallahi", "walla"),
    "\u0627\u0644\u0644\u064a": ("elly", "elli", "yalli"),
    "\u0627\u0644\u0644\u0647": ("allah", "alla"),
    "\u062f\u0647": ("da", "dah"),
    "\u062f\u064a": ("di", "dee"),
    "\u0628\u0633": ("bas", "bs"),
    "\u062c\u062f\u0627": ("gedan", "jiddan", "gdn"),
    "\u0643\u0627\u0646": ("kan", "kaan"),
    "\u0645\u0627": ("ma",),
    "\u0644\u0627": ("la", "la2"),
    "\u064a\u0627": ("ya",),
    "\u0648": ("w", "wa", "we"),
    "\u0645\u0648": ("mo", "mu"),
    "\u0634\u0648": ("shu", "sho", "shou"),
    "\u0627\u0646\u0627": ("ana",),
    "\u0643\u0644": ("kol", "kul"),
}


def latin(word: str, rng: random.Random) -> str:
    """One spelling of a word in Arabic script with Latin letters and digits; other characters stay.

    >>> latin("\u0645\u0634", random.Random(1)) in COMMON["\u0645\u0634"]
    True
    """
    if word in COMMON:
        return rng.choice(COMMON[word])
    prefix = ""
    if word.startswith(ARTICLE) and len(word) > 3:
        prefix, word = rng.choice(("el ", "el", "al", "l")), word[2:]
    letters: list[str] = []
    previous = False  # a consonant without a vowel after it
    for place, letter in enumerate(word):
        if letter in CONSONANTS:
            if previous:
                letters.append(rng.choice(SHORT) if len(letters) > 1 else rng.choice(SHORT[:-1]))
            letters.append(rng.choice(CONSONANTS[letter]))
            previous = True
        elif letter in VOWELS:
            options = VOWELS[letter]
            begins = place == 0 and letter in "\u0648\u064a"
            letters.append(options[0] if begins else rng.choice(options))
            previous = False
        else:
            letters.append(letter)
    return prefix + "".join(letters)


# How the same sounds are spelt by others: each pair is exchanged, one way or the other, throughout a text.
HABITS = (
    ("7", "h"),
    ("3", "a"),
    ("2", ""),
    ("5", "kh"),
    ("8", "gh"),
    ("sh", "ch"),
    ("ee", "i"),
    ("oo", "ou"),
    ("ou", "o"),
    ("aa", "a"),
    ("q", "2"),
    ("g", "j"),
    ("w", "ou"),
    ("ei", "ay"),
    ("el", "il"),
    ("el", "al"),
)
HABIT = 0.12  # that a text's writer has one of these habits
_EXCHANGED = {"a": "e", "e": "ai", "i": "e", "o": "u", "u": "o"}
VARIED = 0.15  # of words: a short vowel is another or missing


def respelt(words: Sequence[str], rng: random.Random) -> list[str]:
    """Arabizi as another writer would spell it: habits that hold for the whole text, and vowels that vary by word.

    >>> sorted({respelt(["7abibi"], random.Random(seed))[0] for seed in range(9)})
    ['7abebi', '7abibi', '7ebibi']
    """
    habits = [pair for pair in HABITS if rng.random() < HABIT]
    varied = []
    for word in words:
        for one, other in habits:
            word = word.replace(one, other)
        places = [i for i in range(1, len(word)) if word[i] in _EXCHANGED]
        if places and len(word) > 3 and rng.random() < VARIED:
            at = rng.choice(places)
            word = word[:at] + rng.choice(("", *_EXCHANGED[word[at]])) + word[at + 1 :]
        varied.append(word)
    return [word for word in varied if word]
