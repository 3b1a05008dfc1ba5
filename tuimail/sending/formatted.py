"""The HTML part of a message: the very text of the plain one, below the home's logo."""

from __future__ import annotations

from html import escape

_STYLE = "font-family: sans-serif; font-size: 11pt; line-height: 1.4"


def html_of(text: str, *, logo: str = "") -> str:
    """`text` as a whole HTML page: paragraphs where it has blank lines. `logo`: what stands for it where it is not
    shown, such as the home's name; empty: there is none."""
    paragraphs = [block.strip("\n") for block in text.replace("\r\n", "\n").split("\n\n") if block.strip()]
    lines = ["<!DOCTYPE html>", '<html lang="fr"><head><meta charset="utf-8"></head>', f'<body style="{_STYLE}">']
    if logo:
        lines.append(f'<p><img src="cid:logo" alt="{escape(logo)}" style="max-height: 80px"></p>')
    for paragraph in paragraphs:
        shown = "<br>\n".join(_spaced(escape(line)) for line in paragraph.split("\n"))
        lines.append(f"<p>{shown}</p>")
    return "\n".join((*lines, "</body></html>", ""))


def _spaced(line: str) -> str:
    """Columns drawn with spaces stay columns."""
    return line.replace("  ", "&nbsp; ")
