"""Postfix, Exim and OpenSMTPD from Debian, started on loopback to take messages for one domain over STARTTLS.

Postfix is the installed one. The two others conflict with it, so they are looked for where they were unpacked:
`$TUIMAIL_PEERS/exim` and `$TUIMAIL_PEERS/opensmtpd` (as `.ci/run` does). Each runs as it does in production, with
accounts of its own, and so only for root: in a mount namespace where the files of accounts are the test's.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import trustme

DOMAIN = "poste.example"


class Absent(Exception):
    """Why a server cannot be started here."""


class Peer:
    """A mail server with one mailbox for the whole domain. `stop` ends it and removes what it left."""

    name = ""

    def __init__(self) -> None:
        if os.geteuid() != 0:
            raise Absent(f"{self.name} changes to an account of its own, which takes root")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        # Not below pytest's folder, which no other account may enter.
        self.folder = Path(tempfile.mkdtemp(prefix="tuimail-peer-"))
        self.folder.chmod(0o755)
        try:
            authority = trustme.CA()
            authority.cert_pem.write_to_path(self.folder / "ca.pem")
            certificate = authority.issue_cert("localhost", "127.0.0.1")
            certificate.private_key_and_cert_chain_pem.write_to_path(self.folder / "both.pem")
            (self.folder / "both.pem").chmod(0o600)
            self.mail = self.folder / "mail"
            self.mail.mkdir()
            os.chown(self.mail, 65534, 65534)
            self.start()
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise

    @property
    def ca_file(self) -> str:
        return str(self.folder / "ca.pem")

    def start(self) -> None:
        raise NotImplementedError

    def end(self) -> None:
        raise NotImplementedError

    def stop(self) -> None:
        try:
            self.end()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def stored(self, count: int) -> list[bytes]:
        """The messages in the mailbox as they are kept there, once there are `count`."""
        for _try in range(1500):
            found = [path for path in self.mail.rglob("new/*") if path.is_file()]
            if len(found) >= count:
                break
            time.sleep(0.02)
        return [path.read_bytes() for path in found]

    def _wait_until_ready(self) -> None:
        for _try in range(500):
            try:
                with socket.create_connection(("127.0.0.1", self.port), 5) as greeting:
                    if greeting.recv(3) == b"220":
                        return
            except OSError:
                pass
            time.sleep(0.02)
        raise RuntimeError(f"{self.name} does not answer: {self.log()}")

    def log(self) -> str:
        return "\n".join(path.read_text(errors="replace") for path in self.folder.glob("*log*") if path.is_file())


class Postfix(Peer):
    name = "Postfix"
    _SERVICES = """
        pickup unix n - n 60 1 pickup|cleanup unix n - n - 0 cleanup|qmgr unix n - n 300 1 qmgr
        tlsmgr unix - - n 1000? 1 tlsmgr|rewrite unix - - n - - trivial-rewrite|bounce unix - - n - 0 bounce
        defer unix - - n - 0 bounce|trace unix - - n - 0 bounce|verify unix - - n - 1 verify
        flush unix n - n 1000? 0 flush|error unix - - n - - error|retry unix - - n - - error
        virtual unix - n n - - virtual|anvil unix - - n - 1 anvil|scache unix - - n - 1 scache
        proxymap unix - - n - - proxymap|showq unix n - n - - showq|postlog unix-dgram n - n - 1 postlogd
    """

    def start(self) -> None:
        self._program = shutil.which("postfix", path="/usr/sbin:/usr/bin")
        if self._program is None:
            raise Absent("Postfix is not installed")
        folder = self.folder
        for name in ("conf", "queue", "data"):
            (folder / name).mkdir()
        shutil.chown(folder / "data", "postfix")
        settings = {
            "compatibility_level": "3.6",
            "queue_directory": folder / "queue",
            "data_directory": folder / "data",
            "maillog_file": folder / "log",
            "maillog_file_prefixes": folder,
            "inet_interfaces": "127.0.0.1",
            "inet_protocols": "ipv4",
            "myhostname": "mx.example.test",
            "mydestination": "",
            "mynetworks": "",
            "alias_maps": "",
            "alias_database": "",
            "smtpd_relay_restrictions": "reject_unauth_destination",
            "default_transport": "error:5.1.2 tests send nothing outside",
            "virtual_mailbox_domains": DOMAIN,
            "virtual_mailbox_base": self.mail,
            "virtual_mailbox_maps": "static:box/",
            "virtual_minimum_uid": "1",
            "virtual_uid_maps": "static:65534",
            "virtual_gid_maps": "static:65534",
            "virtual_mailbox_limit": "0",
            "smtpd_tls_security_level": "encrypt",
            "smtpd_tls_chain_files": folder / "both.pem",
        }
        conf = folder / "conf"
        (conf / "main.cf").write_text("".join(f"{name} = {value}\n" for name, value in settings.items()))
        services = [line.strip() for line in self._SERVICES.replace("|", "\n").split("\n") if line.strip()]
        listener = f"127.0.0.1:{self.port} inet n - n - - smtpd"
        (conf / "master.cf").write_text("\n".join([listener, *services]) + "\n")
        subprocess.run([self._program, "-c", conf, "start"], check=True, capture_output=True)

    def end(self) -> None:
        if (self.folder / "conf" / "master.cf").exists() and self._program:
            subprocess.run([self._program, "-c", self.folder / "conf", "stop"], check=False, capture_output=True)


class _Unpacked(Peer):
    """One that lives in a folder, in a namespace with accounts of its own."""

    accounts: Sequence[tuple[str, int, str]] = ()
    """Name, number and home."""
    _process: subprocess.Popen[bytes] | None = None

    @property
    def program(self) -> Path:
        folder = os.environ.get("TUIMAIL_PEERS", "")
        found = Path(folder) / self.name.lower()
        if not folder or not found.is_dir():
            raise Absent(f"{self.name} is not unpacked in $TUIMAIL_PEERS/{self.name.lower()} (see .ci/run)")
        if subprocess.run(["unshare", "-m", "true"], check=False, capture_output=True).returncode:
            raise Absent("this machine gives no mount namespace")
        return found.resolve()

    def run(self, prepare: str, *command: object) -> None:
        """Run `command` once the shell's `prepare` has made the namespace's own mounts."""
        lines = [f"{name}:x:{number}:{number}::{home}:/usr/sbin/nologin" for name, number, home in self.accounts]
        for file in ("passwd", "group"):
            added = lines if file == "passwd" else [f"{name}:x:{number}:" for name, number, _home in self.accounts]
            (self.folder / file).write_text(Path("/etc", file).read_text() + "\n".join(added) + "\n")
        binds = "".join(f"mount --bind {self.folder}/{file} /etc/{file} && " for file in ("passwd", "group"))
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                ["unshare", "-m", "sh", "-c", f'{binds}{prepare} exec "$@"', "sh", *map(str, command)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def end(self) -> None:
        if self._process is not None:
            # The group is ours: its leader was started in a session of its own.
            try:
                os.killpg(self._process.pid, signal.SIGTERM)
                self._process.wait(10)
            except ProcessLookupError:
                pass
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()


class Exim(_Unpacked):
    name = "Exim"
    accounts = (("Debian-exim", 63001, "/nonexistent"),)

    def start(self) -> None:
        program, folder = self.program, self.folder
        for name in ("spool", "logs"):
            (folder / name).mkdir()
            os.chown(folder / name, 63001, 63001)
        os.chown(self.mail, 63001, 63001)
        os.chown(folder / "both.pem", 63001, 63001)
        (folder / "exim.conf").write_text(f"""
