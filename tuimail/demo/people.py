"""The invented residents, guardians and relatives: the same ones at each start."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import cycle
from random import Random

from tuimail.domain.people import Guardian, Relative, Resident
from tuimail.domain.places import PostalAddress
from tuimail.domain.text import fold

GONE = "parti.example"
"""The demonstration's mail server knows nobody there."""

_LAST = """
ALBERTINI AUBRY BARBIER BAUDOUIN BÉRARD BLANCHET BONNEFOY BRÉMOND CHÂTELAIN CHEVALLIER COLIN CORDIER COUSIN
DACOSTA DESCHAMPS DÉSIRÉ DUFRÊNE ESTÈVE FABRE FAVREAU FÉVRIER FLEURY FORESTIER GAILLARD GÉRARD GIRAUDET
GONÇALVES GRÉGOIRE GUÉRIN HÉBERT HOARAU HUMBERT JACQUET JOUBERT KÉROUÉDAN KOWALSKI LACROIX LÉCUYER LEFÈVRE
LEMAÎTRE LŒUILLET ŁUCZAK MAÎTREJEAN MARÉCHAL MATHIEU MÉNARD MORVAN MUÑOZ NAUDIN NOËL ŒUVRARD OLLIVIER PAQUET
PÉLISSIER PERRIN PRÉVOST QUÉMÉNER RAYNAUD REBOUL RENOÛ RIVIÈRE ROUSSEL SABATIER SAINT-MARTIN SÉGUIN TESSIER
THÉVENET TRÉMEAU VASSEUR VERDIER VIDAL VÖGEL WEISS YVINEC ZIEGLER
""".split()  # noqa: SIM905
_WOMEN = """
Adèle Agnès Andrée Anne-Marie Bérénice Cécile Chloé Colette Denise Édith Éliane Émilienne Geneviève Germaine
Ginette Hélène Huguette Irène Jacqueline Jeannine Léontine Lucienne Madeleine Marcelle Marguerite
Marie-Thérèse Mélanie Noëlle Odile Paulette Renée Simone Solange Suzanne Thérèse Yvette Yvonne Zoé
""".split()  # noqa: SIM905
_MEN = """
André Anselme Aurèle Bernard Célestin Désiré Edmond Émilien Étienne Félix Fernand François Gaëtan Gérard Henri
Honoré Jean-Noël Joël Léon Louis Marcel Maurice Noël Pierre Raphaël Raymond René Roger Théophile Yvon
""".split()  # noqa: SIM905
_DOMAINS = ("orange.example", "free.example", "laposte.example", "gmail.example", "sfr.example")
_LINKS = (("Fille", True), ("Fils", False), ("Nièce", True), ("Neveu", False), ("Sœur", True), ("Petit-fils", False))
_GUARDIANS = (
    ("Tutelle", "UDAF 99", "udaf99@tutelle.example"),
    ("Curatelle renforcée", "Mme Lætitia Garnier", "l.garnier@mandataire.example"),
    ("Tutelle", "ATMP du Val d’Orne", "factures@atmp-orne.example"),
    ("Curatelle simple", "UDAF 99", "udaf99@tutelle.example"),
)
_CASES = (
    "own", "own relative", "relative", "own", "own relative", "none", "own guardian", "relative", "own", "own relative",
    "two", "own second", "own", "relative", "guardian", "own relative", "both", "own", "silent", "same",
)  # fmt: skip
"""Which addresses a resident has, in turn; about one in ten has none that receives."""

_KNOWN = (
    ("Mme", "ANTOINE", "Monique", "own guardian relative"),
    ("M.", "BERNARD", "Paul", "own unticked"),
    ("M.", "BOUCHER", "Émile", "own gone"),
    ("Mme", "CARON", "Lucie", "none"),
    ("Mme", "DELMAS", "Odette", "own relative"),
    ("M.", "DUVAL", "Jean", "own"),
    ("Mme", "LEROY", "Anne", "guardian"),
    ("M.", "MARTIN", "Guy", "own relative"),
)
"""Those whom the manual's examples are about; they live in the second structure."""


