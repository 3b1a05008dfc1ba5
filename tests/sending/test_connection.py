"""A session with a server: what is sent, what is refused, and what a fault at each step is taken for.

After every fault: a message is accepted at most once; `finish` returns only for one that was accepted; one that was
accepted is either returned for or Uncertain.
"""

from __future__ import annotations

import asyncio
import base64
import socket
from collections.abc import Awaitable, Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from scripted import Accept, Action, After, Drop, Hang, Hold, Raw, Reset, Say, Server, Slowly, Trickle, offering
from wire_samples import PATIENT, RECIPIENT, SENDER, account, make_wire, message_id

from tuimail.domain.account import Security
from tuimail.domain.errors import BadAddress, NotSettled, ServerError
from tuimail.sending.connection import Connection, ConnectionFailed, Rejected, Uncertain
from tuimail.sending.failures import (
    AccountRefused,
    AuthenticationMissing,
    AuthenticationRefused,
    CertificateRefused,
    NameNotFound,
    NobodyListens,
    ServerBusy,
    TimedOut,
    TlsMissing,
)
from tuimail.sending.link import Link
from tuimail.sending.parser import Reply
from tuimail.sending.replies import Action as Do
from tuimail.sending.replies import Meaning, queue_id
from tuimail.sending.smtp import Stage

Serve = Callable[..., Awaitable[Server]]

BRIEF = 0.05
BIG = b"x" * 12_000_000
"""More than the kernel's buffers hold between them."""
PIPELINED = offering("PIPELINING", "SIZE 50000000")
STEPWISE = offering("SIZE 50000000")
BOTH_WAYS = pytest.mark.parametrize("ehlo", [PIPELINED, STEPWISE], ids=["pipelined", "stepwise"])


async def connect(server: Server, **timeouts: float) -> Connection:
    return await Connection.open(account(server.port), None, timeouts=replace(PATIENT, **timeouts))


async def send(connection: Connection, number: int = 1, **fields: Any) -> Reply:
    await connection.begin(SENDER, RECIPIENT, make_wire(number, **fields))
    return await connection.finish()


# A message that goes through.


@BOTH_WAYS
async def test_a_message_arrives_byte_for_byte(serve: Serve, ehlo: Action):
    server = await serve({"ehlo": ehlo})
    connection = await connect(server)
    reply = await send(connection)
    await connection.quit()
    assert reply.code == 250
    assert queue_id(reply) == "4F9D1954"
    (received,) = server.accepted
    assert (received.sender, received.recipient, received.data) == (SENDER, RECIPIENT, bytes(make_wire(1)))
    assert server.commands[-1] == "QUIT"
    assert not connection.is_usable


async def test_many_messages_through_one_connection(serve: Serve):
    server = await serve()
    connection = await connect(server)
    for number in range(20):
        await send(connection, number)
        assert connection.is_usable
    assert [server.times_accepted(message_id(number)) for number in range(20)] == [1] * 20
    assert len(server.conversations) == 1


async def test_a_pipelining_server_gets_three_commands_at_once(serve: Serve):
    hold = asyncio.Event()
    server = await serve({"mail": Hold(hold, Say("250 ok"))})
    connection = await connect(server)
    beginning = asyncio.create_task(connection.begin(SENDER, RECIPIENT, make_wire()))
    await server.reached("mail")
    assert server.conversations[0].received.endswith(b"DATA\r\n")
    hold.set()
    await beginning
    await connection.finish()


async def test_another_server_gets_one_command_at_a_time(serve: Serve):
    hold = asyncio.Event()
    server = await serve({"ehlo": STEPWISE, "mail": Hold(hold, Say("250 ok"))})
    connection = await connect(server)
    beginning = asyncio.create_task(connection.begin(SENDER, RECIPIENT, make_wire()))
    await server.reached("mail")
    assert server.conversations[0].received.split(b"\r\n")[-2].startswith(b"MAIL FROM:")
    hold.set()
    await beginning
    await connection.finish()


async def test_nothing_is_accepted_before_the_dot(serve: Serve):
    server = await serve()
    connection = await connect(server)
    await connection.begin(SENDER, RECIPIENT, make_wire())
    assert not connection.is_usable
    assert server.accepted == []
    await connection.finish()
    assert len(server.accepted) == 1
    assert connection.is_usable


async def test_an_aborted_message_is_not_accepted(serve: Serve):
    server = await serve()
    connection = await connect(server)
    await connection.begin(SENDER, RECIPIENT, make_wire())
    connection.abort()
    assert not connection.is_usable
    with pytest.raises(ConnectionFailed):
        await connection.finish()
    again = await connect(server)
    await send(again)
    assert server.times_accepted(message_id()) == 1


async def test_leaving_in_the_middle_of_a_message_does_not_finish_it(serve: Serve):
    server = await serve()
    connection = await connect(server)
    await connection.begin(SENDER, RECIPIENT, make_wire())
    await connection.quit()
    assert server.accepted == []
    assert "QUIT" not in server.commands


@pytest.mark.parametrize("security", [Security.NONE, Security.TLS])
async def test_leaving_does_not_wait_for_a_silent_server(serve: Serve, certificates: Any, security: Security):
    server = await serve({"quit": [Hang(), Hang("221 bye")]}, tls=certificates.good, implicit=security is Security.TLS)
    for _time in range(2):
        connection = await Connection.open(
            account(server.port, security, ca_file=certificates.ca_file), None, timeouts=replace(PATIENT, quit=BRIEF)
        )
        await asyncio.wait_for(connection.quit(), 10)
        assert not connection.is_usable


async def test_parameters_are_those_the_server_knows(serve: Serve):
    server = await serve({"ehlo": offering("SIZE 1000000", "DSN")})
    connection = await connect(server)
    wire = make_wire()
    await connection.begin(SENDER, RECIPIENT, wire, envid="delivery+7")
    await connection.finish()
    mail, rcpt = (command for command in server.commands if command[:4] in ("MAIL", "RCPT"))
    assert mail == f"MAIL FROM:<{SENDER}> SIZE={wire.size} RET=HDRS ENVID=delivery+2B7"
    assert rcpt == f"RCPT TO:<{RECIPIENT}> NOTIFY=FAILURE,DELAY"


