"""Sub-totals and the tax table agree with the document, to the cent, or the page is not made."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_pages import document, line, printable

from tuimail.documents.printable import Rate, groups, rates
from tuimail.documents.render import render
from tuimail.domain.errors import DocumentError
from tuimail.domain.money import vat

LINES = st.lists(
    st.builds(
        lambda cents, rate, heading: line("x", 1, cents, rate, heading),
        st.integers(-(10**9), 10**9),
        st.sampled_from([0, 210, 550, 1000, 2000]),
        st.sampled_from(["A", "B", "C"]),
    ),
    min_size=1,
    max_size=20,
)


@given(lines=LINES)
def test_groups_and_rates_add_up_to_the_totals(lines: list) -> None:
    made = document(lines)
    assert sum(group.net for group in groups(made)) == made.net
    assert sum(rate.net for rate in rates(made)) == made.net
    assert sum(rate.vat for rate in rates(made)) == made.vat


@given(lines=LINES)
def test_tax_that_was_rounded_line_by_line_is_shown_as_the_document_states_it(lines: list) -> None:
    tax = sum(vat(one.amount, one.vat_bp) for one in lines)
    made = document(lines)
    made = replace(made, vat=tax, gross=made.net + tax)
    assert sum(rate.vat for rate in rates(made)) == tax


def test_a_cent_of_rounding_goes_to_the_rate_that_bears_on_most() -> None:
    made = document([line("a", 1, 1000, 550), line("b", 1, 9000, 2000), line("c", 1, 99999, 0)])
    made = replace(made, vat=made.vat + 1, gross=made.gross + 1)
    assert rates(made) == [Rate(2000, 9000, 1801), Rate(550, 1000, 55), Rate(0, 99999, 0)]


@pytest.mark.parametrize("wrong", [{"net": 203_000}, {"vat": 12_000}, {"gross": 1}])
def test_totals_that_are_not_those_of_the_lines_stop_the_page(wrong: dict[str, int]) -> None:
    with pytest.raises(DocumentError) as caught:
        render(printable(**wrong))
    assert "020" in caught.value.sentence
    assert caught.value.next_step