def residents(structure_ids: list[int]) -> list[Resident]:
    """44, 42 and 34 residents of the three structures, without ids."""
    random = Random(2026)  # noqa: S311
    cases = cycle(_CASES)
    people: list[Resident] = []
    for position, (structure_id, count) in enumerate(zip(structure_ids, (44, 42, 34), strict=True)):
        known = _KNOWN if position == 1 else ()
        drawn = random.sample(_LAST, count - len(known))
        someone = [*known, *(_somebody(random, last, next(cases)) for last in drawn)]
        for room, (title, last, first, case) in enumerate(sorted(someone, key=lambda s: fold(s[1]))):
            code = f"R{len(people) + 1:04d}"
            people.append(_resident(random, structure_id, code, str(101 + room), title, last, first, case))
    return people


def _somebody(random: Random, last: str, case: str) -> tuple[str, str, str, str]:
    if random.random() < 0.7:
        return "Mme", last, random.choice(_WOMEN), case
    return "M.", last, random.choice(_MEN), case


def _resident(
    random: Random, structure_id: int, code: str, room: str, title: str, last: str, first: str, case: str
) -> Resident:
    words = case.split()
    own: list[str] = []
    if "own" in words or "two" in words or "same" in words:
        own.append(_address(first, last, random.choice(_DOMAINS)))
    if "two" in words:
        own.append(_address(first[0], last, random.choice(_DOMAINS)))
    guardian = None
    if "guardian" in words:
        guardian = _guardian(*random.choice(_GUARDIANS))
    elif "gone" in words:
        guardian = _guardian("Tutelle", "Cabinet Hérault", f"cabinet.herault@{GONE}")
    return Resident(
        structure_id=structure_id,
        code=code,
        last_name=last,
        first_name=first,
        title=title,
        birth_date=date(random.randrange(1926, 1947), random.randrange(1, 13), random.randrange(1, 29)),
        room=room,
        entry_date=date(random.randrange(2018, 2026), random.randrange(1, 13), 1),
        emails=tuple(own),
        guardian=guardian,
        relatives=tuple(_relatives(random, last, words, own)),
    )


def _relatives(random: Random, last: str, words: list[str], own: list[str]) -> Iterator[Relative]:
    if "relative" in words or "both" in words:
        yield _relative(random, last)
    if "both" in words:
        yield _relative(random, last)
    if "second" in words or "unticked" in words:
        yield _relative(random, last, receives=False)
    if "second" in words:
        yield _relative(random, last)
    if "silent" in words:
        yield _relative(random, last, email=False)
    if "same" in words:
        name = f"{last} {random.choice(_WOMEN)}"
        yield Relative(name, "Fille", own[0], receives=True)


def _relative(random: Random, last: str, *, receives: bool = True, email: bool = True) -> Relative:
    link, woman = random.choice(_LINKS)
    first = random.choice(_WOMEN if woman else _MEN)
    name = last if random.random() < 0.6 else random.choice(_LAST)
    return Relative(
        name=f"{name} {first}",
        link=link,
        email=_address(first, name, random.choice(_DOMAINS)) if email else "",
        receives=receives,
        address=PostalAddress((f"{random.randrange(1, 90)}, rue des Lilas",), "99120", "Valmont-sur-Orne"),
        phone=f"06 39 98 {random.randrange(100):02d} {random.randrange(100):02d}",
    )


def _guardian(kind: str, delegate: str, email: str) -> Guardian:
    return Guardian(
        kind=kind,
        delegate=delegate,
        email=email,
        receives=True,
        address=PostalAddress(("8, quai des Mariniers",), "99000", "Orneville"),
        phone="01 99 00 40 01",
    )


def _address(first: str, last: str, domain: str) -> str:
    local = ".".join("".join(c for c in fold(part) if c.isalnum() or c == "-") for part in (first, last))
    return f"{local}@{domain}"
