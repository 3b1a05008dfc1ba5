"""The commands of the import desk."""

from __future__ import annotations

from tuimail.domain.i18n import N_
from tuimail.ui.commands.everywhere import EVERYWHERE
from tuimail.ui.commands.model import Command

IMPORT_FILES = "import-files"
IMPORT_COLUMNS = "import-columns"
IMPORT_CHECK = "import-check"

COMMANDS = (
    Command(
        EVERYWHERE, "import_desk", ("I",), N_("import files"), N_("Import residents and invoices from files"), False
    ),
    Command(IMPORT_FILES, "columns", ("enter",), N_("columns"), N_("See how the file is read, and correct it")),
    Command(IMPORT_FILES, "check", ("c", "f2"), N_("check"), N_("See what the import would do, before it does it")),
    Command(IMPORT_FILES, "add", ("a",), N_("add"), N_("Add a file")),
    Command(IMPORT_FILES, "remove", ("delete", "f8"), N_("take out"), N_("Do not import the file under the cursor")),
    Command(IMPORT_FILES, "pdf_folder", ("d",), N_("PDF folder"), N_("Say where the invoices' own PDFs are")),
    Command(IMPORT_FILES, "period", ("m",), N_("month"), N_("Say the month of invoices whose file does not tell")),
    Command(IMPORT_FILES, "undo", ("z",), N_("undo the last"), N_("Take the last import back")),
    Command(IMPORT_COLUMNS, "choose_field", ("enter",), N_("field"), N_("Say what the column holds")),
    Command(IMPORT_COLUMNS, "check", ("c", "f2"), N_("check"), N_("See what the import would do, before it does it")),
    Command(IMPORT_COLUMNS, "set_aside", ("delete", "f8"), N_("aside"), N_("Leave the column out of the import")),
    Command(IMPORT_COLUMNS, "reading", ("l",), N_("reading"), N_("Correct encoding, separator, sheet, dates, numbers")),
    Command(IMPORT_COLUMNS, "profile", ("p",), N_("profile"), N_("Use, save or remove a profile of this layout")),
    Command(IMPORT_COLUMNS, "next_file", ("tab",), N_("next file"), N_("Show the next file")),
    Command(IMPORT_CHECK, "do_import", ("I", "f2"), N_("import files"), N_("Import all that is not refused")),
    Command(
        IMPORT_CHECK, "open_item", ("enter",), N_("decide or read"), N_("Say whom the row means, or read it whole")
    ),
    Command(IMPORT_CHECK, "cycle_filter", ("f", "f4"), N_("filter"), N_("Show all, to decide, refused, changed, new")),
)
