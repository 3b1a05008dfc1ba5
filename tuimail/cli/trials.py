"""`tuimail smtp test`, `sign-in` and `sign-out`."""

from __future__ import annotations

import asyncio
import getpass
import sys
import threading
from argparse import Namespace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tuimail.cli.output import columns, is_terminal, say, say_json, warn
from tuimail.cli.places import association_named
from tuimail.cli.runs import ask_password
from tuimail.config.paths import Paths
from tuimail.domain.account import Account
from tuimail.domain.addresses import normalise_address
from tuimail.domain.errors import BadInput, NotSettled
from tuimail.domain.i18n import _
from tuimail.office import Office
from tuimail.store import accounts

if TYPE_CHECKING:
    from tuimail.sending.oauth import SignIn
    from tuimail.sending.probe import Probed


def test_account(args: Namespace, paths: Paths) -> int:
    """Try the account step by step; 1 if a step fails."""
    mail_to = normalise_address(args.to) if args.to else ""
    with Office(paths) as office:
        account = _account(args, office)
        ask_password(account)
        return asyncio.run(_test(office, account, mail_to, as_json=args.json))


async def _test(office: Office, account: Account, mail_to: str, *, as_json: bool) -> int:
    failed = False
    number = 0
    async for each in office.mail.test(account, mail_to):
        number += 1
        failed = not each.ok
        if as_json:
            say_json(_values(each))
        else:
            _print(number, each)
    return 1 if failed else 0


def _print(number: int, each: Probed) -> None:
    state = _("OK") if each.ok else _("ERR")
    time = _("{n} ms").format(n=round(each.seconds * 1000))
    say(columns([(f"{number} {each.step.label}", 16), (state, 4), (time, -9), (each.found, 0)]))
    for line in each.reply.splitlines():
        say(f"    {line}")
    for sentence in filter(None, (each.warning, str(each.error) if each.error else "")):
        say(f"    {sentence}")


def _values(each: Probed) -> dict[str, object]:
    values: dict[str, object] = {
        "event": "step",
        "step": str(each.step),
        "ok": each.ok,
        "seconds": round(each.seconds, 4),
        "found": each.found,
        "reply": each.reply,
        "warning": each.warning,
        "error": each.error.sentence if each.error else "",
        "next_step": each.error.next_step if each.error else "",
    }
    return values


def sign_in(args: Namespace, paths: Paths) -> int:
    """Sign in to Microsoft 365: a code typed in any browser, or an address and its answer."""
    from tuimail.sending.oauth import DeviceCodeForbidden, SignIn

    with Office(paths) as office:
        account = _account(args, office)
        if not account.oauth:
            raise BadInput(
                _("This account does not sign in with OAuth 2."),
                _("Choose it first: tuimail smtp set --authentication oauth2 --user ADDRESS --client-id ID."),
            )
        signing = SignIn(account)
        if args.paste:
            where = _by_address(signing)
        else:
            try:
                where = _by_code(signing)
            except DeviceCodeForbidden as error:
                if not is_terminal(sys.stdin):
                    raise
                warn(str(error))
                where = _by_address(signing)
        say(_("Signed in as {who}. Tokens: {place}.").format(who=signing.who, place=where))
    return 0


def _by_code(signing: SignIn) -> str:
    code = signing.begin_with_code()
    until = datetime.fromtimestamp(code.expires_at, UTC).astimezone()
    say(
        _("Open {address} in a browser, on any machine, and type this code before {time}:").format(
            address=code.address, time=f"{until:%H:%M}"
        )
    )
    say()
    say(f"    {code.code}")
    say()
    return signing.finish_with_code(code, threading.Event())


def _by_address(signing: SignIn) -> str:
    redirect = signing.begin_with_redirect()
    say(_("Open this address in a browser:"))
    say()
    say(redirect.address)
    say()
    say(_("At the end the browser shows a page that cannot be reached: copy its whole address here."))
    pasted = getpass.getpass(_("Address: ")) if is_terminal(sys.stdin) else sys.stdin.readline()
    return signing.finish_with_redirect(redirect, pasted)


def sign_out(args: Namespace, paths: Paths) -> int:
    """Forget the tokens."""
    from tuimail.config import tokens

    with Office(paths) as office:
        tokens.forget(_account(args, office))
    say(_("Signed out: no token is kept."))
    return 0


def _account(args: Namespace, office: Office) -> Account:
    association = association_named(args.association)
    operator = office.owner.operator if args.own else ""
    found = accounts.account_of(association.id, operator) if association.id else None
    if found is None:
        raise NotSettled(
            _("No SMTP account is codified yet."),
            _("Codify it first: tuimail smtp set --host NAME --port NUMBER --security none|starttls|tls."),
        )
    return found