async def test_the_client_introduces_itself_by_a_valid_name(serve: Serve, monkeypatch: pytest.MonkeyPatch):
    server = await serve()
    for name, expected in (
        ("poste-12.home.example", "EHLO poste-12.home.example"),
        ("poste_12", "EHLO [127.0.0.1]"),
        ("localhost.localdomain", "EHLO [127.0.0.1]"),
        ("évil.example\r\nRSET", "EHLO [127.0.0.1]"),
    ):
        monkeypatch.setattr(socket, "gethostname", lambda name=name: name)
        await connect(server)
        assert server.commands[-1] == expected


async def test_an_old_server_is_greeted_the_old_way(serve: Serve):
    server = await serve({"ehlo": Say("502 what?")})
    connection = await connect(server)
    await send(connection)
    assert [command.split(" ")[0] for command in server.commands[:3]] == ["EHLO", "HELO", "MAIL"]
    assert len(server.accepted) == 1


@pytest.mark.parametrize(
    "reply", [Say("251 2.1.5 will forward"), Say("250"), Raw(b"250 ok\n"), Trickle("250 2.0.0 slow")]
)
async def test_ways_to_accept(serve: Serve, reply: Action):
    server = await serve({"dot": reply})
    connection = await connect(server)
    assert (await send(connection)).positive
    assert connection.is_usable


async def test_replies_at_one_byte_a_packet(serve: Serve):
    slow = {
        "greeting": Trickle("220 hello"),
        "ehlo": Trickle("250-x\r\n250 PIPELINING"),
        "mail": Trickle("250 2.1.0 ok"),
        "rcpt": Trickle("250-2.1.5 ok\r\n250 2.1.5 really"),
        "data": Trickle("354 go"),
        "dot": Trickle("250 2.0.0 done"),
    }
    server = await serve(slow)
    connection = await connect(server)
    assert (await send(connection)).lines == ("2.0.0 done",)


async def test_a_server_that_reads_slowly(serve: Serve):
    server = await serve({"body": Slowly(4096)})
    connection = await connect(server, block=5.0)
    await send(connection, pdf=b"x" * 3_000_000)
    assert server.accepted[0].data == bytes(make_wire(1, pdf=b"x" * 3_000_000))


async def test_the_body_has_left_when_begin_returns(serve: Serve, certificates: Any):
    for context in (None, certificates.good):
        server = await serve({"body": Slowly(1 << 20)}, tls=context, implicit=context is not None)
        security = Security.TLS if context else Security.NONE
        connection = await Connection.open(
            account(server.port, security, ca_file=certificates.ca_file), None, timeouts=PATIENT
        )
        await connection.begin(SENDER, RECIPIENT, make_wire(pdf=BIG))
        assert connection._link._unsent() == 0
        assert connection._link._tcp.get_write_buffer_limits() == (0, 0)
        await connection.finish()


class Pipe:
    """A transport whose buffer empties a little between two looks at it."""

    def __init__(self, link: Link, *unsent: int) -> None:
        self._link = link
        self._unsent = list(unsent)

    def write(self, _data: bytes) -> None:
        self._link.pause_writing()

    def get_write_buffer_size(self) -> int:
        size = self._unsent.pop(0)
        if not self._unsent:
            self._link.resume_writing()
        return size

    def is_closing(self) -> bool:
        return False


async def test_patience_with_the_body_lasts_as_long_as_bytes_leave():
    link = Link()
    link._tcp = link._transport = Pipe(link, 90, 60, 60, 30, 30, 0, 0)  # type: ignore[assignment]
    await link.pour(b"body", 0.001)
    link._tcp = link._transport = Pipe(link, 90, 60, 60, 60, 0)  # type: ignore[assignment]
    with pytest.raises(TimeoutError):
        await link.pour(b"body", 0.001)


# Refusals before the body.


@BOTH_WAYS
@pytest.mark.parametrize(
    ("step", "text", "stage"),
    [
        ("mail", "550 5.7.60 not you", Stage.MAIL),
        ("mail", "451 4.3.0 later", Stage.MAIL),
        ("rcpt", "550 5.1.1 unknown", Stage.RCPT),
        ("rcpt", "450 4.2.0 greylisted", Stage.RCPT),
        ("data", "554 5.5.1 no", Stage.DATA),
    ],
)
async def test_a_refusal_leaves_the_session_in_step(serve: Serve, ehlo: Action, step: str, text: str, stage: Stage):
    script: dict[str, Any] = {"ehlo": ehlo, step: [Say(text), Say("354 go" if step == "data" else "250 ok")]}
    if step != "data":
        script["data"] = [Say("503 5.5.1 nothing to say"), Say("354 go")] if ehlo is PIPELINED else Say("354 go")
    if step == "mail" and ehlo is PIPELINED:
        script["rcpt"] = [Say("503 5.5.1 need MAIL"), Say("250 ok")]
    server = await serve(script)
    connection = await connect(server)
    with pytest.raises(Rejected) as caught:
        await send(connection, 1)
    assert caught.value.stage is stage
    assert caught.value.reply.text == text
    assert server.accepted == []
    assert server.commands[-1] == "RSET"
    assert connection.is_usable
    await send(connection, 2)
    assert [server.times_accepted(message_id(n)) for n in (1, 2)] == [0, 1]
    assert len(server.conversations) == 1


async def test_greylisting_then_acceptance(serve: Serve):
    server = await serve({"ehlo": STEPWISE, "rcpt": [Say("451 4.7.1 Greylisted"), Say("250 2.1.5 ok")]})
    connection = await connect(server)
    with pytest.raises(Rejected) as caught:
        await send(connection)
    assert caught.value.verdict.action is Do.RETRY
    await send(connection)
    assert server.times_accepted(message_id()) == 1


