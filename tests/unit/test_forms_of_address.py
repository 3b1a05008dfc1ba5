from __future__ import annotations

import pytest

from tuimail.domain.forms_of_address import form_of_address


@pytest.mark.parametrize(
    ("label", "form"),
    [
        ("Mme", "Mme"),
        ("  Madame  ", "Madame"),
        ("M. et Mme DUPONT", "M. et Mme"),
        ("Maître Jean DUPONT", "Maître"),
        ("Mme ou M.", "Mme ou M."),
        ("Monsieur et Dupont", "Monsieur"),
        ("Famille BERNARD", ""),
        ("Chez Mme BERNARD", ""),
        ("", ""),
    ],
)
def test_the_line_before_an_address_may_begin_with_a_form_of_address(label: str, form: str) -> None:
    assert form_of_address(label) == form
