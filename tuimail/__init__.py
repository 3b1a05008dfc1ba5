"""tuimail sends a care home's invoices to every family by e-mail and can prove it."""

__version__ = "0.1.0"
