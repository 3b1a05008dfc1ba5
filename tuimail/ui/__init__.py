"""The terminal interface. Nothing in it moves by itself: over a slow line each repaint is paid for."""

import os

# Textual reads these when it is imported, which every module below does after this.
os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
os.environ.setdefault("TEXTUAL_SMOOTH_SCROLL", "0")
