"""A short code in letters five lines high, to be read from a screen at arm's length."""

from __future__ import annotations

from rich.text import Text

from tuimail.ui.look import ascii_only

_GLYPHS = {
    "A": "25755",
    "B": "65656",
    "C": "34443",
    "D": "65556",
    "E": "74647",
    "F": "74644",
    "G": "34553",
    "H": "55755",
    "I": "72227",
    "J": "11152",
    "K": "55655",
    "L": "44447",
    "M": "57755",
    "N": "65555",
    "O": "25552",
    "P": "65644",
    "Q": "25573",
    "R": "65655",
    "S": "34216",
    "T": "72222",
    "U": "55557",
    "V": "55552",
    "W": "55775",
    "X": "55255",
    "Y": "55222",
    "Z": "71247",
    "0": "75557",
    "1": "26227",
    "2": "71747",
    "3": "71717",
    "4": "55711",
    "5": "74717",
    "6": "74757",
    "7": "71222",
    "8": "75757",
    "9": "75717",
    "-": "00700",
}
"""Five rows of three dots a sign, each row a digit whose bits are the dots from left to right."""

HEIGHT = 5
_DOT = 2
"""Cells of a dot: they are about as wide as high."""


def banner(code: str, width: int) -> Text:
    """The code in large letters; as it is, where they do not fit in `width` cells or are not known."""
    signs = code.upper()
    if not all(sign in _GLYPHS for sign in signs) or len(signs) * 4 * _DOT - _DOT > width:
        return Text(code, style="bold")
    full = "#" if ascii_only() else "█"
    rows = []
    for row in range(HEIGHT):
        dots = [format(int(_GLYPHS[sign][row]), "03b") for sign in signs]
        rows.append("0".join(dots))
    lines = ["".join(full * _DOT if dot == "1" else " " * _DOT for dot in line).rstrip() for line in rows]
    return Text("\n".join(lines))
