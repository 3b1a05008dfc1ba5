"""Pages into a PDF file: fpdf2 writes the file, the operators on the page and the fonts' objects are ours.

fpdf2 cuts the fonts down anew for every file, which is most of a page's time; `_Producer` puts in what `embedding` has
cut already. It stands on names that fpdf2 keeps to itself, hence the narrow range of versions in `pyproject.toml`.
Imported where the first PDF is made: fpdf2 takes a third of a second.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from fpdf import FPDF, ViewerPreferences
from fpdf.enums import FontDescriptorFlags, PDFResourceType
from fpdf.fonts import PDFFontDescriptor
from fpdf.output import CIDSystemInfo, OutputProducer, PDFFont, PDFXObject
from fpdf.syntax import Name, PDFArray, PDFContentStream

from tuimail.documents.embedding import Cut, cuts
from tuimail.documents.logo import Logo, prepared
from tuimail.documents.sheet import PAGE_HEIGHT, Box, Code, Colour, Page, Picture, Rule, Text

_POINTS = 72 / 25.4


class Pdf(FPDF):
    """One A4 PDF: `paint` its documents' pages in order, then `content`."""

    def __init__(self, title: str, author: str, day: date, pages: Iterable[Page], **options: Any) -> None:
        """`pages`: all that will be painted, for their letters; `options`: as fpdf2 takes them."""
        super().__init__(format="A4", unit="mm", **options)
        self.set_auto_page_break(False)
        self.allow_images_transparency = False
        self.set_title(title)
        self.set_author(author)
        self.set_creator("tuimail")
        self.set_producer("tuimail")
        self.set_lang("fr-FR")
        self.set_creation_date(datetime.combine(day, time(12), UTC))
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)
        letters: tuple[set[str], set[str]] = set(), set()
        for page in pages:
            for mark in page:
                if isinstance(mark, Text):
                    letters[mark.bold].update(mark.text)
        self.cuts = cuts(*letters)
        self.logos: list[Logo] = []

    def paint(self, pages: Sequence[Page], bookmark: str = "") -> None:
        """The next document."""
        for number, page in enumerate(pages):
            self.add_page()
            if bookmark and number == 0:
                self.start_section(bookmark)
            used = _Operators(self.cuts, self._logo)
            self._out(used.of(page))
            for bold in sorted(used.weights):
                self._resource_catalog.add(PDFResourceType.FONT, int(bold) + 1, self.page)
            for index in sorted(used.pictures):
                self._resource_catalog.add(PDFResourceType.X_OBJECT, index, self.page)

    def carry(self, name: str, content: bytes, metadata: str) -> None:
        """Embed an XML file, and say in the metadata (XMP) what it is."""
        self.embed_file(
            bytes=content,
            basename=name,
            mime_type="text/xml",
            associated_file_relationship="Data",
            modification_date=self.creation_date,
            desc="Factur-X",
            compress=True,
        )
        self.set_xmp_metadata(metadata)

    def content(self) -> bytes:
        """The file."""
        return bytes(self.output(output_producer_class=_Producer))

    def _logo(self, content: bytes) -> int:
        logo = prepared(content)
        if logo not in self.logos:
            self.logos.append(logo)
        return self.logos.index(logo) + 1


