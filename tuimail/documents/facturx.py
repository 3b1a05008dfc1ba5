"""The machine-readable invoice inside a PDF: Factur-X 1.0, profiles BASIC and EN 16931 (UN/CEFACT CII D22B).

Deductions are lines of a negative quantity at a positive price, as the standard wants it. Amounts of a credit note are
turned around: its type says that it takes off.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from html import escape
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from tuimail.documents.payment_code import checked_iban
from tuimail.documents.printable import Printable, rates
from tuimail.domain.billing import DocumentKind, DocumentLine
from tuimail.domain.errors import DocumentError
from tuimail.domain.i18n import _
from tuimail.domain.money import SCALE
from tuimail.domain.places import FacturX, PostalAddress, VatRegime

FILE_NAME = "factur-x.xml"

_GUIDELINES = {
    FacturX.BASIC: "urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic",
    FacturX.EN16931: "urn:cen.eu:en16931:2017",
}
_SPACES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}
_TYPES = {DocumentKind.INVOICE: "380", DocumentKind.CREDIT_NOTE: "381"}
_PIECES = "C62"
_TRANSFER = "30"
_SIREN = "0002"


def carries_xml(item: Printable) -> bool:
    """Whether the PDF of `item` has a machine-readable invoice inside: never one that is encrypted (PDF/A forbids)."""
    wanted = item.structure.factur_x is not FacturX.NONE
    return wanted and item.document.kind in _TYPES and not item.resident.pdf_password


def invoice_xml(item: Printable) -> bytes:
    """The XML of an invoice or credit note, whose texts were `cleaned`.

    Raises DocumentError for what the standard asks for and the document or the structure does not say.
    """
    _check(item)
    for prefix, uri in _SPACES.items():
        register_namespace(prefix, uri)
    root = Element(_name("rsm:CrossIndustryInvoice"))
    _Xml(item).fill(root)
    content: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def _check(item: Printable) -> None:
    missing = ""
    if not item.document.lines:
        missing = _("it has no lines")
    elif len(_siren(item)) != 9:
        missing = _("the structure’s card has no SIRET")
    elif item.structure.vat_regime is VatRegime.UNSAID and any(not line.vat_bp for line in item.document.lines):
        missing = _("the structure’s card does not say how it stands with VAT")
    if missing:
        raise DocumentError(
            _("Document {number} cannot be made as Factur-X: {reason}.").format(
                number=item.document.number, reason=missing
            ),
            _("Complete it, or have this structure’s PDFs made without Factur-X."),
        )


def _siren(item: Printable) -> str:
    digits = "".join(c for c in item.structure.siret if c.isdigit())
    return digits[:9] if len(digits) == 14 else ""


@dataclass(frozen=True, slots=True)
class _Category:
    code: str
    reason: str = ""
    reason_code: str = ""


class _Xml:
    """Fills the tree from the top; the schema fixes the order of everything."""

    def __init__(self, item: Printable) -> None:
        self._item = item
        self._full = item.structure.factur_x is FacturX.EN16931
        turned = item.document.kind is DocumentKind.CREDIT_NOTE and item.document.gross < 0
        self._sign = -1 if turned else 1

    def fill(self, root: Element) -> None:
        item, document = self._item, self._item.document
        context = _add(root, "rsm:ExchangedDocumentContext")
        _add(context, "ram:GuidelineSpecifiedDocumentContextParameter/ram:ID", _GUIDELINES[item.structure.factur_x])
        head = _add(root, "rsm:ExchangedDocument")
        _add(head, "ram:ID", document.number)
        _add(head, "ram:TypeCode", _TYPES[document.kind])
        _day(_add(head, "ram:IssueDateTime"), document.issued_on)
        if item.structure.legal_text:
            _add(head, "ram:IncludedNote/ram:Content", item.structure.legal_text)
        trade = _add(root, "rsm:SupplyChainTradeTransaction")
        for position, line in enumerate(document.lines, 1):
            self._line(trade, position, line)
        self._parties(_add(trade, "ram:ApplicableHeaderTradeAgreement"))
        delivery = "ram:ApplicableHeaderTradeDelivery/ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime"
        _day(_add(trade, delivery), self._month()[1])
        self._settlement(_add(trade, "ram:ApplicableHeaderTradeSettlement"))

    def _line(self, trade: Element, position: int, line: DocumentLine) -> None:
        quantity, price = self._sign * line.quantity, line.unit_price
        if price < 0:
            quantity, price = -quantity, -price
        node = _add(trade, "ram:IncludedSupplyChainTradeLineItem")
        _add(node, "ram:AssociatedDocumentLineDocument/ram:LineID", str(position))
        _add(node, "ram:SpecifiedTradeProduct/ram:Name", line.label or line.heading or "-")
        agreed = "ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice/ram:ChargeAmount"
        _add(node, agreed, _decimal(price))
        _add(node, "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity", _decimal(quantity), unitCode=_PIECES)
        settled = _add(node, "ram:SpecifiedLineTradeSettlement")
        tax = _add(settled, "ram:ApplicableTradeTax")
        _add(tax, "ram:TypeCode", "VAT")
        _add(tax, "ram:CategoryCode", self._category(line.vat_bp).code)
        _add(tax, "ram:RateApplicablePercent", _percent(line.vat_bp))
        total = "ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount"
        _add(settled, total, self._euros(line.amount))

    def _parties(self, node: Element) -> None:
        item, structure = self._item, self._item.structure
        seller = _add(node, "ram:SellerTradeParty")
        _add(seller, "ram:Name", structure.legal_name or structure.name)
        legal = _add(seller, "ram:SpecifiedLegalOrganization")
        _add(legal, "ram:ID", _siren(item), schemeID=_SIREN)
        if structure.name != (structure.legal_name or structure.name):
            _add(legal, "ram:TradingBusinessName", structure.name)
        _address(seller, structure.address)
        if structure.email:
            _add(seller, "ram:URIUniversalCommunication/ram:URIID", structure.email, schemeID="EM")
        siren = _siren(item)
        if structure.vat_regime is VatRegime.TAXED or item.taxed:
            key = (12 + 3 * (int(siren) % 97)) % 97
            _add(seller, "ram:SpecifiedTaxRegistration/ram:ID", f"FR{key:02d}{siren}", schemeID="VA")
        else:
            _add(seller, "ram:SpecifiedTaxRegistration/ram:ID", siren, schemeID="FC")
        buyer = _add(node, "ram:BuyerTradeParty")
        _add(buyer, "ram:Name", item.resident.name)
        _address(buyer, structure.address)

    def _settlement(self, node: Element) -> None:
        item, document, structure = self._item, self._item.document, self._item.structure
        _add(node, "ram:PaymentReference", document.number)
        _add(node, "ram:InvoiceCurrencyCode", "EUR")
        if structure.iban:
            means = _add(node, "ram:SpecifiedTradeSettlementPaymentMeans")
            _add(means, "ram:TypeCode", _TRANSFER)
            account = _add(means, "ram:PayeePartyCreditorFinancialAccount")
            _add(account, "ram:IBANID", checked_iban(structure.iban, structure.name))
            if self._full:
                _add(account, "ram:AccountName", structure.legal_name or structure.name)
            if self._full and structure.bic:
                bank = "ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID"
                _add(means, bank, "".join(structure.bic.split()))
        for rate in rates(document):
            category = self._category(rate.vat_bp)
            tax = _add(node, "ram:ApplicableTradeTax")
            _add(tax, "ram:CalculatedAmount", self._euros(rate.vat))
            _add(tax, "ram:TypeCode", "VAT")
            if category.reason:
                _add(tax, "ram:ExemptionReason", category.reason)
            _add(tax, "ram:BasisAmount", self._euros(rate.net))
            _add(tax, "ram:CategoryCode", category.code)
            if category.reason_code:
                _add(tax, "ram:ExemptionReasonCode", category.reason_code)
            _add(tax, "ram:RateApplicablePercent", _percent(rate.vat_bp))
        first, last = self._month()
        period = _add(node, "ram:BillingSpecifiedPeriod")
        _day(_add(period, "ram:StartDateTime"), first)
        _day(_add(period, "ram:EndDateTime"), last)
        terms = _add(node, "ram:SpecifiedTradePaymentTerms")
        _add(terms, "ram:Description", structure.payment_terms or "Paiement à réception")
        if document.due_on and item.owed:
            _day(_add(terms, "ram:DueDateDateTime"), document.due_on)
        self._sums(_add(node, "ram:SpecifiedTradeSettlementHeaderMonetarySummation"))
        if item.related:
            corrected = _add(node, "ram:InvoiceReferencedDocument")
            _add(corrected, "ram:IssuerAssignedID", item.related.number)
            day = f"{item.related.issued_on:%Y%m%d}"
            _add(corrected, "ram:FormattedIssueDateTime/qdt:DateTimeString", day, format="102")

    def _sums(self, node: Element) -> None:
        document = self._item.document
        _add(node, "ram:LineTotalAmount", self._euros(document.net))
        _add(node, "ram:TaxBasisTotalAmount", self._euros(document.net))
        _add(node, "ram:TaxTotalAmount", self._euros(document.vat), currencyID="EUR")
        _add(node, "ram:GrandTotalAmount", self._euros(document.gross))
        if document.paid:
            _add(node, "ram:TotalPrepaidAmount", self._euros(document.paid))
        _add(node, "ram:DuePayableAmount", self._euros(self._item.due))

    def _month(self) -> tuple[date, date]:
        period = self._item.document.period
        following = period.shift(1)
        return date(period.year, period.month, 1), date(following.year, following.month, 1) - timedelta(days=1)

    def _category(self, vat_bp: int) -> _Category:
        """Standard rate, exempt with the reason, or - what a taxed structure bills at 0 % - zero rate."""
        regime = self._item.structure.vat_regime
        if vat_bp:
            return _Category("S")
        codes = {VatRegime.EXEMPT: "VATEX-FR-CGI261-7", VatRegime.FRANCHISE: "VATEX-FR-FRANCHISE"}
        return _Category("E", regime.usual_text, codes[regime]) if regime in codes else _Category("Z")

    def _euros(self, cents: int) -> str:
        return f"{Decimal(self._sign * cents) / 100:.2f}"


def _address(party: Element, address: PostalAddress) -> None:
    node = _add(party, "ram:PostalTradeAddress")
    if address.postcode:
        _add(node, "ram:PostcodeCode", address.postcode)
    parts = [line for line in address.lines if line]
    for name, line in zip(("LineOne", "LineTwo", "LineThree"), (*parts[:2], ", ".join(parts[2:])), strict=False):
        if line:
            _add(node, f"ram:{name}", line)
    if address.city:
        _add(node, "ram:CityName", address.city)
    _add(node, "ram:CountryID", "FR")


def _add(parent: Element, path: str, text: str = "", **attributes: str) -> Element:
    """The last element of `path`, all of it made anew."""
    for name in path.split("/"):
        parent = SubElement(parent, _name(name))
    parent.text = text or None
    parent.attrib.update(attributes)
    return parent


def _name(prefixed: str) -> str:
    prefix, name = prefixed.split(":")
    return f"{{{_SPACES[prefix]}}}{name}"


def _day(parent: Element, day: date) -> None:
    _add(parent, "udt:DateTimeString", f"{day:%Y%m%d}", format="102")


def _decimal(value: int) -> str:
    return f"{(Decimal(value) / SCALE).normalize():f}"


def _percent(vat_bp: int) -> str:
    return f"{Decimal(vat_bp) / 100:.2f}"


def metadata(item: Printable, title: str, moment: str) -> str:
    """The PDF's own metadata (XMP) that name it PDF/A-3b and Factur-X; `moment` in ISO 8601.

    Written here, for the metadata that fpdf2 makes hold the time of the day.
    """
    level = item.structure.factur_x.label
    return _XMP.format(
        title=escape(title), author=escape(item.structure.name), moment=moment, file=FILE_NAME, level=level
    )


_XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<xmp:CreatorTool>tuimail</xmp:CreatorTool><xmp:CreateDate>{moment}</xmp:CreateDate>
<xmp:ModifyDate>{moment}</xmp:ModifyDate><pdf:Producer>tuimail</pdf:Producer>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>fx</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq>
<rdf:li rdf:parseType="Resource"><pdfaProperty:name>DocumentFileName</pdfaProperty:name>
<pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>
<pdfaProperty:description>The name of the embedded XML document</pdfaProperty:description></rdf:li>
<rdf:li rdf:parseType="Resource"><pdfaProperty:name>DocumentType</pdfaProperty:name>
<pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>
<pdfaProperty:description>The type of the hybrid document</pdfaProperty:description></rdf:li>
<rdf:li rdf:parseType="Resource"><pdfaProperty:name>Version</pdfaProperty:name>
<pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>
<pdfaProperty:description>The version of the standard</pdfaProperty:description></rdf:li>
<rdf:li rdf:parseType="Resource"><pdfaProperty:name>ConformanceLevel</pdfaProperty:name>
<pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>
<pdfaProperty:description>The conformance level of the XML document</pdfaProperty:description></rdf:li>
</rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:fx="urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#">
<fx:DocumentType>INVOICE</fx:DocumentType><fx:DocumentFileName>{file}</fx:DocumentFileName>
<fx:Version>1.0</fx:Version><fx:ConformanceLevel>{level}</fx:ConformanceLevel>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>"""
