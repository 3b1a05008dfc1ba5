"""Postfix and Dovecot from Debian, started for a test on loopback: real STARTTLS, TLS, SASL, bounces and IMAP.

Ask for the fixture `post_office`. It is skipped where the servers are absent or the test does not run as root, which
both need to change to their own accounts.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import imaplib
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import trustme

USER, PASSWORD = "alice", "sekrit"
ADDRESS, OTHER = "alice@example.test", "bob@example.test"
SIZE_LIMIT = 300_000
"""Bytes of the largest message that Postfix takes."""
_TOKEN_SECRET = b"what signs the tokens of the tests"


class Unavailable(Exception):
    """The servers cannot be started here; the text says why."""


class PostOffice:
    """Postfix (submission, TLS, bad certificates, LOGIN only, XOAUTH2, greylisting, MX) with Dovecot behind it.

    Each port is an attribute. `alice` has the password `sekrit`; mail to alice and bob @example.test is kept.
    """

    def __init__(self) -> None:
        if os.geteuid() != 0:
            raise Unavailable("Postfix and Dovecot have to be started by root")
        for program, package in (("postfix", "postfix"), ("dovecot", "dovecot-imapd")):
            if shutil.which(program, path=_PATH) is None:
                raise Unavailable(f"{program} is not installed (Debian package {package})")
        self.folder = Path(tempfile.mkdtemp(prefix="post-office-"))
        self.folder.chmod(0o755)  # Postfix and Dovecot change to accounts of their own
        self.mail = self.folder / "mail"
        self.log = self.folder / "log"
        names = [
            "submission",
            "smtps",
            "expired",
            "wrong_host",
            "login_only",
            "oauth_only",
            "greylisting",
            "mx",
            "unknown_authority",
            "imap",
            "imaps",
        ]
        ports = dict(zip(names, _free_ports(len(names)), strict=True))
        self.submission, self.smtps = ports["submission"], ports["smtps"]
        """As port 587 (STARTTLS) and 465 (TLS): whoever signs in may send."""
        self.expired, self.wrong_host = ports["expired"], ports["wrong_host"]
        """STARTTLS with a certificate that is out of date, or made out to another name."""
        self.unknown_authority = ports["unknown_authority"]
        self.login_only, self.oauth_only = ports["login_only"], ports["oauth_only"]
        """STARTTLS with one way to sign in."""
        self.greylisting = ports["greylisting"]
        """Says 450 to whatever is for bob."""
        self.mx = ports["mx"]
        """As port 25 of the receiving side: no sign-in, unknown recipients are refused at RCPT."""
        self.imap, self.imaps = ports["imap"], ports["imaps"]
        self._dovecot: subprocess.Popen[bytes] | None = None
        self._postfix = False
        try:
            self._certificates()
            self._start_dovecot()
            self._start_postfix(ports)
        except BaseException:
            self.stop()
            raise

    @property
    def ca_file(self) -> str:
        """The authority that signed the good certificates."""
        return str(self.folder / "ca.pem")

    def received(self, user: str = "bob", count: int = 1) -> list[EmailMessage]:
        """The mail of that mailbox, oldest first, once there are `count`."""
        for _try in range(250):
            found = sorted((self.mail / user / "new").glob("*"), key=lambda path: path.stat().st_mtime_ns)
            if len(found) >= count:
                break
            time.sleep(0.02)
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in found]

    def empty(self) -> None:
        """Forget all mail."""
        for path in self.mail.glob("*/*/*"):
            path.unlink()

    def token(self, subject: str = USER, seconds: float = 3600, **claims: object) -> str:
        """A token that the server takes for `subject`, for so many seconds."""
        now = time.time()
        body = {"sub": subject, "iss": "tests", "aud": "smtp", "iat": int(now), "exp": int(now + seconds)} | claims
        parts = [_base64url(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "HS256"}, body)]
        signature = hmac.new(_TOKEN_SECRET, ".".join(parts).encode(), hashlib.sha256).digest()
        return ".".join((*parts, _base64url(signature)))

    def imap_connection(self, user: str = USER, password: str = PASSWORD) -> imaplib.IMAP4_SSL:
        """A signed-in IMAP connection; close it."""
        context = ssl.create_default_context(cafile=self.ca_file)
        connection = imaplib.IMAP4_SSL("localhost", self.imaps, ssl_context=context)
        connection.login(user, password)
        return connection

    def stop(self) -> None:
        """End both servers and remove what they left."""
        if self._postfix:
            subprocess.run([_found("postfix"), "-c", self.folder / "conf", "stop"], capture_output=True, check=False)
        if self._dovecot is not None:
            # Asked politely it takes a second, and nothing of it is kept.
            os.killpg(self._dovecot.pid, signal.SIGKILL)
            self._dovecot.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _certificates(self) -> None:
        authority, stranger, now = trustme.CA(), trustme.CA(), datetime.now(UTC)
        authority.cert_pem.write_to_path(self.ca_file)
        issued = {
            "good": authority.issue_cert("localhost", "127.0.0.1"),
            "wrong": authority.issue_cert("elsewhere.test"),
            "expired": authority.issue_cert(
                "localhost", "127.0.0.1", not_before=now - timedelta(9), not_after=now - timedelta(1)
            ),
            "stranger": stranger.issue_cert("localhost", "127.0.0.1"),
        }
        for name, certificate in issued.items():
            certificate.private_key_and_cert_chain_pem.write_to_path(str(self.folder / f"{name}.pem"))

    def _start_dovecot(self) -> None:
        place = self.folder / "dove"
        keys = place / "keys" / "default" / "HS256"
        keys.mkdir(parents=True)
        (keys / "default").write_bytes(base64.b64encode(_TOKEN_SECRET))
        (place / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}::::::\nbob:{{PLAIN}}geheim::::::\n")
        (place / "oauth2.conf.ext").write_text(
            "introspection_mode = local\n"
            f"local_validation_key_dict = fs:posix:prefix={place}/keys/\n"
            "username_attribute = sub\n"
        )
        self.mail.mkdir()
        os.chown(self.mail, _NOBODY, _NOBODY)
        configuration = place / "dovecot.conf"
        configuration.write_text(_DOVECOT.format(T=self.folder, imap=self.imap, imaps=self.imaps, nobody=_NOBODY))
        self._dovecot = subprocess.Popen(
            [_found("dovecot"), "-F", "-c", configuration],
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _await_banner(self.imap, b"* OK", self._log)

    def _start_postfix(self, ports: dict[str, int]) -> None:
        for name in ("conf", "queue", "data"):
            (self.folder / name).mkdir()
        shutil.chown(self.folder / "data", "postfix")
        main = _MAIN.format(T=self.folder, ADDRESS=ADDRESS, OTHER=OTHER, size=SIZE_LIMIT, nobody=_NOBODY)
        (self.folder / "conf" / "main.cf").write_text(main)
        services = (_SERVICES + _INSIDE).format(T=self.folder, OTHER=OTHER, **ports)
        (self.folder / "conf" / "master.cf").write_text(services)
        self._postfix = True
        command = [_found("postfix"), "-c", self.folder / "conf", "start"]
        started = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        if started.returncode:
            raise RuntimeError(started.stderr + self._log())
        _await_banner(ports["submission"], b"220", self._log)

    def _log(self) -> str:
        found = (self.log, self.folder / "dove" / "log")
        return "\n".join(path.read_text(errors="replace")[-4000:] for path in found if path.is_file())


_PATH = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"))
_NOBODY = 65534


def _found(program: str) -> str:
    return shutil.which(program, path=_PATH) or program


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _n in range(count)]
    ports = [int(each.getsockname()[1]) for each in sockets]
    for each in sockets:
        each.close()
    return ports


def _await_banner(port: int, start: bytes, log: Callable[[], str]) -> None:
    for _try in range(500):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
                if connection.recv(100).startswith(start):
                    return
        except OSError:
            pass
        time.sleep(0.02)
    raise RuntimeError(log())


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


_DOVECOT = """\
base_dir = {T}/dove/run
log_path = {T}/dove/log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{T}/good.pem
ssl_key = <{T}/good.pem
auth_mechanisms = plain login xoauth2 oauthbearer
auth_username_format = %Ln
auth_failure_delay = 0
mail_location = maildir:{T}/mail/%n
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = {T}/dove/users
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {T}/dove/oauth2.conf.ext
}}
userdb {{
  driver = static
  args = uid={nobody} gid={nobody} home={T}/mail/%n
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service auth {{
  unix_listener {T}/dove/auth-smtp {{
    mode = 0666
  }}
}}
"""

_MAIN = """\
compatibility_level = 3.6
queue_directory = {T}/queue
data_directory = {T}/data
maillog_file = {T}/log
maillog_file_prefixes = {T}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.example.test
mydestination =
mynetworks =
alias_maps =
alias_database =
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_reject_unlisted_recipient = no
default_transport = error:5.1.2 tests send nothing outside
virtual_mailbox_domains = example.test
virtual_mailbox_base = {T}/mail
virtual_mailbox_maps = inline:{{ {{{ADDRESS}=alice/}}, {{{OTHER}=bob/}} }}
virtual_minimum_uid = 1
virtual_uid_maps = static:{nobody}
virtual_gid_maps = static:{nobody}
message_size_limit = {size}
virtual_mailbox_limit = 0
smtpd_tls_security_level = may
smtpd_tls_chain_files = {T}/good.pem
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {T}/dove/auth-smtp
"""

_SERVICES = """\
127.0.0.1:{submission} inet n - n - - smtpd -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
127.0.0.1:{smtps} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
127.0.0.1:{mx} inet n - n - - smtpd -o smtpd_reject_unlisted_recipient=yes -o smtpd_sasl_auth_enable=no
127.0.0.1:{expired} inet n - n - - smtpd -o smtpd_tls_chain_files={T}/expired.pem
127.0.0.1:{wrong_host} inet n - n - - smtpd -o smtpd_tls_chain_files={T}/wrong.pem
127.0.0.1:{unknown_authority} inet n - n - - smtpd -o smtpd_tls_chain_files={T}/stranger.pem
127.0.0.1:{login_only} inet n - n - - smtpd -o smtpd_sasl_mechanism_filter=login
127.0.0.1:{oauth_only} inet n - n - - smtpd -o smtpd_sasl_mechanism_filter=xoauth2
127.0.0.1:{greylisting} inet n - n - - smtpd -o {{ smtpd_recipient_restrictions=check_recipient_access \
inline:{{ {{{OTHER}=450 4.2.0 try later}} }}, permit_sasl_authenticated, reject }}
"""

_INSIDE = """\
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
proxymap unix - - n - - proxymap
showq unix n - n - - showq
postlog unix-dgram n - n - 1 postlogd
"""