exim_path = {program}/usr/sbin/exim4
spool_directory = {folder}/spool
log_file_path = {folder}/logs/%slog
pid_file_path = {folder}/spool/exim.pid
primary_hostname = exim.example.test
local_interfaces = 127.0.0.1
daemon_smtp_ports = {self.port}
tls_advertise_hosts = *
tls_certificate = {folder}/both.pem
tls_privatekey = {folder}/both.pem
smtp_accept_queue_per_connection = 0
deliver_drop_privilege = true
acl_smtp_rcpt = rcpt
begin acl
rcpt:
  deny message = TLS first
       !encrypted = *
  accept domains = {DOMAIN}
  deny message = relay not permitted
begin routers
local:
  driver = accept
  domains = {DOMAIN}
  transport = maildir
begin transports
maildir:
  driver = appendfile
  directory = {self.mail}/box
  maildir_format
  return_path_add
  envelope_to_add
  user = Debian-exim
""")
        self.run("", program / "usr/sbin/exim4", "-C", folder / "exim.conf", "-bdf")


class OpenSmtpd(_Unpacked):
    name = "OpenSMTPD"
    accounts = (
        ("opensmtpd", 63002, "/var/lib/opensmtpd/empty"),
        ("opensmtpq", 63003, "/nonexistent"),
        ("keeper", 65533, "/nonexistent"),
    )

    def start(self) -> None:
        program, folder = self.program, self.folder
        os.chown(self.mail, 65533, 65533)
        (folder / "smtpd.conf").write_text(f"""
pki localhost cert "{folder}/both.pem"
pki localhost key "{folder}/both.pem"
table everybody {{ "@" = "keeper" }}
listen on 127.0.0.1 port {self.port} tls-require pki localhost
action "keep" maildir "{self.mail}/box" virtual <everybody>
match from any for domain "{DOMAIN}" action "keep"
""")
        (folder / "smtpd.conf").chmod(0o600)
        prepare = (
            "for place in /var/lib /var/spool /run /usr/libexec; do mount -t tmpfs none $place || exit 1; done && "
            "mkdir -p /var/lib/opensmtpd/empty /var/spool/smtpd /usr/libexec/opensmtpd && "
            f"chmod 711 /var/spool/smtpd && mount --bind {program}/usr/libexec/opensmtpd /usr/libexec/opensmtpd && "
        )
        self.run(prepare, program / "usr/sbin/smtpd", "-d", "-f", folder / "smtpd.conf")


PEERS = (Postfix, Exim, OpenSmtpd)