@pytest.mark.parametrize("step", ["mail", "rcpt"])
async def test_a_server_that_refuses_and_yet_wants_the_message_gets_no_dot(serve: Serve, step: str):
    server = await serve({"ehlo": PIPELINED, step: Say("550 5.1.1 unknown"), "data": Say("354 go on all the same")})
    connection = await connect(server)
    with pytest.raises(Rejected):
        await send(connection)
    assert not connection.is_usable
    await server.left()
    assert server.accepted == []
    assert server.conversations[0].received.endswith(b"DATA\r\n")


async def test_a_refusal_followed_by_a_cut_is_still_a_refusal(serve: Serve):
    server = await serve({"ehlo": PIPELINED, "rcpt": Drop("550 5.1.1 unknown")})
    connection = await connect(server)
    with pytest.raises(Rejected) as caught:
        await send(connection)
    assert caught.value.stage is Stage.RCPT
    assert not connection.is_usable


async def test_a_session_that_cannot_be_reset_is_not_used_again(serve: Serve):
    for rset in (Drop(), Say("500 5.5.1 what?"), Hang()):
        server = await serve({"ehlo": STEPWISE, "rcpt": Say("550 5.1.1 unknown"), "rset": rset})
        connection = await connect(server, rset=BRIEF)
        with pytest.raises(Rejected):
            await send(connection)
        assert not connection.is_usable


async def test_a_message_too_large_is_not_even_announced(serve: Serve):
    server = await serve({"ehlo": offering("SIZE 1000")})
    connection = await connect(server)
    with pytest.raises(Rejected) as caught:
        await send(connection, pdf=b"x" * 2000)
    assert caught.value.stage is Stage.SIZE
    assert caught.value.verdict.meaning is Meaning.TOO_LARGE
    assert not any(command.startswith("MAIL") for command in server.commands)
    assert connection.is_usable


@pytest.mark.parametrize("keyword", ["SIZE", "SIZE 0", "8BITMIME"])
async def test_without_a_limit_any_size_may_go(serve: Serve, keyword: str):
    server = await serve({"ehlo": offering(keyword)})
    connection = await connect(server)
    await send(connection, pdf=b"x" * 200_000)
    assert len(server.accepted) == 1


@BOTH_WAYS
async def test_too_large_at_mail_and_after_the_dot(serve: Serve, ehlo: Action):
    refusal = Say("552 5.3.4 too large")
    for script in ({"mail": refusal, "rcpt": Say("503 no"), "data": Say("503 no")}, {"dot": refusal}):
        server = await serve({"ehlo": ehlo, **script})
        connection = await connect(server)
        with pytest.raises(Rejected) as caught:
            await send(connection)
        assert caught.value.verdict.meaning is Meaning.TOO_LARGE
        assert connection.is_usable
        assert server.accepted == []


async def test_an_address_with_a_second_command_is_never_said(serve: Serve):
    server = await serve()
    connection = await connect(server)
    before = bytes(server.conversations[0].received)
    with pytest.raises(BadAddress):
        await connection.begin(SENDER, f"b@x.example>\r\nRCPT TO:<{RECIPIENT}", make_wire())
    with pytest.raises(BadAddress):
        await connection.begin("élise@home.example", RECIPIENT, make_wire())
    assert connection.is_usable
    await send(connection)
    assert bytes(server.conversations[0].received).startswith(before + b"MAIL FROM:<" + SENDER.encode())


# Cuts and silences before the dot: nothing is accepted, trying again is safe.

BEFORE_THE_DOT = {
    "mail": Stage.MAIL,
    "rcpt": Stage.RCPT,
    "data": Stage.DATA,
}


@BOTH_WAYS
@pytest.mark.parametrize("fault", [Drop(), Reset()], ids=["fin", "rst"])
@pytest.mark.parametrize("step", BEFORE_THE_DOT)
async def test_a_cut_before_the_body_is_safe(serve: Serve, ehlo: Action, fault: Action, step: str):
    server = await serve({"ehlo": ehlo, step: [fault, Say("354 go" if step == "data" else "250 ok")]})
    connection = await connect(server)
    with pytest.raises(ConnectionFailed) as caught:
        await send(connection)
    assert not isinstance(caught.value, Uncertain)
    if isinstance(fault, Drop):
        assert caught.value.stage is BEFORE_THE_DOT[step]
    assert caught.value.reply is None
    assert not connection.is_usable
    await send(await connect(server))
    assert server.times_accepted(message_id()) == 1


@BOTH_WAYS
@pytest.mark.parametrize("step", BEFORE_THE_DOT)
async def test_a_silence_before_the_body_is_safe(serve: Serve, ehlo: Action, step: str):
    server = await serve({"ehlo": ehlo, step: [Hang(), Say("354 go" if step == "data" else "250 ok")]})
    connection = await connect(server, **{step: BRIEF})
    with pytest.raises(TimedOut) as caught:
        await send(connection)
    assert caught.value.stage is BEFORE_THE_DOT[step]
    assert not connection.is_usable
    await send(await connect(server))
    assert server.times_accepted(message_id()) == 1


@pytest.mark.parametrize("fault", [Drop(), Reset()], ids=["fin", "rst"])
async def test_a_cut_in_the_body_is_safe(serve: Serve, fault: Action):
    server = await serve({"body": [After(100_000, fault), After(10**9, fault)]})
    connection = await connect(server)
    with pytest.raises(ConnectionFailed) as caught:
        await send(connection, pdf=BIG)
    assert caught.value.stage is Stage.BODY
    await send(await connect(server), pdf=BIG)
    assert server.times_accepted(message_id()) == 1


