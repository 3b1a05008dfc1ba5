from __future__ import annotations

from pathlib import Path

import pytest
import trustme

from tuimail.config.certificates import checked_ca_file
from tuimail.domain.errors import BadFile

pytestmark = pytest.mark.usefixtures("english")


def test_a_file_of_certificates_is_kept_by_its_whole_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.chdir(tmp_path)
    assert checked_ca_file("ca.pem") == str(tmp_path / "ca.pem")


@pytest.mark.parametrize("content", [b"", b"hello", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_a_file_without_certificates_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ca.pem"
    path.write_bytes(content)
    with pytest.raises(BadFile, match="holds no certificate") as told:
        checked_ca_file(str(path))
    assert str(path) in told.value.sentence


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="cannot be read"):
        checked_ca_file(str(tmp_path / "none.pem"))


def test_the_home_of_nobody_is_told() -> None:
    with pytest.raises(BadFile):
        checked_ca_file("~nobody-of-that-name/ca.pem")
