"""Reports on messages, made from the samples in `data/returns`."""

from __future__ import annotations

from pathlib import Path

from tuimail.domain.returns import envid_of

FOLDER = Path(__file__).parent / "data" / "returns"


def sample(name: str, message_id: str, address: str) -> bytes:
    """The sample of that name, about that message to that address."""
    content = (FOLDER / f"{name}.eml").read_bytes()
    for mark, text in (("@ORIGINAL@", message_id), ("@ADDRESS@", address), ("@ENVID@", envid_of(message_id))):
        content = content.replace(mark.encode(), text.encode())
    return content
