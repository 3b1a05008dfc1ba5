"""`tuimail unsubscribed`: who wants no mailing, and where one says so."""

from __future__ import annotations

from argparse import Namespace
from datetime import UTC, datetime

from tuimail.cli.output import columns, say, say_json
from tuimail.cli.places import association_named, kept_association
from tuimail.config.paths import Paths
from tuimail.domain.addresses import normalise_address
from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _
from tuimail.domain.letters import checked_unsubscribing
from tuimail.domain.mailing import suppressed
from tuimail.office import Office
from tuimail.store import letters, mailings
from tuimail.store.database import transaction


def list_unsubscribed(args: Namespace, paths: Paths) -> int:
    """Print every address that wants no mailing."""
    with Office(paths):
        found = mailings.suppressions()
    for each in found:
        if args.json:
            since = each.since.astimezone(UTC).isoformat()
            say_json({"address": each.address, "since": since, "operator": each.operator, "source": each.source})
        else:
            say(columns([(each.address, 34), (f"{each.since.astimezone():%d/%m/%Y}", 10), (each.source, 0)]))
    if not (found or args.json):
        say(_("Nobody has unsubscribed."))
    return 0


def add(args: Namespace, paths: Paths) -> int:
    """Write no more mailings to an address."""
    with Office(paths) as office:
        owner, now = office.owner, datetime.now(UTC)
        new = mailings.suppress([suppressed(args.address, owner.operator, args.why, now)], owner, now)
    address = normalise_address(args.address)
    if new:
        say(_("No mailings to {address} any more.").format(address=address))
    else:
        say(_("{address} had unsubscribed already.").format(address=address))
    return 0


def remove(args: Namespace, paths: Paths) -> int:
    """Write to an address again."""
    address = normalise_address(args.address)
    with Office(paths) as office:
        found = mailings.allow_again(address, office.owner, datetime.now(UTC), args.why)
    if not found:
        raise BadInput(
            _("{address} has not unsubscribed.").format(address=address), _("See who has: tuimail unsubscribed.")
        )
    say(_("Mailings to {address} again.").format(address=address))
    return 0


def settle(args: Namespace, paths: Paths) -> int:
    """Settle where one unsubscribes; without options, say where."""
    with Office(paths) as office, transaction():
        association_id = kept_association(association_named(args.association))
        known = letters.unsubscribing(association_id)
        email = known.address if args.email is None else args.email
        url = known.url if args.url is None else args.url
        wanted = checked_unsubscribing(email, url)
        letters.set_unsubscribing(association_id, wanted, office.owner, datetime.now(UTC))
    say(_("Wishes to unsubscribe go to: {where}").format(where=wanted.address or _("the sender of the letter")))
    say(_("One-click address: {url}").format(url=wanted.url or _("none")))
    return 0