async def test_a_silence_in_the_body_is_safe(serve: Serve):
    server = await serve({"body": After(100_000, Hang())})
    connection = await connect(server, block=BRIEF)
    with pytest.raises(TimedOut) as caught:
        await send(connection, pdf=BIG)
    assert caught.value.stage is Stage.BODY
    assert connection._link._unsent() == 0, "what was not sent is thrown away"
    assert server.accepted == []


async def test_a_cut_between_the_body_and_the_dot_is_seen_before_the_dot(serve: Serve):
    server = await serve({"body": After(1, Drop())})
    connection = await connect(server)
    await connection.begin(SENDER, RECIPIENT, make_wire())
    await server.left()
    with pytest.raises(ConnectionFailed) as caught:
        await connection.finish()
    assert caught.value.stage is Stage.BODY
    assert server.accepted == []


@pytest.mark.parametrize("text", ["250 2.0.0 queued already", "garbage"])
async def test_a_reply_in_the_middle_of_the_body_is_not_taken_for_the_one_to_the_dot(serve: Serve, text: str):
    server = await serve({"body": After(1, Say(text))})
    connection = await connect(server)
    await connection.begin(SENDER, RECIPIENT, make_wire())
    await server.reached("after")
    with pytest.raises(ConnectionFailed):
        await connection.finish()
    assert not connection.is_usable
    await server.left()
    assert server.accepted == []


async def test_a_refusal_in_the_middle_of_the_body_is_one(serve: Serve):
    server = await serve({"body": After(100_000, Drop("552 5.3.4 enough"))})
    connection = await connect(server)
    with pytest.raises((Rejected, ConnectionFailed)):
        await send(connection, pdf=BIG)
    server = await serve({"body": After(100_000, Say("552 5.3.4 enough"))})
    connection = await connect(server)
    with pytest.raises(Rejected) as caught:
        await send(connection, pdf=BIG)
    assert caught.value.stage is Stage.BODY
    assert not connection.is_usable
    await server.left()
    assert server.accepted == []


@BOTH_WAYS
@pytest.mark.parametrize("step", BEFORE_THE_DOT)
async def test_421_before_the_body_is_a_busy_server(serve: Serve, ehlo: Action, step: str):
    server = await serve({"ehlo": ehlo, step: Drop("421 4.3.2 shutting down")})
    connection = await connect(server)
    with pytest.raises(ServerBusy) as caught:
        await send(connection)
    assert caught.value.reply.text == "421 4.3.2 shutting down"
    assert caught.value.verdict.action is Do.SLOW
    assert not connection.is_usable
    server.refuse()
    with pytest.raises(NobodyListens):
        await connect(server)


@BOTH_WAYS
@pytest.mark.parametrize(
    ("step", "action"),
    [
        ("mail", Say("garbage")),
        ("mail", Say("354 already?")),
        ("rcpt", Say("250-one\r\n550 two")),
        ("rcpt", Raw(b"250 " + b"x" * 5000)),
        ("data", Say("250 no need")),
        ("data", Raw(b"354-more\r\n" * 200)),
    ],
)
async def test_nonsense_before_the_body_ends_the_session(serve: Serve, ehlo: Action, step: str, action: Action):
    server = await serve({"ehlo": ehlo, step: action})
    connection = await connect(server)
    with pytest.raises(ConnectionFailed) as caught:
        await send(connection)
    assert caught.value.next_step
    assert not connection.is_usable
    assert server.accepted == []


async def test_a_surplus_reply_ends_the_session(serve: Serve):
    for step in ("rcpt", "rset", "dot"):
        server = await serve({"ehlo": STEPWISE, step: Say("250 2.0.0 ok\r\n250 2.0.0 surplus")})
        connection = await connect(server)
        if step == "rset":
            await connection.reset()
        elif step == "rcpt":
            with pytest.raises(ConnectionFailed):
                await send(connection)
        else:
            # It was accepted by the first reply: that much is sure.
            assert (await send(connection)).code == 250
        assert not connection.is_usable
        with pytest.raises(ConnectionFailed):
            await send(connection, 2)
        assert server.times_accepted(message_id(2)) == 0


async def test_a_goodbye_while_idle_is_seen(serve: Serve):
    server = await serve({"rset": Say("250 ok\r\n421 4.4.2 idle too long")})
    connection = await connect(server)
    assert not await connection.reset()
    with pytest.raises(ConnectionFailed):
        await send(connection)


# The dot.

NO_ANSWER = {
    "fin": Drop(),
    "rst": Reset(),
    "garbage": Say("thanks!"),
    "354": Say("354 go on"),
    "mixed": Say("450-one\r\n250 two"),
    "endless": Raw(b"450-and\r\n" * 200),
    "half": Drop("250-ok"),
}


@pytest.mark.parametrize("then", NO_ANSWER)
@pytest.mark.parametrize("accepted", [True, False], ids=["accepted", "not-accepted"])
async def test_no_clear_answer_to_the_dot_is_uncertain(serve: Serve, accepted: bool, then: str):
    action = NO_ANSWER[then]
    server = await serve({"dot": Accept(action) if accepted else action})
    connection = await connect(server)
    await connection.begin(SENDER, RECIPIENT, make_wire())
    with pytest.raises(Uncertain) as caught:
        await connection.finish()
    assert caught.value.stage is Stage.DOT
    assert not isinstance(caught.value, ConnectionFailed)
    assert not connection.is_usable
    assert server.times_accepted(message_id()) == accepted


@pytest.mark.parametrize("accepted", [True, False])
async def test_silence_after_the_dot_is_uncertain(serve: Serve, accepted: bool):
    server = await serve({"dot": Accept(Hang()) if accepted else Hang()})
    connection = await connect(server, dot=BRIEF)
    with pytest.raises(Uncertain):
        await send(connection)
    assert not connection.is_usable
    await server.reached("dot")
    assert server.times_accepted(message_id()) == accepted


