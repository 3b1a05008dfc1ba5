"""What becomes of one row of a file that goes in."""

from __future__ import annotations

from dataclasses import dataclass

from tuimail.domain.i18n import _, ngettext


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A value that becomes another one, both for people."""

    key: str
    """The field for programs."""
    name: str
    """The field for people."""
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Added:
    """A resident or document that was not known."""

    line: int
    name: str
    """The resident's."""
    code: str = ""
    """The resident's, if this is one."""
    number: str = ""
    """The document's, if this is one."""

    @property
    def label(self) -> str:
        """For people."""
        if self.number:
            return _("invoice {number} {name}").format(number=self.number, name=self.name)
        return f"{self.name} ({self.code})" if self.code else self.name


@dataclass(frozen=True, slots=True)
class Change:
    """A known resident or document that the file says something new about."""

    line: int
    label: str
    fields: tuple[FieldChange, ...]
    resident_id: int = 0
    """The resident's, if this is one."""

    def sentence(self) -> str:
        """`LAINE Diane (R0001): room 100 → 101`."""
        return _("{label}: {changes}").format(label=self.label, changes=self.told())

    def told(self) -> str:
        """`room 100 → 101`."""
        nothing = _("(nothing)")
        return ", ".join(f"{f.name} {f.old or nothing} → {f.new or nothing}" for f in self.fields)


@dataclass(frozen=True, slots=True)
class Kept:
    """E-mail addresses of a known resident that stay though the file has an empty cell for them."""

    line: int
    label: str
    """The resident, for people."""
    addresses: tuple[str, ...]

    def told(self) -> str:
        """`address kept, the file has none: a@x.example`."""
        return ngettext(
            "address kept, the file has none: {addresses}",
            "addresses kept, the file has none: {addresses}",
            len(self.addresses),
        ).format(addresses=", ".join(self.addresses))

    def sentence(self) -> str:
        """The line, the resident and the addresses."""
        return _("line {line}, {label}: {told}").format(
            line=self.line, label=self.label, told=", ".join(self.addresses)
        )


@dataclass(frozen=True, slots=True)
class LookAlike:
    """An address that the file brings and that looks like a better one; it goes in as it stands."""

    line: int
    label: str
    """The resident, for people."""
    address: str
    meant: str

    def told(self) -> str:
        """`paul@gmial.com looks like a slip: paul@gmail.com?`."""
        return _("{address} looks like a slip: {other}?").format(address=self.address, other=self.meant)

    def sentence(self) -> str:
        """The same with the line and the resident."""
        return _("line {line}, {label}: {told}").format(line=self.line, label=self.label, told=self.told())
