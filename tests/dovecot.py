"""Dovecot from the system's packages, on free ports, with one user."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

USER, PASSWORD = "compta", "sésame “1”"


def available() -> str:
    """Why it cannot be used here; empty if it can."""
    if shutil.which("dovecot") is None:
        return "dovecot is not installed (Debian package dovecot-imapd)"
    if os.geteuid() != 0:
        return "dovecot is set up for root here"
    try:
        pwd.getpwnam("dovecot")
    except KeyError:
        return "there is no account dovecot"
    return ""


class Dovecot:
    """IMAP in clear with STARTTLS on `port`, TLS on `tls_port`. `sent` is how its Sent folder is called and marked."""

    def __init__(self, sent: str = "Sent", *, marked: bool = True) -> None:
        # Not below pytest's own folder, which is closed to the mail's user.
        self.folder = folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
        folder.chmod(0o755)
        authority = trustme.CA()
        self.ca_file = str(folder / "ca.pem")
        authority.cert_pem.write_to_path(self.ca_file)
        authority.issue_cert("localhost", "127.0.0.1").private_key_and_cert_chain_pem.write_to_path(folder / "cert.pem")
        self.port, self.tls_port = _free_ports()
        self.mail = folder / "mail" / USER
        self.mail.mkdir(parents=True)
        special = "special_use = \\Sent\n" if marked else ""
        (folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}::::::\n", encoding="utf-8")
        (folder / "dovecot.conf").write_text(
            f"""
base_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/cert.pem
disable_plaintext_auth = no
auth_failure_delay = 0
mail_location = maildir:{folder}/mail/%n
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
userdb {{
  driver = static
  args = uid=65534 gid=65534 home={folder}/mail/%n
}}
namespace inbox {{
  inbox = yes
  mailbox "{sent}" {{
    auto = create
    {special}
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {self.port}
  }}
  inet_listener imaps {{
    port = {self.tls_port}
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
""",
            encoding="utf-8",
        )
        for path in (folder / "mail", self.mail):
            os.chown(path, 65534, 65534)
        self._process = subprocess.Popen(["dovecot", "-F", "-c", str(folder / "dovecot.conf")], start_new_session=True)

    def wait_until_ready(self) -> None:
        for _try in range(250):
            try:
                with socket.create_connection(("127.0.0.1", self.port), 5) as connection:
                    if connection.recv(4) == b"* OK":
                        return
            except OSError:
                pass
            if self._process.poll() is not None:
                raise RuntimeError((self.folder / "log").read_text())
            time.sleep(0.02)
        raise RuntimeError("dovecot does not listen")

    def stop(self) -> None:
        # Asked politely it takes a second, and nothing of it is kept.
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


@contextlib.contextmanager
def running(sent: str = "Sent", *, marked: bool = True) -> Iterator[Dovecot]:
    """Such a server while it is needed; skips the test where there can be none."""
    if why := available():
        pytest.skip(why)
    server = Dovecot(sent, marked=marked)
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.stop()


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]
