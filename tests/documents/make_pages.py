"""Draw the page of each kind as PNG into `screenshots/` (or the folder given), with poppler's pdftoppm.

python tests/documents/make_pages.py [FOLDER] [--hard]
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from kinds_of_pages import hard, kinds

from tuimail.documents.render import render


def main() -> None:
    """Draw them."""
    folders = [Path(argument) for argument in sys.argv[1:] if not argument.startswith("-")]
    out = folders[0] if folders else Path(__file__).parent.parent.parent / "screenshots"
    pages = kinds() | (hard() if "--hard" in sys.argv else {})
    with tempfile.TemporaryDirectory() as folder:
        for name, item in pages.items():
            pdf = Path(folder) / "page.pdf"
            pdf.write_bytes(render(item))
            first = [] if "--hard" in sys.argv else ["-singlefile"]
            subprocess.run(["pdftoppm", "-png", "-r", "80", *first, pdf, out / f"page-{name}"], check=True)


if __name__ == "__main__":
    main()
