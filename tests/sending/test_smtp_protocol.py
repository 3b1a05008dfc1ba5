"""Replies however they are cut, and commands that cannot be talked into saying more than they should."""

from __future__ import annotations

import base64
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.domain.errors import BadAddress, BadInput
from tuimail.sending import smtp
from tuimail.sending.parser import LONGEST_LINE, MOST_LINES, Capabilities, ProtocolError, Reply, ReplyParser
from tuimail.sending.smtp import Client, Stage


def parse(*pieces: bytes) -> list[Reply]:
    parser = ReplyParser()
    for piece in pieces:
        parser.feed(piece)
    return list(parser.replies)


def the_one(raw: bytes) -> Reply:
    (reply,) = parse(raw)
    return reply


def test_a_reply_of_one_line():
    reply = the_one(b"550 5.1.1 User unknown\r\n")
    assert (reply.code, reply.enhanced, reply.lines) == (550, "5.1.1", ("5.1.1 User unknown",))
    assert reply.raw == b"550 5.1.1 User unknown\r\n"
    assert reply.text == "550 5.1.1 User unknown"
    assert reply.status == "5.1.1"


def test_a_reply_of_several_lines_keeps_them_all():
    reply = the_one(b"550-5.7.1 Not from you.\r\n550-5.7.1 Ask us\r\n550 5.7.1 at example.org\r\n")
    assert reply.lines == ("5.7.1 Not from you.", "5.7.1 Ask us", "5.7.1 at example.org")
    assert reply.text == "550-5.7.1 Not from you.\n550-5.7.1 Ask us\n550 5.7.1 at example.org"


RAW = b"220-hello\r\n220 there\r\n250 2.0.0 queued\r\n354\r\n421 4.3.2 gone\r\n"


@given(st.lists(st.integers(0, len(RAW)), max_size=12))
def test_where_the_bytes_are_cut_does_not_matter(cuts: list[int]):
    edges = [0, *sorted(cuts), len(RAW)]
    pieces = [RAW[a:b] for a, b in itertools.pairwise(edges)]
    assert parse(*pieces) == parse(RAW)
    assert [reply.code for reply in parse(*pieces)] == [220, 250, 354, 421]


def test_a_bare_code_and_a_bare_line_feed_are_understood():
    assert [(r.code, r.lines) for r in parse(b"250\r\n250 \r\n250 ok\n")] == [
        (250, ("",)),
        (250, ("",)),
        (250, ("ok",)),
    ]


@pytest.mark.parametrize(
    "garbage",
    [
        b"hello\r\n",
        b"\r\n",
        b"25\r\n",
        b"250ok\r\n",
        b"199 no\r\n",
        b"654 no\r\n",
        b"HTTP/1.1 400 Bad Request\r\n",
        b"\x15\x03\x01\x00\x02\x02\x0a",
        b"250-one\r\n550 another\r\n",
        b"250-one\r\n\r\n",
    ],
)
def test_garbage_is_an_error(garbage: bytes):
    with pytest.raises(ProtocolError):
        parse(garbage, b"x" * LONGEST_LINE + b"\r\n")


def test_endless_lines_and_endless_replies_are_bounded():
    with pytest.raises(ProtocolError, match="une ligne sans fin"):
        parse(b"250 ", b"x" * (LONGEST_LINE + 1))
    with pytest.raises(ProtocolError, match="n’est pas une réponse"):
        parse(b"250 " + b"x" * (LONGEST_LINE + 1) + b"\r\n")
    with pytest.raises(ProtocolError, match="une réponse sans fin"):
        parse(*[b"250-more\r\n"] * MOST_LINES)


def test_replies_before_garbage_are_kept():
    parser = ReplyParser()
    with pytest.raises(ProtocolError):
        parser.feed(b"250 ok\r\nwhat\r\n")
    assert [reply.code for reply in parser.replies] == [250]


def test_text_is_utf8_or_else_latin1_and_cannot_steer_a_terminal():
    assert the_one("550 Boîte pleine\r\n".encode()).lines == ("Boîte pleine",)
    assert the_one("550 Boîte pleine\r\n".encode("latin-1")).lines == ("Boîte pleine",)
    assert the_one(b"550 \x1b[2J\x07red\ttea\r\n").lines == ("\ufffd[2J\ufffdred tea",)
    assert the_one(b"550 \x1b[2J\r\n").raw == b"550 \x1b[2J\r\n"


