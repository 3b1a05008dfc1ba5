"""argparse in the interface's language: it takes its sentences from two names of its module."""

from __future__ import annotations

import argparse

from tuimail.domain.i18n import _, ngettext


def translate_argparse() -> None:
    """Let argparse speak the language in use from now on; a sentence that is not known here stays English."""
    sentences = _sentences()
    vars(argparse).update(_=lambda message: sentences.get(message, message), ngettext=ngettext)


def _sentences() -> dict[str, str]:
    return {
        "usage: ": _("usage: "),
        "positional arguments": _("positional arguments"),
        "options": _("options"),
        "show this help message and exit": _("show this help message and exit"),
        "argument %(argument_name)s: %(message)s": _("argument %(argument_name)s: %(message)s"),
        "the following arguments are required: %s": _("the following arguments are required: %s"),
        "one of the arguments %s is required": _("one of the arguments %s is required"),
        "unrecognized arguments: %s": _("unrecognized arguments: %s"),
        "not allowed with argument %s": _("not allowed with argument %s"),
        "ignored explicit argument %r": _("ignored explicit argument %r"),
        "expected one argument": _("expected one argument"),
        "expected at most one argument": _("expected at most one argument"),
        "expected at least one argument": _("expected at least one argument"),
        "invalid %(type)s value: %(value)r": _("invalid %(type)s value: %(value)r"),
        "invalid choice: %(value)r (choose from %(choices)s)": _("invalid choice: %(value)r (choose from %(choices)s)"),
    }
