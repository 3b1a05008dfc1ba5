"""What the control before a send says: the pace, the server, and whatever is left out with the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from rich.style import Style

from tuimail.domain.account import Account, Security
from tuimail.domain.i18n import _, pgettext
from tuimail.domain.periods import format_moment
from tuimail.ui.widgets.row_list import KnownRow
from tuimail.ui.widgets.sentences import span
from tuimail.ui.widgets.table_model import Cell, Styled, TableColumn

if TYPE_CHECKING:
    from tuimail.sending.control import Candidate, Control

_TO_CHECK = "r"
"""Before the key of a line about an invoice that leaves all the same."""
_YELLOW, _RED = Style(color="yellow"), Style(color="red")


def pace_sentence(account: Account) -> str:
    """`2 s entre messages, 10 s tous les 10`."""
    if not account.gap and not account.pause_every:
        return _("as fast as the server takes them")
    sentence = _("{gap} between messages").format(gap=span(account.gap))
    if account.pause_every:
        sentence = _("{gap}, {pause} every {n}").format(gap=sentence, pause=span(account.pause), n=account.pause_every)
    return sentence


def end_words(now: datetime, seconds: float) -> str:
    """When a send that takes so long ends: the hour, with the day where that is another one."""
    end = now + timedelta(seconds=seconds)
    if end.astimezone().date() != now.astimezone().date():
        return format_moment(end)
    return f"{end.astimezone():%H:%M}"


def server_sentence(account: Account) -> str:
    """`smtp.exemple.fr, port 587, STARTTLS, utilisateur compta@exemple.fr`."""
    security = {
        Security.NONE: _("not encrypted"),
        Security.STARTTLS: "STARTTLS",
        Security.TLS: "TLS",
    }[account.security]
    sentence = _("{host}, port {port}, {security}").format(host=account.host, port=account.port, security=security)
    return _("{server}, user {user}").format(server=sentence, user=account.user) if account.user else sentence


def left_out_counts(control: Control) -> list[str]:
    """How many invoices are left out, reason by reason; those without any are not told."""
    return [
        f"{word} {len(found)}"
        for word, found in (
            (pgettext("counts", "blocked"), control.blocked),
            (pgettext("counts", "uncertain"), control.uncertain),
            (pgettext("counts", "already sent"), control.already_sent),
            (pgettext("counts", "on the way"), control.on_the_way),
            (pgettext("counts", "to post"), control.to_post),
            (pgettext("counts", "set aside"), control.set_aside),
        )
        if found
    ]


def left_out(control: Control) -> list[KnownRow]:
    """A row for each invoice that is left out or worth a look, with the reason; what needs a hand comes first."""
    rows = [
        _row(f"b{b.document_id}", pgettext("invoice", "blocked"), b.number, b.resident, b.reason, _RED)
        for b in control.blocked
    ]
    rows += [
        _row(
            f"{_TO_CHECK}{c.document.id}",
            pgettext("invoice", "to check"),
            c.document.number,
            c.resident.name,
            " ; ".join(c.remarks),
            _YELLOW,
        )
        for c in control.to_check
    ]
    rows += _candidates(control.uncertain, pgettext("invoice", "uncertain"), _YELLOW, perhaps=True)
    rows += _candidates(control.already_sent, pgettext("invoice", "already sent"), None)
    rows += _candidates(control.on_the_way, pgettext("invoice", "on the way"), None)
    for word, found in ((pgettext("invoice", "to post"), control.to_post), (_("set aside"), control.set_aside)):
        rows += [_row(f"b{b.document_id}", word, b.number, b.resident, b.reason, None) for b in found]
    return rows


def _when(candidate: Candidate, perhaps: bool) -> str:
    if perhaps:
        return _("perhaps received already: look before you send it again")
    moment = candidate.last_sent
    return _("sent on {moment}").format(moment=format_moment(moment)) if moment else ""


def _candidates(found: Sequence[Candidate], word: str, style: Style | None, *, perhaps: bool = False) -> list[KnownRow]:
    return [
        _row(
            f"c{c.document.id}",
            word,
            c.document.number,
            c.resident.name,
            _when(c, perhaps),
            style,
        )
        for c in found
    ]


def _row(key: str, word: str, number: str, resident: str, reason: str, style: Style | None) -> KnownRow:
    cells: Mapping[str, Cell] = {
        "word": Styled(word, style) if style else word,
        "number": number,
        "resident": resident,
        "reason": reason,
    }
    return key, cells


def _heading(rows: Sequence[KnownRow]) -> str:
    checks = sum(key.startswith(_TO_CHECK) for key, _cells in rows)
    if checks == len(rows):
        return _("To check")
    return _("To look at") if checks else _("Left out")


def columns(rows: Sequence[KnownRow]) -> tuple[TableColumn, ...]:
    """The columns of that list."""
    number = min(max(len(str(cells["number"])) for _key, cells in rows), 12)
    return (
        TableColumn("word", _heading(rows), 14, gap=1),
        TableColumn("number", _("No."), max(number, 3) + 1, gap=1),
        TableColumn("resident", _("Resident"), 22, gap=1),
        TableColumn("reason", _("Why"), 20, flexible=True),
    )
