"""Postfix's smtp-sink: a server that is not ours, and what it wrote down."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

PROGRAM = shutil.which("smtp-sink", path=os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin"))) or ""
"""Empty: it is not there."""
MISSING = "smtp-sink (Debian package postfix) is not installed"


class Sink:
    """Postfix's smtp-sink on a free port, keeping every message in a file of its own."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        user = ["-u", "root"] if os.geteuid() == 0 else []
        command = [PROGRAM, *user, "-d", f"{folder}/%M.", *options, f"127.0.0.1:{self.port}", "100"]
        self._process = subprocess.Popen(command, stderr=subprocess.PIPE)

    def messages(self) -> list[bytes]:
        """What was accepted, oldest first: headers of the sink's own, then the message."""
        return [path.read_bytes() for path in sorted(self.folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)]

    def settled(self, count: int) -> list[bytes]:
        """The messages, once there are `count`: the sink takes a file away some time after a cut, not at once."""
        for _try in range(250):
            messages = self.messages()
            if len(messages) == count and all(messages):
                break
            time.sleep(0.02)
        return messages

    def wait_until_ready(self) -> None:
        for _try in range(250):
            try:
                with socket.create_connection(("127.0.0.1", self.port)) as greeting:
                    greeting.recv(1)
                return
            except OSError:
                if self._process.poll() is not None:
                    assert self._process.stderr is not None
                    raise RuntimeError(self._process.stderr.read().decode()) from None
                time.sleep(0.02)
        raise RuntimeError("smtp-sink does not listen")

    def stop(self) -> None:
        # Asked politely it takes its time.
        self._process.kill()
        self._process.communicate()
