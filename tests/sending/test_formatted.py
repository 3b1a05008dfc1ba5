"""The HTML part says what the text says, and a program that shows text alone sees no difference."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest
from wire_samples import make_wire

from tuimail.sending.formatted import html_of
from tuimail.sending.message import Formatted, Part, Wire, encode_attachment

TEXT = "Bonjour,\n\nLa facture de <Paul> & Cie  est jointe.\nMerci.\n\nCordialement,\n"


class Words(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.sources: list[str | None] = []
        self.feed(html)

    def handle_data(self, data: str) -> None:
        self.words += data.replace("\u00a0", " ").split()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.sources.append(dict(attrs)["src"])


def parsed(wire: Wire) -> EmailMessage:
    return email.message_from_bytes(bytes(wire), policy=email.policy.default)  # type: ignore[return-value]


def test_the_html_holds_the_same_words_and_nothing_of_the_text_is_taken_for_a_tag() -> None:
    assert Words(html_of(TEXT)).words == TEXT.split()


@pytest.mark.parametrize("logo", [False, True])
def test_the_text_comes_first_and_the_attachments_stay_outside(logo: bool) -> None:
    picture = Part("logo.png", "image/png", encode_attachment(b"\x89PNG")) if logo else None
    html = html_of(TEXT, logo="EHPAD" if logo else "")
    message = parsed(make_wire(text=TEXT, formatted=Formatted(html, picture)))

    assert not [defect for part in message.walk() for defect in part.defects]
    assert [part.get_content_type() for part in message.walk() if not part.is_multipart()] == [
        "text/plain",
        "text/html",
        *(["image/png"] if logo else []),
        "application/pdf",
    ]
    assert [part.get_filename() for part in message.iter_attachments()] == ["Facture Hélène.pdf"]
    plain, shown = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert shown is not None
    assert plain.get_content().splitlines() == TEXT.splitlines()
    assert Words(shown.get_content()).sources == (["cid:logo"] if logo else [])
    if logo:
        (image,) = [part for part in message.walk() if part.get_content_type() == "image/png"]
        assert (image["Content-ID"], image.get_content()) == ("<logo>", b"\x89PNG")


def test_without_html_the_message_is_the_text_alone() -> None:
    message = parsed(make_wire(text=TEXT, parts=()))
    assert message.get_content_type() == "text/plain"
