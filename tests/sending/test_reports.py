"""Reading reports as servers and mail programs write them, and whatever else may lie in a mailbox."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from returned import FOLDER, sample

from tuimail.domain.returns import ReturnKind
from tuimail.sending.reports import is_report, read_reports

ORIGINAL, PAUL = "<0123456789abcdef0123456789abcdef@maison.example>", "paul.bernard@orange.example"
BOUNCED, READ = ReturnKind.BOUNCED, ReturnKind.READ
NAMES = sorted(path.stem for path in FOLDER.glob("*.eml"))


@pytest.mark.parametrize(
    ("name", "kind", "code", "words"),
    [
        ("postfix-unknown", BOUNCED, "5.1.1", "unknown user"),
        ("exchange-unknown", BOUNCED, "5.1.10", "Recipient not found"),
        ("gmail-unknown", BOUNCED, "5.1.1", "double-checking the recipient's"),
        ("delayed", ReturnKind.DELAYED, "4.4.1", "Connection timed out"),
        ("read-thunderbird", READ, "", ""),
        ("read-outlook", READ, "", ""),
        ("read-apple", READ, "", ""),
        ("read-gmail", READ, "", ""),
        ("deleted-outlook", ReturnKind.UNREAD, "", ""),
    ],
)
def test_reports_of_the_usual_servers_and_programs_are_read(name: str, kind: ReturnKind, code: str, words: str) -> None:
    (report,) = read_reports(sample(name, ORIGINAL, PAUL))
    assert (report.kind, report.message_id, report.code) == (kind, ORIGINAL, code)
    assert report.address == PAUL
    assert words in report.why


def test_the_envelopes_id_is_read_in_either_spelling() -> None:
    content = sample("postfix-unknown", ORIGINAL, PAUL)
    assert read_reports(content)[0].envid == ORIGINAL[1:33]
    assert read_reports(content.replace(ORIGINAL[1:33].encode(), b"a+2Bb+3Dc", 1))[0].envid == "a+b=c"


def test_addresses_and_words_in_other_scripts_are_kept() -> None:
    (report,) = read_reports(sample("utf8-6533", ORIGINAL, PAUL))
    assert (report.address, report.why) == ("zoé@exämple.test", "550 5.1.1 Utilisateur inconnu : zoé")
    latin = sample("postfix-unknown", ORIGINAL, PAUL).replace(b"X-Postfix; unknown", b"X-Postfix; inconnu \xe9\x1b[2J")
    assert "inconnu é [2J" in read_reports(latin)[0].why


def test_each_address_of_a_report_has_its_own_line_and_there_is_an_end_to_them() -> None:
    block = "Final-Recipient: rfc822; {n}@x.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
    content = sample("postfix-unknown", ORIGINAL, PAUL)
    head, mark, tail = content.partition(b"Final-Recipient")
    blocks = "".join(block.format(n=n) for n in range(500)).encode()
    found = read_reports(head + blocks + mark + tail)
    assert [report.address for report in found[:2]] == ["0@x.example", "1@x.example"]
    assert len(found) <= 50


def test_only_reports_are_reports() -> None:
    assert is_report('Multipart/Report;\r\n  report-type="delivery-status"')
    assert not is_report("multipart/mixed; boundary=x")
    plain = b"Subject: Undelivered\r\nContent-Type: text/plain\r\n\r\nAction: failed\r\n"
    assert read_reports(plain) == ()
    feedback = sample("postfix-unknown", ORIGINAL, PAUL).replace(b"message/delivery-status", b"message/feedback-report")
    assert read_reports(feedback) == ()


@pytest.mark.parametrize("name", NAMES)
def test_a_report_cut_anywhere_gives_less_and_no_error(name: str) -> None:
    content = sample(name, ORIGINAL, PAUL)
    for end in range(0, len(content), 41):
        assert len(read_reports(content[:end])) <= 1


def test_nesting_size_and_endless_lines_cost_little() -> None:
    nested = b"".join(
        b'Content-Type: multipart/report; boundary="%d"\r\n\r\n--%d\r\n' % (depth, depth) for depth in range(5000)
    )
    big = sample("postfix-unknown", ORIGINAL, PAUL) + b"x" * 20_000_000
    line = b'Content-Type: multipart/report; boundary="' + b"b" * 1_000_000 + b'"\r\n\r\n--'
    folded = b"Content-Type: multipart/report;\r\n" + b" \r\n" * 80_000
    began = time.process_time()
    assert read_reports(nested) == ()
    assert len(read_reports(big)) == 1
    assert read_reports(line) == ()
    assert read_reports(folded) == ()
    assert time.process_time() - began < 5


@settings(max_examples=60)
@given(st.sampled_from(NAMES), st.integers(0, 3000), st.binary(max_size=30), st.integers(0, 30))
def test_a_damaged_report_never_raises(name: str, at: int, put: bytes, gone: int) -> None:
    content = sample(name, ORIGINAL, PAUL)
    read_reports(content[:at] + put + content[at + gone :])
