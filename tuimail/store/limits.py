"""How large a message the server of an account takes, as it last said itself."""

from __future__ import annotations

from datetime import datetime

from tuimail.domain.account import Account
from tuimail.store.database import transaction
from tuimail.store.tables.limits import ServerLimitRow


def note(account: Account, size: int, now: datetime) -> None:
    """The account's server has just said so; 0: it names no limit. An account that is not kept is passed over."""
    if not account.id or _known(account) == size:
        return
    with transaction():
        row = ServerLimitRow.get_or_none(ServerLimitRow.account == account.id)
        values = {"host": account.host, "size": size, "seen_at": now}
        if row is None:
            ServerLimitRow.create(account=account.id, **values)
        else:
            ServerLimitRow.update(**values).where(ServerLimitRow.id == row.id).execute()


def limit(account: Account) -> int:
    """Bytes of a message at most; 0 where nothing is known, or the account has another server by now."""
    return _known(account) or 0


def _known(account: Account) -> int | None:
    row = ServerLimitRow.get_or_none((ServerLimitRow.account == account.id) & (ServerLimitRow.host == account.host))
    return None if row is None else int(row.size)
