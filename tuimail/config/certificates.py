"""Files of certificates that a mail server's own is verified against."""

from __future__ import annotations

import ssl
from pathlib import Path

from tuimail.domain.errors import BadFile, os_reason
from tuimail.domain.i18n import _


def checked_ca_file(text: str) -> str:
    """The absolute path of a PEM file of certificates; raises BadFile for anything else."""
    try:
        path = Path(text).expanduser().absolute()
    except RuntimeError:  # nobody has that home; the name as it is leads nowhere either, which is told below
        path = Path(text).absolute()
    try:
        ssl.create_default_context(cafile=str(path))
    except (ssl.SSLError, ValueError) as error:
        raise BadFile(
            _("{path} holds no certificate that can be used.").format(path=path),
            _("Ask for the authority's certificate in PEM format."),
        ) from error
    except OSError as error:
        raise BadFile(
            _("{path} cannot be read: {reason}.").format(path=path, reason=os_reason(error)),
            _("Check the path of the file of certificates."),
        ) from error
    return str(path)