@pytest.mark.parametrize(
    ("raw", "enhanced"),
    [
        (b"550 5.1.1\r\n", "5.1.1"),
        (b"550 5.1.10 x\r\n", "5.1.10"),
        (b"550 #5.1.0 Address rejected.\r\n", "5.1.0"),
        (b"553 sorry, not in my list (#5.7.1)\r\n", "5.7.1"),
        (b"550 5.1.1.3 is no code\r\n", ""),
        (b"550 no code: 5.1.1\r\n", ""),
        (b"450 2.1.0 contradicts itself\r\n", ""),
        (b"250 2.1.0 ok\r\n", "2.1.0"),
        (b"550-see below\r\n550 5.2.1 closed\r\n", "5.2.1"),
        (b"552 4.2.2 full, for now\r\n", "4.2.2"),
    ],
)
def test_enhanced_codes(raw: bytes, enhanced: str):
    reply = the_one(raw)
    assert reply.enhanced == enhanced
    assert reply.status == (enhanced or str(reply.code))


def test_capabilities():
    offered = Capabilities.parse(
        the_one(
            b"250-mx.example at your service\r\n250-SIZE 35882577\r\n250-8BITMIME\r\n250-starttls\r\n250-DSN\r\n"
            b"250-ENHANCEDSTATUSCODES\r\n250-PIPELINING\r\n250-AUTH LOGIN plain XOAUTH2\r\n"
            b"250-AUTH=LOGIN CRAM-MD5\r\n250 \r\n"
        )
    )
    assert offered == Capabilities(
        size=35882577,
        pipelining=True,
        starttls=True,
        dsn=True,
        eight_bit=True,
        enhanced_codes=True,
        auth=("LOGIN", "PLAIN", "XOAUTH2", "CRAM-MD5"),
    )


@pytest.mark.parametrize(
    ("line", "size"), [("SIZE", 0), ("SIZE 0", 0), ("SIZE huge", 0), ("SIZE ²", 0), ("SIZE 10 20", 10), ("HELP", None)]
)
def test_the_announced_size(line: str, size: int | None):
    assert Capabilities.parse(the_one(f"250-x\r\n250 {line}\r\n".encode())).size == size


def test_the_name_of_the_server_announces_nothing():
    assert Capabilities.parse(the_one(b"250 PIPELINING\r\n")) == Capabilities()


PLAIN, RICH = Capabilities(), Capabilities(size=1000, dsn=True)


def test_parameters_only_where_announced():
    assert smtp.mail("a@x.example", 77, "5", PLAIN).line == b"MAIL FROM:<a@x.example>\r\n"
    assert smtp.mail("a@x.example", 77, "5", RICH).line == b"MAIL FROM:<a@x.example> SIZE=77 RET=HDRS ENVID=5\r\n"
    assert smtp.mail("a@x.example", 77, "", RICH).line == b"MAIL FROM:<a@x.example> SIZE=77 RET=HDRS\r\n"
    assert smtp.rcpt("b@y.example", PLAIN).line == b"RCPT TO:<b@y.example>\r\n"
    assert smtp.rcpt("b@y.example", RICH).line == b"RCPT TO:<b@y.example> NOTIFY=FAILURE,DELAY\r\n"


def test_the_envelope_id_is_written_as_xtext():
    assert smtp.mail("a@x.example", 1, "a+b=c é\r\n", RICH).line.endswith(b" ENVID=a+2Bb+3Dc+20+C3+A9+0D+0A\r\n")


@pytest.mark.parametrize(
    "address",
    [
        "b@x.example\r\nRCPT TO:<evil@x.example>",
        "b@x.example>\r\nDATA",
        "b@x.example> SIZE=1",
        "b@x.example\n",
        "b@x.example\0",
        "a b@x.example",
        "élise@x.example",
        "b@éx.example",
        "b@@x.example",
        "b",
        "@x.example",
        "b@",
        "",
        "<b@x.example>",
        '"a b"@x.example',
        "a..b@x.example",
        "b@x.example\u2028",
        "x" * 250 + "@x.example",
    ],
)
def test_an_address_that_says_more_than_an_address_is_refused(address: str):
    with pytest.raises(BadAddress):
        smtp.rcpt(address, PLAIN)
    with pytest.raises(BadAddress):
        smtp.mail(address, 1, "", PLAIN)


@pytest.mark.parametrize(
    "address", ["o'neil+x=y@x.example", "a@[192.0.2.1]", "a@[IPv6:2001:db8::1]", "a@xn--bcher-kva.example"]
)
def test_unusual_addresses_that_are_right(address: str):
    assert smtp.rcpt(address, PLAIN).line == f"RCPT TO:<{address}>\r\n".encode()


@given(st.text())
def test_a_command_is_always_one_line(text: str):
    for make in (
        lambda: smtp.ehlo(text),
        lambda: smtp.rcpt(text, RICH),
        lambda: smtp.mail("a@x.example", 1, text, RICH),
    ):
        try:
            line = make().line
        except BadInput:
            continue
        assert line.endswith(b"\r\n")
        assert not {*line[:-2]} & {*b"\r\n\0"}
        assert line.isascii()


