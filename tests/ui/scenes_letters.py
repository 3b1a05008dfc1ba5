"""The screens of letters to many."""

from __future__ import annotations

from dataclasses import replace

from office_data import NOW
from scenes import Scene, keys, then

from tuimail.domain.criteria import Criteria
from tuimail.domain.letters import Letter
from tuimail.domain.mail import DeliveryState, Settlement, Wait
from tuimail.domain.mailing import LetterModel, MailingList
from tuimail.office import Office
from tuimail.sending.letters import check_letter
from tuimail.store import accounts, audience, batches, letters, mailings, outbox

LETTER = Letter(
    "Fête d’automne à &structure",
    "Bonjour &nom,\n\nNous fêtons l’automne &lieu avec &resident.\n\n&expediteur\n",
    fields=(("lieu", "au grand salon"),),
)


def _drafted(office: Office) -> None:
    letters.keep_draft(office.owner.operator, LETTER)
    mailings.save_model(LetterModel("Nouveaux tarifs", "Tarifs de 2027", "Bonjour,\n"))


def _titled(office: Office) -> None:
    letters.keep_draft(office.owner.operator, replace(LETTER, body="Bonjour &civilite &nom,\n"))


def _sent(office: Office) -> None:
    """One mailing, of which one message was refused."""
    (account,) = accounts.accounts()
    batch = check_letter(LETTER, audience.people(), "tout le monde", now=NOW).queue((), office.owner, NOW)
    lease, _mended = outbox.acquire(account.id, office.owner, NOW, lambda _owner: False)
    at, count = NOW, 0
    while (claimed := outbox.claim(lease, account, at, batch.id)) is not None:
        if isinstance(claimed, Wait):
            at = claimed.until
            continue
        count += 1
        refused = Settlement(DeliveryState.FAILED, "5.1.1", "550 5.1.1 User unknown", detail="adresse inconnue")
        taken = Settlement(DeliveryState.SENT, "2.0.0", "250 Ok")
        outbox.enter_flight(lease, claimed.id, "wire", at)
        outbox.settle(lease, account, claimed, refused if count == 2 else taken, at)
    batches.finish(batch.id, office.owner, at)
    outbox.release(lease)


def _listed(office: Office) -> None:
    people = [person.key for person in audience.people()][:3]
    mailings.save_list(MailingList("Conseil", Criteria(), True, tuple(people)), office.owner, NOW)


SCENES = {
    "mailings": Scene(keys("5", ">", "tab", see="ajoutées")),
    "mailings-nobody": Scene(keys("5", "s", see="Personne n’est choisi")),
    "mailing-lists": Scene(keys("5", "right", "l", see="toujours les mêmes"), prepare=_listed),
    "letter-decided": Scene(
        then(
            keys("5", ">", "s", see="Fête"),
            keys("s", see="laisser de côté"),
            keys("l", see="redécider"),
            keys("down", see="Entrée corriger"),
        ),
        prepare=_titled,
    ),
    "letter": Scene(keys("5", ">", "s", see="Fête d’automne à EHPAD"), prepare=_drafted),
    "letter-empty": Scene(keys("5", ">", "s", see="Rien n’est encore écrit")),
    "letter-form": Scene(then(keys("5", ">", "s", see="Fête"), keys("enter", see="Objet")), prepare=_drafted),
    "letter-form-more": Scene(
        then(keys("5", ">", "s", see="Fête"), keys("enter", "pagedown", see="Qui écrit")), prepare=_drafted
    ),
    "letter-models": Scene(then(keys("5", ">", "s", see="Fête"), keys("m", see="Nouveaux tarifs")), prepare=_drafted),
    "letter-control": Scene(then(keys("5", ">", "s", see="Fête"), keys("s", see="À envoyer")), prepare=_drafted),
    "letter-test": Scene(then(keys("5", ">", "s", see="Fête"), keys("t", see="Essai à soi-même")), prepare=_drafted),
    "letter-rehearsal": Scene(
        then(keys("5", ">", "s", see="Fête"), keys("w", see="Répétition de 14 messages")), prepare=_drafted
    ),
    "letter-asked": Scene(then(keys("5", ">", "s", see="Fête"), keys("s", see="laisser de côté")), prepare=_titled),
    "past-mailings": Scene(keys("5", "h", see="Fête d’automne"), prepare=_sent),
    "mailing-result": Scene(then(keys("5", "h", see="Fête"), keys("enter", "down", see="reçue")), prepare=_sent),
}
"""By name."""