class _Operators:
    """The drawing operators of a page; colour and font are only said where they change."""

    def __init__(self, cuts: tuple[Cut, Cut], picture: Any) -> None:
        self.weights: set[bool] = set()
        self.pictures: set[int] = set()
        self._cuts = cuts
        self._picture = picture
        self._colour: Colour | None = None
        self._font: tuple[bool, float] | None = None
        self._out: list[str] = []

    def of(self, page: Page) -> str:
        for mark in page:
            match mark:
                case Text():
                    self._text(mark)
                case Rule(x, y, width, thickness, colour):
                    self._fill(colour)
                    self._out.append(f"{_box(x, y - thickness / 2, width, thickness)} f")
                case Box(x, y, width, height, colour):
                    self._fill(colour)
                    self._out.append(f"{_box(x, y, width, height)} f")
                case Code():
                    self._code(mark)
                case Picture(x, y, width, height, content):
                    index = self._picture(content)
                    self.pictures.add(index)
                    place = f"{width * _POINTS:.2f} 0 0 {height * _POINTS:.2f} {_at(x, y + height)}"
                    self._out.append(f"q {place} cm /I{index} Do Q")
        return "\n".join(self._out)

    def _text(self, mark: Text) -> None:
        self._fill(mark.colour)
        font = ""
        if self._font != (mark.bold, mark.size):
            self._font = mark.bold, mark.size
            self.weights.add(mark.bold)
            font = f"/F{int(mark.bold) + 1} {mark.size:.2f} Tf "
        glyphs = mark.text.translate(self._cuts[mark.bold].hexadecimal)
        self._out.append(f"BT {font}{_at(mark.x, mark.y)} Td <{glyphs}> Tj ET")

    def _code(self, mark: Code) -> None:
        self._fill(mark.colour)
        # In modules from the top left corner: small whole numbers, which compress well.
        module = mark.size / len(mark.rows) * _POINTS
        self._out.append(f"q {module:.4f} 0 0 {-module:.4f} {_at(mark.x, mark.y)} cm")
        for row, modules in enumerate(mark.rows):
            start = None
            for column, dark in enumerate((*modules, False)):
                if dark and start is None:
                    start = column
                elif not dark and start is not None:
                    self._out.append(f"{start} {row} {column - start} 1 re")
                    start = None
        self._out.append("f Q")

    def _fill(self, colour: Colour) -> None:
        if self._colour != colour:
            self._colour = colour
            self._out.append(" ".join(f"{part / 255:.3f}" for part in colour) + " rg")


def _at(x: float, y: float) -> str:
    return f"{x * _POINTS:.2f} {(PAGE_HEIGHT - y) * _POINTS:.2f}"


def _box(x: float, y: float, width: float, height: float) -> str:
    return f"{_at(x, y + height)} {width * _POINTS:.3f} {height * _POINTS:.3f} re"


class _Stream(PDFContentStream):
    """A stream that was compressed before."""

    def __init__(self, compressed: bytes) -> None:
        super().__init__(compressed)
        self.filter = Name("FlateDecode")


class _Producer(OutputProducer):
    def _add_fonts(self, *_: Any, **__: Any) -> dict[int, Any]:
        pdf: Any = self.fpdf
        return {index: self._font(cut) for index, cut in enumerate(pdf.cuts, 1)}

    def _font(self, cut: Cut) -> PDFFont:
        program: Any = _Stream(cut.program)
        program.length1 = cut.program_size
        descriptor: Any = PDFFontDescriptor(
            ascent=cut.ascent,
            descent=cut.descent,
            cap_height=cut.cap_height,
            flags=FontDescriptorFlags.SYMBOLIC,
            font_b_box=f"[{' '.join(map(str, cut.box))}]",
            italic_angle=0,
            stem_v=cut.stem,
            missing_width=600,
        )
        descriptor.font_name = Name(cut.name)
        descriptor.font_file2 = program
        glyphs: Any = PDFFont("CIDFontType2", cut.name, d_w=600, w=cut.widths)
        glyphs.c_i_d_system_info = CIDSystemInfo()
        glyphs.font_descriptor = descriptor
        glyphs.c_i_d_to_g_i_d_map = Name("Identity")
        font = PDFFont("Type0", cut.name, encoding="Identity-H")
        font.descendant_fonts = PDFArray([glyphs])
        font.to_unicode = _Stream(cut.to_unicode)
        for part in (program, descriptor, glyphs.c_i_d_system_info, glyphs, font.to_unicode, font):
            self._add_pdf_obj(part, "fonts")
        return font

    def _add_images(self) -> dict[int, PDFXObject]:
        pdf: Any = self.fpdf
        found = {}
        for index, logo in enumerate(pdf.logos, 1):
            found[index] = PDFXObject(
                logo.content,
                subtype="Image",
                width=logo.width,
                height=logo.height,
                color_space=Name("DeviceRGB"),
                bits_per_component=8,
                img_filter=logo.encoding,
            )
            self._add_pdf_obj(found[index], "images")
        return found
