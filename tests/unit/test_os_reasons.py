"""Why the system refused, in the operator's language."""

from __future__ import annotations

import errno
import os
import socket
import ssl

import pytest

from tuimail.domain.errors import os_reason
from tuimail.domain.i18n import use_language


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.ENOENT, "ce fichier ou ce dossier n’existe pas"),
        (errno.EEXIST, "ce nom est déjà pris"),
        (errno.EROFS, "le disque est en lecture seule"),
        (errno.ENOSPC, "le disque est plein"),
    ],
)
def test_a_usual_reason_is_told_in_french(number: int, told: str) -> None:
    use_language("fr")

    assert os_reason(OSError(number, os.strerror(number))) == told


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.EXDEV, "Invalid cross-device link"), "Invalid cross-device link"),
        (socket.gaierror(2, "Name or service not known"), "Name or service not known"),
        (ssl.SSLError(1, "wrong version number"), "wrong version number"),
        (OSError("odd"), "odd"),
        (ValueError("embedded null byte"), "embedded null byte"),
        (OSError(), "OSError"),
    ],
)
def test_an_unusual_one_in_the_systems_words(error: Exception, told: str) -> None:
    assert os_reason(error) == told
