"""Where data stands."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _

_OF_ROOT = Path("/root/.local/share/tuimail/tuimail.sqlite3")


@dataclass(frozen=True, slots=True)
class Paths:
    """The database and, beside it, the folder of the files that belong to it."""

    database: Path
    asked_for: bool = field(default=False, compare=False)
    """Whether somebody named it: a wrong name is then likelier than a new place."""

    @property
    def documents(self) -> Path:
        """PDFs by structure, period and number."""
        return self.database.parent / "documents"

    @property
    def attachments(self) -> Path:
        """Attached files, by the SHA-256 of their content."""
        return self.database.parent / "attachments"

    @property
    def logos(self) -> Path:
        """The structures' logos, by their content."""
        return self.database.parent / "logos"

    @property
    def folders(self) -> tuple[Path, ...]:
        """All of these."""
        return self.documents, self.attachments, self.logos


def as_root(words: str, database: Path) -> str:
    """`words` after `tuimail` as root types them for that database: `sudo tuimail … --database /srv/t.sqlite3`.

    sudo takes the variable that names the database away, and root's own is another one.
    """
    if database == _OF_ROOT:
        return f"sudo tuimail {words}"
    import shlex

    return f"sudo tuimail {words} --database {shlex.quote(str(database))}"


def find_paths(database: str | None = None) -> Paths:
    """The database that was asked for, else `TUIMAIL_DATABASE`, else the one in the user's data folder."""
    if database is not None and not database.strip():
        raise BadInput(_("The path after --database is empty."), _("Give --database the path of a file."))
    chosen = database or os.environ.get("TUIMAIL_DATABASE")
    if not chosen:
        from platformdirs import user_data_path

        return Paths(user_data_path("tuimail", appauthor=False) / "tuimail.sqlite3")
    if "://" in chosen:
        raise BadInput(
            _("This installation keeps its data in a file, not at {url}.").format(url=chosen.split("@")[-1]),
            _("Give --database the path of a file."),
        )
    try:
        return Paths(Path(chosen).expanduser().absolute(), asked_for=True)
    except RuntimeError as error:
        raise BadInput(
            _("There is no home folder for {path}.").format(path=chosen),
            _("Give --database the whole path of a file."),
        ) from error