def test_credentials_are_encoded_whole():
    command = smtp.auth_plain("jo", "pâss\r\nQUIT")
    verb, mechanism, secret = command.line.split(b" ")
    assert (verb, mechanism) == (b"AUTH", b"PLAIN")
    assert base64.b64decode(secret) == "\0jo\0pâss\r\nQUIT".encode()
    assert [c.line for c in smtp.auth_login("jo", "pw")] == [b"AUTH LOGIN\r\n", b"am8=\r\n", b"cHc=\r\n"]
    for user, password in (("j\0o", "pw"), ("jo", "p\0w"), ("jo", "p\ud800w")):
        with pytest.raises(BadInput):
            smtp.auth_plain(user, password)
        with pytest.raises(BadInput):
            smtp.auth_login(user, password)


@pytest.mark.parametrize(
    ("chunks", "wire"),
    [
        ([b"a\r\n"], b"a\r\n"),
        ([b".\r\n"], b"..\r\n"),
        ([b"a\r\n.b\r\n..\r\n"], b"a\r\n..b\r\n...\r\n"),
        ([b"a\r", b"\n", b".b\r\n"], b"a\r\n..b\r\n"),
        ([b"a.b\r\n"], b"a.b\r\n"),
        ([b"\r\n\r\n.\r\n"], b"\r\n\r\n..\r\n"),
    ],
)
def test_a_dot_at_the_start_of_a_line_is_doubled_however_it_is_cut(chunks: list[bytes], wire: bytes):
    assert smtp.stuffed(chunks) == wire


@given(st.lists(st.sampled_from(["", ".", "..", "a.", ".a", "word"]), max_size=8), st.lists(st.integers(0, 40)))
def test_no_content_can_end_the_message(lines: list[str], cuts: list[int]):
    raw = "".join(line + "\r\n" for line in lines).encode()
    edges = [0, *sorted(cuts), len(raw)]
    wire = b"\r\n" + smtp.stuffed([raw[a:b] for a, b in itertools.pairwise(edges) if a <= b])
    assert b"\r\n.\r\n" not in wire
    assert wire.replace(b"\r\n..", b"\r\n.")[2:] == raw


def test_replies_belong_to_commands_in_order():
    client = Client()
    client.receive(b"220 hello\r\n")
    assert client.take().code == 220
    assert client.take() is None
    assert client.issue(smtp.RSET, smtp.QUIT) == b"RSET\r\nQUIT\r\n"
    client.receive(b"250 ok\r\n221")
    assert client.take().code == 250
    assert client.take() is None
    client.receive(b" bye\r\n")
    assert client.take().code == 221
    assert client.broken is None


@pytest.mark.parametrize("stray", [b"250 surplus\r\n", b"25", b"\r\n", b"what?\r\n"])
def test_a_reply_to_nothing_breaks_the_conversation_for_good(stray: bytes):
    client = Client()
    client.receive(b"220 hello\r\n")
    client.take()
    client.receive(stray)
    assert client.broken is not None
    assert client.take() is None
    with pytest.raises(ProtocolError):
        client.issue(smtp.RSET)
    client.receive(b"250 ok\r\n")
    assert client.take() is None


def test_a_surplus_reply_in_the_same_packet_is_noticed_and_the_right_one_kept():
    client = Client()
    client.receive(b"220 hello\r\n250 surplus\r\n")
    assert client.broken is not None
    assert client.broken.reply.code == 250
    assert client.take().code == 220
    assert client.take() is None


def test_garbage_after_a_reply_leaves_the_reply():
    client = Client()
    client.receive(b"220 hello\r\n\x00\xff\r\n")
    assert client.take().code == 220
    assert client.broken is not None


def test_a_goodbye_out_of_turn_can_be_read():
    client = Client()
    client.receive(b"220 hello\r\n")
    client.take()
    client.receive(b"421 4.4.2 idle too long\r\n")
    assert client.broken.reply.code == 421


def test_what_was_said_in_clear_does_not_go_on_under_tls():
    client = Client()
    client.receive(b"220 hello\r\n")
    with pytest.raises(ProtocolError):
        client.renewed()
    client.take()
    assert client.renewed().take() is None
    client.issue(smtp.STARTTLS)
    client.receive(b"220 go\r\n250 injected\r\n")
    assert client.take().code == 220
    with pytest.raises(ProtocolError):
        client.renewed()


def test_stages_name_their_commands():
    assert [c.stage for c in (smtp.DATA, smtp.DOT, smtp.RSET, smtp.QUIT)] == [
        Stage.DATA,
        Stage.DOT,
        Stage.RSET,
        Stage.QUIT,
    ]
    with pytest.raises(BadInput):
        smtp.ehlo("a\r\nMAIL FROM:<b@x.example>")