@pytest.mark.parametrize("text", ["450 4.2.0 later", "550 5.7.1 spam", "451", "554"])
async def test_a_refusal_after_the_dot_is_one(serve: Serve, text: str):
    server = await serve({"dot": [Say(text), Say("250 ok")]})
    connection = await connect(server)
    with pytest.raises(Rejected) as caught:
        await send(connection)
    assert (caught.value.stage, caught.value.reply.text) == (Stage.DOT, text)
    assert connection.is_usable
    await send(connection)
    assert server.times_accepted(message_id()) == 1


async def test_421_after_the_dot_is_a_refusal_and_the_end_of_the_session(serve: Serve):
    server = await serve({"dot": Drop("421 4.3.0 not now")})
    connection = await connect(server)
    with pytest.raises(Rejected) as caught:
        await send(connection)
    assert caught.value.verdict.action is Do.SLOW
    assert not connection.is_usable


async def test_a_dot_without_a_message_is_a_mistake_of_the_program(serve: Serve):
    connection = await connect(await serve())
    with pytest.raises(RuntimeError):
        await connection.finish()


# All faults at all steps, with what an engine does next.

FAULTS: dict[str, Action] = {
    "fin": Drop(),
    "rst": Reset(),
    "hang": Hang(),
    "busy": Drop("421 4.3.2 closing"),
    "later": Say("451 4.3.0 later"),
    "no": Say("550 5.5.0 no"),
    "garbage": Say("what?"),
    "stray": Say("250 2.0.0 ok\r\n250 2.0.0 surplus"),
    "half": Drop("250-and"),
    "mixed": Say("450-one\r\n250 two"),
    "endless": Raw(b"450-and\r\n" * 200),
}


@BOTH_WAYS
@pytest.mark.parametrize(
    ("step", "fault"),
    [
        (step, fault)
        for step in ("connect", "greeting", "ehlo", "mail", "rcpt", "data", "body", "dot", "accepted")
        for fault in FAULTS
        # No client can know of a server that accepts a message and says the contrary.
        if (step, fault) not in {("accepted", "busy"), ("accepted", "later"), ("accepted", "no")}
    ],
)
async def test_whatever_goes_wrong_a_message_is_accepted_once_or_its_fate_is_told(
    serve: Serve, ehlo: Action, step: str, fault: str
):
    action = After(100, FAULTS[fault]) if step == "body" else FAULTS[fault]
    polite: dict[str, Action] = {"greeting": Say("220 hello"), "ehlo": ehlo, "data": Say("354 go")}
    script: dict[str, Any] = {"ehlo": ehlo}
    if step == "accepted":
        script["dot"] = [Accept(action), Say("250 ok")]
    elif step == "connect":
        script |= {"connect": [action, Say("220 hello")], "greeting": Raw(b"")}
    elif step == "body":
        script["body"] = [action, After(10**9, action)]
    else:
        script[step] = [action, polite.get(step, Say("250 ok"))]
    server = await serve(script)
    waits = dict.fromkeys(("greeting", "ehlo", "mail", "rcpt", "data", "block", "dot", "rset"), BRIEF)
    for attempt in range(3):
        before = server.times_accepted(message_id())
        try:
            connection = await connect(server, **(waits if attempt == 0 else {}))
            await send(connection)
        except Uncertain:
            return
        except (ConnectionFailed, Rejected, AccountRefused):
            assert server.times_accepted(message_id()) == before == 0
            continue
        assert server.times_accepted(message_id()) == 1
        await connection.quit()
        return
    raise AssertionError("a polite server was never spoken to")


# Cancelling.


async def cancelled_after_the_dot(server: Server, connection: Connection) -> asyncio.Task[Any]:
    await connection.begin(SENDER, RECIPIENT, make_wire())
    finishing = asyncio.create_task(connection.finish())
    await server.reached("dot")
    finishing.cancel()
    await asyncio.sleep(0)
    return finishing


async def test_a_cancelled_task_still_gets_the_answer_to_the_dot(serve: Serve):
    hold = asyncio.Event()
    server = await serve({"dot": Hold(hold, Say("250 2.0.0 ok"))})
    finishing = await cancelled_after_the_dot(server, await connect(server))
    assert not finishing.done()
    hold.set()
    assert (await finishing).code == 250
    assert server.times_accepted(message_id()) == 1


async def test_a_cancelled_task_does_not_wait_for_the_answer_for_ever(serve: Serve):
    server = await serve({"dot": Accept(Hang())})
    finishing = await cancelled_after_the_dot(server, await connect(server, dot=1000, cancelled=BRIEF))
    with pytest.raises(Uncertain):
        await finishing


async def test_cancelling_twice_gives_up_at_once_and_says_so(serve: Serve):
    server = await serve({"dot": Accept(Hang())})
    connection = await connect(server, dot=1000, cancelled=1000)
    finishing = await cancelled_after_the_dot(server, connection)
    finishing.cancel()
    with pytest.raises(Uncertain):
        await finishing
    assert not connection.is_usable


async def test_a_cancelled_task_begins_no_other_message(serve: Serve):
    hold = asyncio.Event()
    server = await serve({"dot": Hold(hold, Say("250 2.0.0 ok"))})
    connection = await connect(server)
    replies = []

    async def sender() -> None:
        for number in range(5):
            await connection.begin(SENDER, RECIPIENT, make_wire(number))
            replies.append(await connection.finish())

    sending = asyncio.create_task(sender())
    await server.reached("dot")
    sending.cancel()
    await asyncio.sleep(0)
    hold.set()
    with pytest.raises(asyncio.CancelledError):
        await sending
    assert len(replies) == len(server.accepted) == 1


async def test_a_task_cancelled_before_the_dot_does_not_write_it(serve: Serve):
    server = await serve()
    connection = await connect(server)
    caught: list[ServerError] = []

    async def sender() -> None:
        await connection.begin(SENDER, RECIPIENT, make_wire())
        asyncio.current_task().cancel()
        try:
            await connection.finish()
        except ServerError as error:
            caught.append(error)
            raise

    with pytest.raises(ConnectionFailed):
        await asyncio.create_task(sender())
    assert len(caught) == 1
    await server.left()
    assert server.accepted == []


