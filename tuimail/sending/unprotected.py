"""What to raise when a connection cannot be protected as the account asks; see `sending.failures`."""

from __future__ import annotations

import ssl

from tuimail.domain.i18n import _
from tuimail.sending.failures import CertificateRefused, SmtpFailure, TlsMissing
from tuimail.sending.smtp import Stage


def tls_failed(error: ssl.SSLError, host: str) -> SmtpFailure:
    """What to raise for a handshake that failed: in nearly every case somebody has to change something."""
    if not isinstance(error, ssl.SSLCertVerificationError):
        return TlsMissing(
            _("{host} does not speak TLS as expected ({reason}).").format(
                host=host, reason=(error.reason or str(error)).replace("_", " ").lower()
            ),
            _("Check the port and the kind of security (TLS as a rule on port 465, STARTTLS on port 587)."),
            stage=Stage.TLS,
        )
    if error.verify_code == _EXPIRED:
        sentence = _("The certificate of {host} has expired.")
        next_step = _("Whoever runs the server must renew it; nothing was sent.")
    elif error.verify_code in _WRONG_NAME:
        sentence = _("The certificate of {host} is made out to another name.")
        next_step = _("Write the server's name in the account as its certificate has it; nothing was sent.")
    elif error.verify_code in _SELF_SIGNED:
        sentence = _("The certificate of {host} is signed by no authority known here.")
        next_step = _("If this server is yours, give the file of its authority in the account; nothing was sent.")
    else:
        sentence = _("The certificate of {host} is not valid ({reason}).")
        next_step = _("Tell whoever runs the server; nothing was sent.")
    return CertificateRefused(sentence.format(host=host, reason=error.verify_message), next_step, stage=Stage.TLS)


def clear_text(host: str) -> TlsMissing:
    """The server says something in clear where only TLS may be spoken: a wrong port, or somebody in between."""
    return TlsMissing(
        _("{host} goes on in clear where TLS should begin.").format(host=host),
        _("Check the port and the kind of security; if they are right, somebody may be tampering with the network."),
        stage=Stage.TLS,
    )


def tls_not_offered(host: str) -> TlsMissing:
    """STARTTLS is asked for and not announced: an old server, or somebody on the network who hides it."""
    return TlsMissing(
        _("{host} does not offer STARTTLS.").format(host=host),
        _("Check the port and the kind of security; no password was sent."),
        stage=Stage.STARTTLS,
    )


# Numbers of OpenSSL (x509_vfy.h), which Python passes on without names.
_EXPIRED = 10
_SELF_SIGNED = (18, 19, 20, 21)
_WRONG_NAME = (62, 64)
