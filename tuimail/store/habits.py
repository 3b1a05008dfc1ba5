"""What each operator last chose: the filter of the list, how a single invoice goes."""

from __future__ import annotations

from tuimail.domain.handing import Method
from tuimail.domain.listing import InvoiceFilter
from tuimail.store.database import execute, transaction

_FILTER, _METHOD = "invoices.filter", "send.method"


def invoice_filter(operator: str) -> InvoiceFilter:
    """The filter of the list as that operator left it; all, if never chosen."""
    found = _value(operator, _FILTER)
    return InvoiceFilter(found) if found in tuple(InvoiceFilter) else InvoiceFilter.ALL


def keep_invoice_filter(operator: str, chosen: InvoiceFilter) -> None:
    """That operator looks at the list through this filter."""
    _keep(operator, _FILTER, chosen)


def method(operator: str) -> Method:
    """How that operator sends a single invoice; by the built-in SMTP, if never chosen."""
    found = _value(operator, _METHOD)
    return Method(found) if found in tuple(Method) else Method.SMTP


def keep_method(operator: str, chosen: Method) -> None:
    """That operator sends single invoices so from now on."""
    _keep(operator, _METHOD, chosen)


def _value(operator: str, name: str) -> str:
    row = execute("SELECT value FROM habit WHERE operator = ? AND name = ?", operator, name).fetchone()
    return str(row[0]) if row else ""


def _keep(operator: str, name: str, value: str) -> None:
    if _value(operator, name) == value:
        return
    with transaction():
        execute(
            "INSERT INTO habit (operator, name, value) VALUES (?, ?, ?)"
            " ON CONFLICT (operator, name) DO UPDATE SET value = excluded.value",
            operator,
            name,
            str(value),
        )
