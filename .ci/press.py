"""Run a shell command in a pseudo-terminal, wait for the demo's first screen, and leave it with `q`."""

from __future__ import annotations

import sys

import pexpect

command = sys.argv[1]
child = pexpect.spawn("bash", ["-c", command], dimensions=(24, 80), encoding="utf-8", timeout=300)
child.expect("Factures")
child.expect("Frais de s")
child.send("q")
child.expect(pexpect.EOF, timeout=60)
child.close()
print(f"the demo was painted and left with q: status {child.exitstatus}")
sys.exit(child.exitstatus or 0)
