"""One database, several Unix accounts: made by root for a group, used by real accounts with umasks of their own."""

from __future__ import annotations

import contextlib
import grp
import json
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cli_harness import INVOICES, PEOPLE, Tuimail

import tuimail as package
from tuimail.config.paths import find_paths
from tuimail.domain.errors import StoreError, StoreReadOnly
from tuimail.store import place, structures
from tuimail.store.database import close_store, open_store

ROOT = Path(package.__file__).parents[1]
GROUP, MEMBERS, STRANGER = "users", ("daemon", "games"), "nobody"
"""A group and accounts that every Debian has."""


def _python_of(account: str) -> str:
    """A Python that the account may run: the environment's own may stand in somebody's home."""
    for each in (sys.executable, "/usr/bin/python3"):
        with contextlib.suppress(OSError):
            ran = subprocess.run(
                [each, "-c", "import peewee, babel; print('%d.%d' % __import__('sys').version_info[:2])"],
                **_as(account, ()),
                capture_output=True,
                text=True,
                check=False,
            )
            if ran.stdout.strip() == "{}.{}".format(*sys.version_info):
                return each
    pytest.skip(f"{account} may run no Python of this version")


def _as(account: str, groups: tuple[str, ...], umask: int = 0o022) -> dict[str, Any]:
    who = pwd.getpwnam(account)
    libraries = (ROOT, *(each for each in sys.path if each.endswith("site-packages")))
    return {
        "user": account,
        "group": who.pw_gid,
        "extra_groups": [grp.getgrnam(each).gr_gid for each in groups],
        "umask": umask,
        "cwd": "/",
        "env": {
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": os.pathsep.join(map(str, libraries)),
            "PYTHONDONTWRITEBYTECODE": "1",
            "USER": account,
            "LOGNAME": account,
            "TUIMAIL_LANG": "en",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        },
    }


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as other accounts")


@dataclass(frozen=True)
class Ran:
    status: int
    out: str