async def test_cancelling_before_the_dot_closes_the_connection(serve: Serve):
    server = await serve({"mail": Hang()})
    connection = await connect(server)
    beginning = asyncio.create_task(connection.begin(SENDER, RECIPIENT, make_wire()))
    await server.reached("mail")
    beginning.cancel()
    with pytest.raises(asyncio.CancelledError):
        await beginning
    assert not connection.is_usable


# Opening.


@pytest.mark.parametrize("step", ["connect", "greeting", "ehlo"])
@pytest.mark.parametrize("fault", [Drop(), Reset()], ids=["fin", "rst"])
async def test_a_cut_while_opening(serve: Serve, step: str, fault: Action):
    server = await serve({step: fault})
    with pytest.raises(ConnectionFailed) as caught:
        await connect(server)
    assert caught.value.stage in (Stage.GREETING, Stage.EHLO)
    assert caught.value.__cause__ is not None


@pytest.mark.parametrize(("step", "stage"), [("greeting", Stage.GREETING), ("ehlo", Stage.EHLO)])
async def test_a_silence_while_opening(serve: Serve, step: str, stage: Stage):
    server = await serve({step: Hang()})
    with pytest.raises(TimedOut) as caught:
        await connect(server, **{step: BRIEF})
    assert caught.value.stage is stage


@pytest.mark.parametrize(
    ("step", "text", "error"),
    [
        ("greeting", "421 4.3.2 too many of you", ServerBusy),
        ("greeting", "450 later", ServerBusy),
        ("greeting", "554 5.7.1 blocked", AccountRefused),
        ("greeting", "hello", ConnectionFailed),
        ("greeting", "HTTP/1.1 400 Bad Request", ConnectionFailed),
        ("greeting", "220 one\r\n220 two", ConnectionFailed),
        ("ehlo", "421 4.3.2 bye", ServerBusy),
        ("ehlo", "554 go away", AccountRefused),
    ],
)
async def test_a_server_that_does_not_want_to_talk(serve: Serve, step: str, text: str, error: type[ServerError]):
    server = await serve({step: Say(text)})
    with pytest.raises(error) as caught:
        await connect(server)
    assert caught.value.sentence
    assert caught.value.next_step


async def test_nobody_listens(english: None):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(NobodyListens, match=f"127.0.0.1 refuses connections on port {port}. Check the port"):
        await Connection.open(account(port), None, timeouts=PATIENT)


@pytest.mark.parametrize("host", ["nowhere.invalid", "x..y", "." * 3, "x" * 80 + ".example"])
async def test_a_name_that_leads_nowhere(host: str):
    with pytest.raises(NameNotFound):
        await Connection.open(account(25, host=host), None, timeouts=PATIENT)


async def test_a_host_that_does_not_answer_at_all(monkeypatch: pytest.MonkeyPatch):
    async def never(*_args: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(asyncio.get_running_loop(), "sock_connect", never)
    with pytest.raises(TimedOut) as caught:
        await Connection.open(account(25), None, timeouts=replace(PATIENT, connect=BRIEF))
    assert caught.value.stage is Stage.CONNECT


@pytest.mark.parametrize("dead_first", [True, False])
async def test_one_dead_address_does_not_matter(serve: Serve, monkeypatch: pytest.MonkeyPatch, dead_first: bool):
    server = await serve()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        dead = free.getsockname()[1]

    async def addresses(*_args: object, **_options: object) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)) for port in ports]

    ports = [dead, server.port] if dead_first else [server.port, dead]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", addresses)
    assert (await connect(server)).is_usable


# TLS. The secret must not reach a server that could not prove itself, in any spelling.

USER, PASSWORD = "compta@home.example", "m0t-de-passe"


async def sign_in(server: Server, security: Security, **fields: Any) -> Connection:
    settings = {"host": "localhost", "user": USER} | fields
    return await Connection.open(account(server.port, security, **settings), PASSWORD, timeouts=PATIENT)


def assert_no_secret(server: Server) -> None:
    assert server.conversations, "the server was never reached"
    assert not any(conversation.holds_secret(PASSWORD, USER) for conversation in server.conversations)
    assert not any(command.upper().startswith("AUTH") for command in server.commands)


TLS_WAYS = pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
OFFERING_TLS = {"ehlo": [offering("STARTTLS"), offering("PIPELINING", "AUTH PLAIN LOGIN")]}
OFFERING_AUTH = {"ehlo": offering("PIPELINING", "AUTH PLAIN LOGIN")}


async def tls_server(serve: Serve, security: Security, context: Any, **script: Action) -> Server:
    announced = OFFERING_TLS if security is Security.STARTTLS else OFFERING_AUTH
    return await serve({**announced, **script}, tls=context, implicit=security is Security.TLS)


@TLS_WAYS
async def test_a_message_under_tls(serve: Serve, certificates: Any, security: Security):
    server = await tls_server(serve, security, certificates.good)
    connection = await sign_in(server, security, ca_file=certificates.ca_file)
    await send(connection, 1, pdf=b"x" * 300_000)
    await send(connection, 2)
    await connection.quit()
    assert [received.data for received in server.accepted] == [
        bytes(make_wire(1, pdf=b"x" * 300_000)),
        bytes(make_wire(2)),
    ]
    assert server.conversations[0].secured
    assert server.conversations[0].holds_secret(PASSWORD)


async def test_capabilities_are_asked_again_under_tls(serve: Serve, certificates: Any):
    announced = [offering("STARTTLS", "AUTH CRAM-MD5", "SIZE 10"), offering("AUTH LOGIN")]
    server = await serve({"ehlo": announced}, tls=certificates.good)
    connection = await sign_in(server, Security.STARTTLS, ca_file=certificates.ca_file)
    assert connection.capabilities.auth == ("LOGIN",)
    assert connection.capabilities.size is None


