"""What can only be seen of a send once its PDFs are made: that they have changed, or that a message is too large."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tuimail.domain.billing import Attachment
from tuimail.domain.i18n import _
from tuimail.domain.mail import Mend
from tuimail.domain.periods import format_moment
from tuimail.domain.sizes import size_words
from tuimail.sending.control import Control
from tuimail.store.pinned import pinned
from tuimail.store.sent_pdfs import sent_pdfs


def looked_over(control: Control, folder: Path, attachments: Sequence[tuple[int, Attachment]] = ()) -> Control:
    """The control with those blocked that must not leave as they are; `folder` is that of all PDFs."""
    return _sized(_compared(control, folder), attachments)


def _compared(control: Control, folder: Path) -> Control:
    """No two addresses get different PDFs of one document unless somebody wants it."""
    before = sent_pdfs([candidate.document.id for candidate in control.ready if candidate.last_sent])
    blocked: dict[int, tuple[str, Mend]] = {}
    remarks: dict[int, str] = {}
    for document_id, sent in before.items():
        if sent.sha256 == control.files[document_id].sha256:
            continue
        moment = format_moment(sent.at)
        if not (folder / sent.path).is_file():
            remarks[document_id] = _("the PDF sent on {moment} is gone, and the new one differs").format(moment=moment)
        elif control.resend:
            remarks[document_id] = _("its PDF is not the one sent on {moment}").format(moment=moment)
        else:
            reason = _("its PDF has changed since it was sent on {moment}: r sends the new one").format(moment=moment)
            blocked[document_id] = (reason, Mend.NOWHERE)
    for document_id, left in pinned([c.document.id for c in control.ready if c.document.id not in before]).items():
        if left.sha256 != control.files[document_id].sha256:
            remarks[document_id] = _("its PDF is not the one that was posted or handed over")
    return control.without(blocked).remarked(remarks)


def _sized(control: Control, attachments: Sequence[tuple[int, Attachment]]) -> Control:
    if not control.limit:
        return control
    reason = _("its message takes {size}, the server {limit} at most")
    return control.without(
        {
            document_id: (reason.format(size=size_words(size), limit=size_words(control.limit)), Mend.NOWHERE)
            for document_id, size in control.sizes(attachments).items()
            if size > control.limit
        }
    )
