"""What each operator last chose is found again, and is nobody else's."""

from __future__ import annotations

import pytest

from tuimail.domain.handing import Method
from tuimail.domain.listing import InvoiceFilter
from tuimail.store import habits
from tuimail.store.database import execute

pytestmark = pytest.mark.usefixtures("store")


def test_each_operator_has_a_filter_and_a_way_of_their_own() -> None:
    assert habits.invoice_filter("virginie") is InvoiceFilter.ALL
    assert habits.method("virginie") is Method.SMTP
    habits.keep_invoice_filter("virginie", InvoiceFilter.TO_POST)
    habits.keep_invoice_filter("virginie", InvoiceFilter.UNSENT)
    habits.keep_method("karim", Method.EML)
    assert habits.invoice_filter("virginie") is InvoiceFilter.UNSENT
    assert habits.invoice_filter("karim") is InvoiceFilter.ALL
    assert (habits.method("virginie"), habits.method("karim")) == (Method.SMTP, Method.EML)


def test_what_a_later_version_knows_is_no_trouble() -> None:
    habits.keep_invoice_filter("virginie", InvoiceFilter.SENT)
    execute("UPDATE habit SET value = 'by-weather'")
    assert habits.invoice_filter("virginie") is InvoiceFilter.ALL