@TLS_WAYS
@pytest.mark.parametrize(
    ("certificate", "sentence"),
    [
        ("expired", "Le certificat de localhost a expiré."),
        ("wrong_host", "Le certificat de localhost est établi à un autre nom."),
        ("self_signed", "n’est signé par aucune autorité connue"),
        ("unknown_authority", "n’est signé par aucune autorité connue"),
    ],
)
async def test_a_bad_certificate_never_sees_the_password(
    serve: Serve, certificates: Any, security: Security, certificate: str, sentence: str
):
    server = await tls_server(serve, security, getattr(certificates, certificate))
    with pytest.raises(CertificateRefused) as caught:
        await sign_in(server, security, ca_file=certificates.ca_file)
    assert sentence in caught.value.sentence
    assert caught.value.next_step
    assert caught.value.stage is Stage.TLS
    if security is Security.STARTTLS:
        assert_no_secret(server)
    else:
        await server.left()
        assert not any(conversation.received for conversation in server.conversations)


@TLS_WAYS
async def test_a_good_certificate_of_an_authority_nobody_named_is_refused(
    serve: Serve, certificates: Any, security: Security
):
    server = await tls_server(serve, security, certificates.good)
    with pytest.raises(CertificateRefused):
        await sign_in(server, security)


async def test_starttls_hidden_by_the_network(serve: Serve):
    server = await serve({"ehlo": offering("AUTH PLAIN LOGIN")})
    with pytest.raises(TlsMissing, match="ne propose pas STARTTLS"):
        await sign_in(server, Security.STARTTLS)
    assert_no_secret(server)


@pytest.mark.parametrize("text", ["454 4.7.0 TLS not available", "502 5.5.1 no", "250 sure"])
async def test_starttls_refused(serve: Serve, text: str):
    server = await serve({"ehlo": offering("STARTTLS", "AUTH PLAIN"), "starttls": Say(text)})
    with pytest.raises(TlsMissing) as caught:
        await sign_in(server, Security.STARTTLS)
    assert caught.value.reply.text == text
    assert_no_secret(server)


@pytest.mark.parametrize("injected", ["250 injected", "250-inj", "hello"])
async def test_words_in_clear_after_the_agreement_to_tls(serve: Serve, certificates: Any, injected: str):
    server = await serve(
        {"ehlo": offering("STARTTLS", "AUTH PLAIN"), "starttls": Say(f"220 go\r\n{injected}")}, tls=certificates.good
    )
    with pytest.raises(TlsMissing):
        await sign_in(server, Security.STARTTLS, ca_file=certificates.ca_file)
    assert_no_secret(server)


@pytest.mark.parametrize("fault", [Drop(), Reset(), Drop("220 go"), Hang()], ids=["fin", "rst", "later", "hang"])
async def test_a_cut_at_starttls(serve: Serve, fault: Action):
    server = await serve({"ehlo": offering("STARTTLS", "AUTH PLAIN"), "starttls": fault})
    with pytest.raises(ConnectionFailed):
        await Connection.open(
            account(server.port, Security.STARTTLS, user=USER),
            PASSWORD,
            timeouts=replace(PATIENT, ehlo=0.2, tls=0.2),
        )
    assert_no_secret(server)


async def test_a_server_that_never_shakes_hands(serve: Serve):
    server = await serve({"ehlo": offering("STARTTLS"), "starttls": Hang("220 go")})
    with pytest.raises(TimedOut) as caught:
        await Connection.open(account(server.port, Security.STARTTLS), None, timeouts=replace(PATIENT, tls=BRIEF))
    assert caught.value.stage is Stage.TLS


async def test_a_plain_server_where_tls_was_expected(serve: Serve):
    server = await serve()
    with pytest.raises(TlsMissing) as caught:
        await sign_in(server, Security.TLS)
    assert caught.value.next_step
    assert_no_secret(server)


async def test_an_authority_file_that_cannot_be_read(serve: Serve, tmp_path: Any):
    server = await serve()
    (tmp_path / "empty.pem").write_text("not a certificate")
    for name in ("missing.pem", "empty.pem"):
        with pytest.raises(NotSettled, match=name):
            await sign_in(server, Security.TLS, ca_file=str(tmp_path / name))
    assert server.conversations == []


async def test_no_clear_answer_under_tls_is_uncertain_too(serve: Serve, certificates: Any):
    for then in (Drop(), Reset()):
        server = await tls_server(serve, Security.TLS, certificates.good, dot=Accept(then))
        connection = await sign_in(server, Security.TLS, ca_file=certificates.ca_file)
        with pytest.raises(Uncertain):
            await send(connection)
        assert len(server.accepted) == 1


async def test_the_body_has_left_before_the_dot_under_tls(serve: Serve, certificates: Any):
    server = await tls_server(serve, Security.TLS, certificates.good, body=After(100_000, Hang()))
    connection = await Connection.open(
        account(server.port, Security.TLS, ca_file=certificates.ca_file),
        None,
        timeouts=replace(PATIENT, block=BRIEF),
    )
    with pytest.raises(TimedOut) as caught:
        await connection.begin(SENDER, RECIPIENT, make_wire(pdf=BIG))
    assert caught.value.stage is Stage.BODY


# Signing in.


async def test_plain_is_preferred(serve: Serve):
    server = await serve({"ehlo": offering("AUTH LOGIN PLAIN XOAUTH2")})
    await sign_in(server, Security.NONE)
    (command,) = (command for command in server.commands if command.startswith("AUTH"))
    assert command.startswith("AUTH PLAIN ")
    assert base64.b64decode(command.split()[2]).decode() == f"\0{USER}\0{PASSWORD}"


@pytest.mark.parametrize("announced", ["AUTH LOGIN", "AUTH=LOGIN", "AUTH XOAUTH2 LOGIN"])
async def test_login_where_plain_is_not_offered(serve: Serve, announced: str):
    server = await serve({"ehlo": offering(announced)})
    await sign_in(server, Security.NONE)
    secrets = [base64.b64decode(command).decode() for command in server.commands[2:4]]
    assert server.commands[1] == "AUTH LOGIN"
    assert secrets == [USER, PASSWORD]