@dataclass(frozen=True)
class Shared:
    """A shared folder, and what accounts do with it."""

    top: Path

    @property
    def folder(self) -> Path:
        return self.top / "shared"

    @property
    def database(self) -> Path:
        return self.folder / "tuimail.sqlite3"

    def run(self, account: str, *words: str, umask: int = 0o022, groups: tuple[str, ...] = (GROUP,)) -> Ran:
        """As that account, a member of those groups."""
        home = self.top / f"home-{account}"
        who = pwd.getpwnam(account)
        if not home.exists():
            home.mkdir(mode=0o700)
            os.chown(home, who.pw_uid, who.pw_gid)
        settings = _as(account, groups, umask)
        settings["env"] |= {"HOME": str(home), "TUIMAIL_DATABASE": str(self.database)}
        ran = subprocess.run(
            [_python_of(account), "-m", "tuimail", *words],
            **settings,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return Ran(ran.returncode, ran.stdout + ran.stderr)


@pytest.fixture
def shared() -> Iterator[Shared]:
    top = Path(tempfile.mkdtemp(prefix="shared-"))  # pytest's own folders let nobody else in
    top.chmod(0o755)
    yield Shared(top)
    shutil.rmtree(top)


def bits(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@needs_root
def test_two_accounts_work_on_one_database_whatever_their_umask(shared: Shared, tuimail: Tuimail) -> None:
    made = tuimail("init", "--shared", str(shared.folder), "--group", GROUP)
    assert (made.status, GROUP in made.out, f"TUIMAIL_DATABASE={shared.database}" in made.out) == (0, True, True)
    gid = grp.getgrnam(GROUP).gr_gid
    for path, mode in ((shared.folder, 0o2770), (shared.database, 0o660), (shared.folder / "documents", 0o2770)):
        assert (bits(path), path.stat().st_gid) == (mode, gid)
    for name, content in (("residents.csv", PEOPLE), ("factures.csv", INVOICES)):
        (shared.top / name).write_text(content, encoding="cp1252")
    first, second = MEMBERS
    ran = shared.run(first, "import", str(shared.top / "residents.csv"), str(shared.top / "factures.csv"), umask=0o077)
    assert ran.status == 0, ran.out
    ran = shared.run(second, "smtp", "set", "--host", "localhost", "--port", "25", "--security", "none", umask=0o022)
    assert ran.status == 0, ran.out
    ran = shared.run(first, "smtp", "set", "--own", "--host", "127.0.0.1", "--port", "2525", "--security", "none")
    assert ran.status == 0, ran.out
    assert "Own account of    daemon" in ran.out
    lines = [json.loads(line) for line in shared.run(second, "journal", "--format", "json").out.splitlines()]
    changes = [(line["operator"], line["detail"]) for line in lines if line["event"] == "setting-changed"]
    assert [operator for operator, _detail in changes] == [second, first]
    assert "Mail account of daemon" in changes[1][1]
    for path in shared.folder.glob("tuimail.sqlite3*"):
        assert (path.stat().st_gid, bits(path) & 0o660) == (gid, 0o660)
    ran = shared.run(STRANGER, "smtp", "show", groups=())
    assert ran.status == 2
    assert "Traceback" not in ran.out
    assert shared.run(first, "smtp", "show").status == 0, "a stranger's try locks nobody out"


@needs_root
def test_pdfs_that_one_account_made_are_read_and_replaced_by_another(shared: Shared, tuimail: Tuimail) -> None:
    assert tuimail("init", "--shared", str(shared.folder), "--group", GROUP).status == 0
    program = (
        "import sys; from pathlib import Path; from tuimail.documents.storage import make_folder, replace_file;"
        "p = Path(sys.argv[1]); make_folder(p.parent); replace_file(p, sys.argv[2].encode()); print(p.read_text())"
    )
    path = shared.folder / "documents" / "maison" / "2026-10" / "020.pdf"
    for account, umask in zip(MEMBERS, (0o077, 0o022), strict=True):
        ran = subprocess.run(
            [_python_of(account), "-c", program, str(path), account],
            **_as(account, (GROUP,), umask),
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.stdout.strip() == account, ran.stderr
    assert (bits(path.parent), bits(path)) == (0o2770, 0o640)


@needs_root
def test_a_sender_that_is_killed_leaves_files_that_the_other_account_can_use(shared: Shared, tuimail: Tuimail) -> None:
    assert tuimail("init", "--shared", str(shared.folder), "--group", GROUP).status == 0
    first, second = MEMBERS
    program = (
        "import os, signal; from pathlib import Path; from tuimail.store.database import open_store, transaction;"
        "from tuimail.store.structures import add_association;"
        f"open_store(Path({str(shared.database)!r}));"
        "add_association('A'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    ran = subprocess.run([_python_of(first), "-c", program], **_as(first, (GROUP,), 0o077), check=False)
    assert ran.returncode == -signal.SIGKILL
    assert shared.database.with_name("tuimail.sqlite3-wal").exists()
    ran_second = shared.run(second, "smtp", "set", "--host", "localhost", "--port", "25", "--security", "none")
    assert ran_second.status == 0, ran_second.out


@needs_root
@pytest.mark.usefixtures("english")
def test_what_is_wrong_with_a_shared_place_is_told_before_it_is_opened(shared: Shared, tuimail: Tuimail) -> None:
    assert tuimail("init", "--shared", str(shared.folder), "--group", GROUP, "--lang", "en").status == 0
    close_store()
    before = sorted(shared.folder.iterdir())
    shared.database.chmod(0o600)
    with pytest.raises(StoreError, match="group users cannot write it") as told:
        open_store(shared.database)
    assert "chmod 660" in told.value.next_step
    shared.database.chmod(0o660)
    shared.folder.chmod(0o2750)
    with pytest.raises(StoreError, match="cannot write in it"):
        open_store(shared.database)
    shared.folder.chmod(0o2770)
    wal = shared.database.with_name("tuimail.sqlite3-wal")
    wal.touch(0o644)
    with pytest.raises(StoreError, match="-wal is shared"):
        open_store(shared.database)
    wal.unlink()
    assert sorted(shared.folder.iterdir()) == before
    ran = shared.run(STRANGER, "doctor", groups=())
    assert ran.status in (0, 1)
    assert "Traceback" not in ran.out


def moved_in(shared: Shared, tuimail: Tuimail) -> Path:
    """A database of root's own with a kept PDF, moved into a folder as root makes one; the PDF."""
    assert tuimail("init").status == 0
    paths = find_paths()
    open_store(paths.database)
    structures.add_association("Les Tilleuls")
    close_store()
    shared.folder.mkdir(mode=0o755)
    for path in (paths.database, paths.database.with_name("tuimail.sqlite3-wal")):
        if path.exists():
            shutil.copy2(path, shared.folder)
    kept = shared.folder / "documents" / "maison" / "020.pdf"
    kept.parent.mkdir(parents=True, mode=0o700)
    kept.write_text("%PDF")
    kept.chmod(0o600)
    (shared.folder / "notes.txt").touch(0o600)
    return kept


@needs_root
def test_a_database_that_is_there_already_is_really_shared(shared: Shared, tuimail: Tuimail) -> None:
    kept = moved_in(shared, tuimail)
    first, _second = MEMBERS
    assert shared.run(first, "journal").status == 2
    ran = tuimail("init", "--shared", str(shared.folder), "--group", GROUP)
    assert (ran.status, GROUP in ran.out) == (0, True)
    gid = grp.getgrnam(GROUP).gr_gid
    modes = {shared.folder: 0o2770, shared.database: 0o660, kept.parent: 0o2770, kept: 0o640}
    assert {path: (bits(path), path.stat().st_gid) for path in modes} == {
        path: (mode, gid) for path, mode in modes.items()
    }
    assert bits(shared.folder / "notes.txt") == 0o600, "what is none of the program's stays"
    ran_first = shared.run(first, "smtp", "set", "--host", "localhost", "--port", "25", "--security", "none")
    assert ran_first.status == 0, ran_first.out


@needs_root
def test_a_shared_folder_goes_over_to_another_group(shared: Shared, tuimail: Tuimail) -> None:
    assert tuimail("init", "--shared", str(shared.folder), "--group", GROUP).status == 0
    assert tuimail("init", "--shared", str(shared.folder), "--group", "mail").status == 0
    gid = grp.getgrnam("mail").gr_gid
    assert {path.stat().st_gid for path in (shared.folder, *shared.folder.rglob("*"))} == {gid}
    assert shared.run(MEMBERS[0], "journal").status == 2
    assert shared.run(MEMBERS[0], "journal", groups=("mail",)).status == 0


@needs_root
def test_what_cannot_be_shared_is_named_and_nothing_is_reached_through_a_link(shared: Shared, tuimail: Tuimail) -> None:
    kept = moved_in(shared, tuimail)
    outside = shared.top / "secret"
    outside.mkdir(mode=0o700)
    (outside / "file").touch(0o600)
    links = [kept.with_name("l.pdf"), kept.parent.parent / "other", shared.folder / "attachments"]
    for link, target in zip(links, (outside / "file", outside, outside), strict=True):
        link.symlink_to(target)
    ran = tuimail("init", "--shared", str(shared.folder), "--group", GROUP)
    assert ran.status == 2
    for link in links:
        assert f"{link} (" in ran.err
    assert (bits(outside), bits(outside / "file"), outside.stat().st_gid) == (0o700, 0o600, os.getgid())


@needs_root
def test_a_file_that_has_another_name_elsewhere_is_not_given_to_the_group(shared: Shared, tuimail: Tuimail) -> None:
    kept = moved_in(shared, tuimail)
    secret = shared.top / "secret"
    secret.touch(0o600)
    names = [kept.with_name("l.pdf"), shared.database.with_suffix(".filing")]
    for name in names:
        name.hardlink_to(secret)
    ran = tuimail("init", "--shared", str(shared.folder), "--group", GROUP)
    assert ran.status == 2
    for name in names:
        assert f"{name} (il a un autre nom ailleurs" in ran.err
    assert (bits(secret), secret.stat().st_gid) == (0o600, os.getgid())
    for name in names:
        name.unlink()
    assert tuimail("init", "--shared", str(shared.folder), "--group", GROUP).status == 0


@needs_root
def test_a_folder_that_the_group_cannot_come_to_is_not_said_to_be_shared(shared: Shared, tuimail: Tuimail) -> None:
    shared.top.chmod(0o700)
    ran = tuimail("init", "--shared", str(shared.folder), "--group", GROUP)
    assert (ran.status, f"{shared.top} (" in ran.err) == (2, True)
    shared.top.chmod(0o711)
    assert tuimail("init", "--shared", str(shared.folder), "--group", GROUP).status == 0


@needs_root
def test_an_operator_cannot_share_what_is_somebody_elses(shared: Shared, tuimail: Tuimail) -> None:
    moved_in(shared, tuimail)
    ran = shared.run(MEMBERS[0], "init", "--shared", str(shared.folder), "--group", GROUP)
    assert ran.status == 2
    assert f"{shared.folder} (" in ran.out
    assert f"sudo tuimail init --shared {shared.folder} --group {GROUP}" in ran.out
    assert tuimail("init", "--shared", str(shared.folder), "--group", GROUP).status == 0
    ran = shared.run(MEMBERS[0], "init", "--shared", str(shared.folder), "--group", GROUP)
    assert ran.status == 0, ran.out


@needs_root
def test_the_doctor_tells_a_database_that_its_folders_group_cannot_write(shared: Shared, tuimail: Tuimail) -> None:
    moved_in(shared, tuimail)
    os.chown(shared.folder, -1, grp.getgrnam(GROUP).gr_gid)
    for mode, level, status in ((0o755, None, 0), (0o770, "warn", 0), (0o2770, "err", 1)):
        shared.folder.chmod(mode)
        ran = tuimail("doctor", "--json", "--database", str(shared.database))
        found = next((line for line in ran.json() if line["check"] == "shared"), {})
        assert (found.get("level"), ran.status) == (level, status)
        assert level is None or f"chmod 660 {shared.database}" in found["next_step"]


def test_wrong_words_for_sharing(tuimail: Tuimail, tmp_path: Path) -> None:
    assert tuimail("init", "--shared", str(tmp_path / "x")).status == 2
    ran = tuimail("init", "--shared", str(tmp_path / "x"), "--group", "no-such-group")
    assert (ran.status, "no-such-group" in ran.err) == (2, True)
    ran = tuimail("init", "--shared", str(tmp_path / "not" / "there"), "--group", grp.getgrgid(os.getegid()).gr_name)
    assert ran.status == 2
    assert tuimail("init").status == 0
    assert tuimail("init").status == 0, "what is there stays"


@pytest.mark.usefixtures("english")
def test_a_network_file_system_is_refused_unless_somebody_insists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in ("nfs4", "cifs", "fuse.sshfs", "smb3"):
        monkeypatch.setattr(place, "file_system", lambda _path, kind=kind: kind)
        with pytest.raises(StoreError, match=kind) as told:
            open_store(tmp_path / "tuimail.sqlite3")
        assert place.FORCE_VARIABLE in told.value.next_step
    assert list(tmp_path.iterdir()) == []
    from tuimail.store import database
    from tuimail.store.tables.base import proxy

    monkeypatch.setenv(place.FORCE_VARIABLE, "1")
    monkeypatch.setattr(database, "file_system", lambda _path: "nfs4")
    open_store(tmp_path / "tuimail.sqlite3")
    assert proxy.obj.pragma("journal_mode") == "delete"
    close_store()


def test_the_file_system_is_that_of_the_innermost_mount(tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "22 1 8:1 / / rw - ext4 /dev/a rw\n"
        f"30 22 0:9 / {tmp_path} rw - nfs4 server:/x rw\n"
        "31 22 0:9 / /srv/two\\040words rw shared:1 - cifs //s/x rw\n"
    )
    assert place.file_system(tmp_path / "deep" / "x.sqlite3", mounts) == "nfs4"
    assert place.file_system(Path("/etc/x"), mounts) == "ext4"
    assert place.file_system(Path("/srv/two words/x"), mounts) == "cifs"
    assert place.file_system(Path("/etc/x"), tmp_path / "nothing") == ""


def test_somebody_outside_the_group_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o2770)
    monkeypatch.setattr(os, "geteuid", lambda: 1234)
    monkeypatch.setattr(os, "getegid", lambda: 1234)
    monkeypatch.setattr(os, "getgroups", list)
    with pytest.raises(StoreReadOnly):
        place.check_place(tmp_path / "tuimail.sqlite3")


@needs_root
def test_the_doctor_says_of_folders_that_this_account_cannot_write_what_sending_would(
    shared: Shared, tuimail: Tuimail
) -> None:
    assert tuimail("init", "--shared", str(shared.folder), "--group", GROUP).status == 0
    member = MEMBERS[0]
    assert shared.run(member, "doctor").status == 0
    for folder in (shared.folder / "documents", shared.folder / "attachments" / "closed"):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o700)

        ran = shared.run(member, "doctor")

        assert ran.status == 1
        assert f"Nothing can be written in {folder}: this account does not have the right to." in ran.out
        folder.chmod(0o2777)
