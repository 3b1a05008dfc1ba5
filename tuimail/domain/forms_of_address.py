"""Forms of address: the words a letter begins a name with."""

from __future__ import annotations

from tuimail.domain.text import fold

_FORMS = frozenset(
    "m mr mrs ms miss mm mme mmes mlle mlles monsieur messieurs madame mesdames mademoiselle mesdemoiselles sir"  # noqa: SIM905
    " me maitre dr docteur doctor pr professeur professor pere soeur frere abbe".split()
)
_JOINING = frozenset(("et", "ou", "and", "or", "&", "/", ","))


def form_of_address(label: str) -> str:
    """The form that the line before a postal address begins with: `Mme`, `M. et Mme`; empty if it begins otherwise."""
    words = label.split()
    taken = 0
    for n, word in enumerate(words, 1):
        bare = fold(word).strip(".,")
        if bare in _FORMS:
            taken = n
        elif fold(word) not in _JOINING:
            break
    return " ".join(words[:taken]).rstrip(",")