async def test_without_a_user_nobody_signs_in(serve: Serve):
    server = await serve(OFFERING_AUTH)
    connection = await sign_in(server, Security.NONE, user="")
    await send(connection)
    assert_no_secret(server)


@pytest.mark.parametrize(
    ("announced", "named"), [("SIZE 10", ""), ("AUTH", ""), ("AUTH XOAUTH2 GSSAPI", "XOAUTH2, GSSAPI")]
)
async def test_no_way_to_sign_in(serve: Serve, announced: str, named: str):
    server = await serve({"ehlo": offering(announced)})
    with pytest.raises(AuthenticationMissing) as caught:
        await sign_in(server, Security.NONE)
    assert named in caught.value.sentence
    assert_no_secret(server)


@pytest.mark.parametrize("announced", ["AUTH PLAIN", "AUTH LOGIN"])
async def test_a_refused_password(serve: Serve, announced: str):
    server = await serve({"ehlo": offering(announced), "auth": Say("535 5.7.8 authentication failed")})
    with pytest.raises(AuthenticationRefused) as caught:
        await sign_in(server, Security.NONE)
    assert caught.value.reply.enhanced == "5.7.8"
    assert caught.value.verdict.action is Do.PAUSE
    assert "535 5.7.8 authentication failed" in caught.value.sentence
    assert PASSWORD not in str(caught.value)
    await server.left()


async def test_microsofts_refusal_of_passwords_is_explained(serve: Serve):
    text = "550 5.7.30 Basic authentication is not supported for Client Submission."
    server = await serve({"ehlo": offering("AUTH LOGIN"), "auth": Say(text)})
    with pytest.raises(AuthenticationRefused, match="OAuth 2 requis"):
        await sign_in(server, Security.NONE)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Say("454 4.7.0 try again later"), ServerBusy),
        (Say("421 4.7.0 too many failures"), ServerBusy),
        (Say("334 more?"), AuthenticationRefused),
        (Drop(), ConnectionFailed),
        (Say("gibberish"), ConnectionFailed),
    ],
)
async def test_other_answers_to_a_password(serve: Serve, answer: Action, error: type[ServerError]):
    server = await serve({**OFFERING_AUTH, "auth": answer})
    with pytest.raises(error):
        await sign_in(server, Security.NONE)


async def test_a_password_never_crosses_a_network_in_clear(serve: Serve, monkeypatch: pytest.MonkeyPatch):
    server = await serve(OFFERING_AUTH)
    monkeypatch.setattr(Link, "address", lambda self, whose: "192.0.2.7")
    with pytest.raises(AuthenticationMissing):
        await sign_in(server, Security.NONE)
    assert_no_secret(server)


async def test_a_password_nobody_has_given(serve: Serve):
    server = await serve()
    with pytest.raises(NotSettled):
        await Connection.open(account(server.port, user=USER), None, timeouts=PATIENT)
    assert server.conversations == []


# Real servers.


async def test_aiosmtpd_receives_what_was_sent(mailbox: Any, certificates: Any):
    from aiosmtpd.smtp import AuthResult

    def authenticate(_server: Any, _session: Any, _envelope: Any, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (USER.encode(), PASSWORD.encode()))

    port, envelopes = await mailbox(
        tls_context=certificates.good, require_starttls=True, auth_required=True, authenticator=authenticate
    )
    server = SimpleNamespace(port=port)
    connection = await sign_in(server, Security.STARTTLS, ca_file=certificates.ca_file)
    for number in range(3):
        assert (await send(connection, number, pdf=b"%PDF" * 20_000)).code == 250
    await connection.quit()
    assert [envelope.content for envelope in envelopes] == [
        bytes(make_wire(number, pdf=b"%PDF" * 20_000)) for number in range(3)
    ]
    assert {(envelope.mail_from, *envelope.rcpt_tos) for envelope in envelopes} == {(SENDER, RECIPIENT)}


@pytest.mark.servers
async def test_smtp_sink_receives_what_was_sent(smtp_sink: Any):
    sink = smtp_sink()
    connection = await connect(sink)
    assert connection.capabilities.pipelining
    wires = [make_wire(number, pdf=bytes([number]) * 70_000) for number in range(5)]
    for wire in wires:
        await connection.begin(SENDER, RECIPIENT, wire)
        await connection.finish()
    await connection.quit()
    received = sink.settled(5)
    unix = [bytes(wire).replace(b"\r\n", b"\n") for wire in wires]
    assert sorted(raw[raw.index(b"From: ") :].rstrip(b"\n") for raw in received) == sorted(
        u.rstrip(b"\n") for u in unix
    )


@pytest.mark.servers
@pytest.mark.parametrize(
    ("options", "error"),
    [
        (("-q", "mail"), ConnectionFailed),
        (("-q", "rcpt"), ConnectionFailed),
        (("-q", "data"), ConnectionFailed),
        (("-q", "."), Uncertain),
        (("-Q", "rcpt"), ConnectionFailed),
        (("-Q", "."), Rejected),
        (("-r", "rcpt"), Rejected),
        (("-f", "rcpt"), Rejected),
        (("-f", "."), Rejected),
        (("-r", "."), Rejected),
        (("-e", "-f", "rcpt"), Rejected),
        (("-p", "-f", "data"), Rejected),
    ],
)
async def test_faults_of_smtp_sink(smtp_sink: Any, options: tuple[str, ...], error: type[ServerError]):
    sink = smtp_sink(*options)
    connection = await connect(sink)
    with pytest.raises(error) as caught:
        await send(connection)
    assert type(caught.value) in (error, ServerBusy)
    await connection.quit()
    if "." not in options:
        # After the dot the sink keeps what it refuses, too.
        assert sink.settled(0) == []
