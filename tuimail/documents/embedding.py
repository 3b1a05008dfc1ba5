"""The fonts as PDFs carry them: cut down once to the letters of nearly every invoice, and again only for rarer ones.

What a PDF carries depends on its own letters alone, never on what was made before it: the same document gives the same
bytes in any batch.
"""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from tuimail.documents.typeface import read_font

COMMON = frozenset(
    "".join(map(chr, range(0x20, 0x7F))) + "\u00a0àâäçéèêëîïôöùûüÿœæÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆñÑáÁíÍóÓúÚãõß’‘“”«»–—…·•€°²³ºª½"
)
"""Always carried: 7 kB a weight once compressed."""


@dataclass(frozen=True, slots=True)
class Cut:
    """One weight with only some letters: what is written in a text, and what goes into the file.

    `hexadecimal` turns a text into its glyphs' numbers (`str.translate`); the programs are compressed.
    """

    name: str
    hexadecimal: dict[int, str]
    program: bytes
    program_size: int
    """Bytes before compression."""
    to_unicode: bytes
    widths: str
    ascent: int
    descent: int
    cap_height: int
    box: tuple[int, int, int, int]
    stem: int


def cuts(regular: Iterable[str], bold: Iterable[str]) -> tuple[Cut, Cut]:
    """The two weights for these letters, which the fonts must have."""
    return cut(False, frozenset(regular) - COMMON), cut(True, frozenset(bold) - COMMON)


@lru_cache(maxsize=64)
def cut(bold: bool, rare: frozenset[str]) -> Cut:
    """One weight with the common letters and the `rare` ones."""
    from fontTools import subset

    letters = COMMON | rare
    font = read_font(bold)
    options = subset.Options()
    options.notdef_outline = True
    options.glyph_names = False
    options.hinting = False
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=sorted(map(ord, letters)))
    subsetter.subset(font)
    numbers = {code: font.getGlyphID(name) for code, name in font.getBestCmap().items()}
    scale = 1000 / font["head"].unitsPerEm
    advances = font["hmtx"].metrics
    widths = " ".join(str(round(advances[name][0] * scale)) for name in font.getGlyphOrder())
    weight, capital = font["OS/2"].usWeightClass, font["OS/2"].sCapHeight
    head, heights = font["head"], font["hhea"]
    for table in ("cmap", "OS/2", "post", "name"):
        # The PDF says itself which glyph is which.
        del font[table]
    buffer = io.BytesIO()
    font.save(buffer)
    program = buffer.getvalue()
    tag = hashlib.sha256(program).digest()
    return Cut(
        name=f"{''.join(chr(65 + byte % 26) for byte in tag[:6])}+NotoSans-{'Bold' if bold else 'Regular'}",
        hexadecimal={code: f"{number:04X}" for code, number in numbers.items()},
        program=zlib.compress(program, 9),
        program_size=len(program),
        to_unicode=zlib.compress(_to_unicode(numbers).encode("ascii"), 9),
        widths=f"[0 [{widths}]]",
        ascent=round(heights.ascent * scale),
        descent=round(heights.descent * scale),
        cap_height=round(capital * scale),
        box=tuple(round(side * scale) for side in (head.xMin, head.yMin, head.xMax, head.yMax)),
        stem=round(50 + (weight / 65) ** 2),
    )


def _to_unicode(numbers: dict[int, int]) -> str:
    """The table by which readers copy and search; a glyph of two characters (space, no-break space) is the first."""
    characters: dict[int, int] = {}
    for code, number in sorted(numbers.items()):
        characters.setdefault(number, code)
    rows = [f"<{number:04X}> <{code:04X}>" for number, code in sorted(characters.items())]
    blocks = [
        f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar"
        for block in (rows[start : start + 100] for start in range(0, len(rows), 100))
    ]
    return "\n".join(
        (
            "/CIDInit /ProcSet findresource begin",
            "12 dict begin",
            "begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            "/CMapName /Adobe-Identity-UCS def",
            "/CMapType 2 def",
            "1 begincodespacerange",
            "<0000> <FFFF>",
            "endcodespacerange",
            *blocks,
            "endcmap",
            "CMapName currentdict /CMap defineresource pop",
            "end",
            "end",
        )
    )
