"""The table of faults: what goes wrong, in which script, and what becomes of the three messages of a batch.

States are one letter a message: S sent, U uncertain, D deferred, Q queued, F failed, `-` never queued because the
server was refused before. A fault strikes the second message, or a second connection, unless its name says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from scripted import POLITE, Accept, Action, After, Drop, Hang, Raw, Reset, Say, Script, Slowly, Trickle, offering

from tuimail.sending.link import Timeouts

BRIEF = Timeouts(*[0.3] * 12, quit=0.1)
PASSWORD = "sekrit-7f3a"
"""Never to reach a server that has not proved who it is."""


@dataclass(frozen=True)
class Fault:
    """One fault and what must come of it."""

    group: str
    name: str
    script: Script = field(default_factory=dict)
    states: str = "SSS"
    """After the run that met it. Empty: whatever keeps the invariants."""
    told: str = ""
    """Part of the sentence (English) that ends the run or refuses to begin; empty: none."""
    final: str = ""
    """After a resume a day later with a server in good health; by default all that was not failed or uncertain is
    sent."""
    account: Mapping[str, Any] = field(default_factory=dict)
    certificate: str = ""
    """Which one the server shows; empty: it knows no TLS."""
    timeouts: Timeouts | None = None
    trouble: str = ""
    """What happens on this side: see `proof.TROUBLES`."""
    most_slept: float = float("inf")
    """Seconds that the engine may sleep in all."""
    nth: int = 0
    """At which commit, where `trouble` is about one."""

    @property
    def after_resume(self) -> str:
        return self.final or "".join("S" if state in "QD-" else state for state in self.states)

    def __str__(self) -> str:
        return f"{self.group}-{self.name}".replace(" ", "-")


GROUPS: Mapping[str, tuple[str, str]] = {
    "cut": (
        "connection closed, reset or silent before the final dot, or while connecting again",
        "sent once, over a new connection",
    ),
    "dot": (
        "the same after the final dot, or an answer that is none",
        "**uncertain**, never sent again by itself; the others are sent",
    ),
    "nonsense": ("garbage, endless or surplus answers before the final dot", "sent once, over a new connection"),
    "odd": ("answers in pieces, bare codes, Latin-1, odd 2xx; a server that reads slowly", "understood, sent"),
    "away": ("server absent, silent or no mail server at the start", "told; nothing is queued"),
    "gone": ("server gone for good, or cutting every message short", "told; the rest stays queued"),
    "busy": ("421, 432, 4.7.x at any step", "slower and later, by itself"),
    "later": ("4xx for one message at any step: greylisting, full mailbox", "deferred; the others are sent"),
    "refused": ("5xx for one message at any step, or more than the server's SIZE", "failed, with the reason"),
    "quota": ("the provider's sending quota", "the account waits, told until when"),
    "tls": (
        "STARTTLS hidden, refused, followed by words in clear; bad certificates",
        "told; no byte of the password leaves",
    ),
    "sign-in": ("password refused or no longer allowed, no way to sign in", "told after one try; the batch pauses"),
    "content": (
        "line breaks, dots and foreign characters in names, subject, text, file names, addresses",
        "sent byte for byte, or failed; never a header or command more",
    ),
    "process": (
        "kill -9 before and after each commit; disk full at each commit, or from it on",
        "at most what is in flight is uncertain; `resume` sends the rest",
    ),
    "others": (
        "taken over, cancelled, paused, stopped, left alone; a PDF changed; the clock set back",
        "each message as its holder left it; told",
    ),
}

STEPWISE = offering("SIZE 50000000", "ENHANCEDSTATUSCODES")
SIGNING_IN = offering("PIPELINING", "AUTH PLAIN LOGIN")
WITH_TLS = offering("PIPELINING", "STARTTLS", "AUTH PLAIN")
USER = {"user": "virginie"}
ONE_BY_ONE = {"per_hour": 1000}
PACE = {"gap": 2.0}
STARTTLS = {"security": "starttls"} | USER
QUIET = Raw(b"")
FIN, RST, SILENCE = Drop(), Reset(), Hang()
KINDS: Mapping[str, Action] = {"closed": FIN, "broken": RST, "silent": SILENCE}


def on_second(step: str, *faults: Action) -> Script:
    """The first is answered politely, the next as `faults` say, those after politely again."""
    polite = POLITE.get(step, QUIET)
    return {step: [polite, *faults, polite]}


def on_reconnection(step: str, *faults: Action) -> Script:
    """The second message is cut, and the connection that follows meets `faults`."""
    return {**on_second("mail", FIN), **on_second(step, *faults)}


def table() -> Iterator[Fault]:
    """Every fault."""
    for found in (_cuts, _dots, _away, _gone, _busy, _refusals, _tls, _sign_in, _replies, _content, _process, _others):
        yield from found()


def _patience(fault: Action) -> Timeouts | None:
    return BRIEF if isinstance(fault, Hang) else None


def _cuts() -> Iterator[Fault]:
    for kind, fault in KINDS.items():
        for step in ("mail", "rcpt", "data"):
            yield Fault("cut", f"{kind} at {step}", on_second(step, fault), timeouts=_patience(fault))
        for step in ("connect", "greeting", "ehlo"):
            script = on_reconnection(step, fault)
            yield Fault("cut", f"{kind} at {step} of the next connection", script, timeouts=_patience(fault))
    for kind in ("closed", "broken"):
        for step in ("mail", "rcpt", "data"):
            script = {"ehlo": STEPWISE, **on_second(step, KINDS[kind])}
            yield Fault("cut", f"{kind} at {step} without pipelining", script)
        for count in (0, 100, 3000):
            script = on_second("body", After(count, KINDS[kind]))
            yield Fault("cut", f"{kind} after {count} bytes of the body", script)
    yield Fault("cut", "closed between two messages", {"dot": [Say("250 2.0.0 Ok\r\n421 4.4.2 idle"), POLITE["dot"]]})
    yield Fault("cut", "closed after RSET", {**on_second("rcpt", Say("450 4.2.0 later")), "rset": [FIN]}, "SDS")
    yield Fault(
        "cut",
        "closed at sign-in of the next connection",
        {"ehlo": SIGNING_IN, **on_reconnection("auth", FIN)},
        account=USER,
    )


def _dots() -> Iterator[Fault]:
    for kind, fault in KINDS.items():
        patience = _patience(fault)
        yield Fault("dot", f"{kind}, not taken", on_second("dot", fault), "SUS", timeouts=patience)
        yield Fault("dot", f"{kind}, taken", on_second("dot", Accept(fault)), "SUS", timeouts=patience)
    for name, text in {
        "garbage": "what was that?",
        "354 again": "354 go on",
        "1xx": "150 wait",
        "half a reply": "250-2.0.0 almost",
        "a code that changes": "250-2.0.0 ok\r\n550 no",
    }.items():
        fault = Drop(text)
        yield Fault("dot", f"{name}, taken", on_second("dot", Accept(fault)), "SUS")
    endless = Raw(b"250-and so on\r\n" * 200)
    yield Fault("dot", "an endless answer, taken", on_second("dot", Accept(endless)), "SUS")
    yield Fault("dot", "every answer lost", {"dot": [Accept(FIN)]}, "UUU")
    yield Fault("dot", "closed, without pipelining", {"ehlo": STEPWISE, **on_second("dot", Accept(RST))}, "SUS")


def _away() -> Iterator[Fault]:
    for kind, fault in KINDS.items():
        for step in ("connect", "greeting", "ehlo"):
            told = "does not answer" if kind == "silent" else "was cut"
            yield Fault("away", f"{kind} at {step}", {step: fault}, "---", told, timeouts=_patience(fault))
    yield Fault("away", "nobody listens", trouble="refuses from the start", states="---", told="refuses connections")
    for step, text in {"greeting": "554 5.7.1 not you", "ehlo": "550 5.7.1 not you"}.items():
        yield Fault("away", f"not welcome at {step}", {step: Say(text), "helo": Say(text)}, "---", "refuses to talk")
    for step in ("greeting", "ehlo"):
        yield Fault(
            "away", f"no SMTP at {step}", {step: Say("HTTP/1.1 400 Bad Request")}, "---", "does not keep to SMTP"
        )


def _gone() -> Iterator[Fault]:
    refused = "refuses connections"
    script = on_second("mail", FIN)
    yield Fault("gone", "closed at mail, then nobody", script, "SQQ", refused, trouble="refuses after the first")
    script = on_second("dot", Accept(FIN))
    yield Fault("gone", "closed after the dot, then nobody", script, "SUQ", refused, trouble="refuses after the first")
    for step in ("connect", "greeting", "ehlo"):
        yield Fault(
            "gone",
            f"closed at {step} ever after",
            {**on_second("mail", FIN), step: [QUIET if step == "connect" else POLITE[step], FIN]},
            "SQQ",
            "was cut",
        )
    for name, action in {"closed": FIN, "broken": RST}.items():
        yield Fault("gone", f"every body {name}", {"body": [After(500, action)]}, "", "was cut", final="SSS")
    yield Fault(
        "gone",
        "every mail answered by silence",
        {"mail": [SILENCE]},
        "",
        "does not answer",
        final="SSS",
        timeouts=BRIEF,
    )
    yield Fault(
        "gone", "every message is met with garbage", {"mail": [Say("eh?")]}, "", "does not keep to SMTP", final="SSS"
    )


def _busy() -> Iterator[Fault]:
    for step in ("mail", "rcpt", "data"):
        yield Fault("busy", f"421 at {step}", on_second(step, Drop("421 4.3.2 too many")))
    yield Fault("busy", "421 in the body", on_second("body", After(500, Drop("421 4.3.0 closing"))))
    yield Fault("busy", "421 after the dot", on_second("dot", Drop("421 4.3.0 closing")), "SDS")
    yield Fault("busy", "421 after 250", on_second("dot", Accept(Drop("250 2.0.0 ok\r\n421 bye"))))
    for step in ("greeting", "ehlo"):
        fault = Drop("421 4.3.2 too many connections")
        yield Fault("busy", f"421 at {step} of the next connection", on_reconnection(step, fault))
        yield Fault("busy", f"421 at {step} at the start", {step: fault}, "---", "is busy")
    yield Fault("busy", "432 at mail", on_second("mail", Say("432 4.3.2 concurrency limit")), "SDS")
    yield Fault("busy", "450 4.7.1 at rcpt", on_second("rcpt", Say("450 4.7.1 slow down")), "SDS")
    yield Fault(
        "busy",
        "454 at sign-in of the next connection",
        {"ehlo": SIGNING_IN, **on_reconnection("auth", Say("454 4.7.0 later"))},
        account=USER,
    )
    yield Fault("busy", "421 to everything", {"mail": [Drop("421 4.3.2 too many")]}, "", "", final="SSS")


def _refusals() -> Iterator[Fault]:
    for step in ("mail", "rcpt", "data", "dot"):
        yield Fault("later", f"451 at {step}", on_second(step, Say("451 4.3.0 later")), "SDS")
        yield Fault("refused", f"550 at {step}", on_second(step, Say("550 5.1.1 no such user")), "SFS")
    for step in ("mail", "rcpt", "data"):
        script = {"ehlo": STEPWISE, **on_second(step, Say("451 4.3.0 later"))}
        yield Fault("later", f"451 at {step} without pipelining", script, "SDS")
        script = {"ehlo": STEPWISE, **on_second(step, Say("550 5.1.1 no such user"))}
        yield Fault("refused", f"550 at {step} without pipelining", script, "SFS")
    yield Fault("later", "greylisted, then taken", on_second("rcpt", Say("450 4.2.0 greylisted")), "SDS")
    yield Fault("later", "mailbox full for now", on_second("rcpt", Say("452 4.2.2 mailbox full")), "SDS")
    yield Fault("later", "every recipient greylisted", {"rcpt": [Say("450 4.2.0 greylisted")]}, "DDD")
    yield Fault(
        "refused",
        "recipient refused, yet 354",
        {**on_second("rcpt", Say("550 5.1.1 no")), "data": [Say("354 go on")]},
        "SFS",
    )
    yield Fault("refused", "552 at mail", on_second("mail", Say("552 5.3.4 too big")), "SFS")
    yield Fault("refused", "552 after the dot", on_second("dot", Say("552 5.3.4 too big")), "SFS")
    yield Fault("refused", "larger than the SIZE announced", {"ehlo": offering("PIPELINING", "SIZE 2000")}, "FFF")
    yield Fault("refused", "in the body", on_second("body", After(500, Say("554 5.6.0 no such thing"))), "SFS")
    yield Fault("refused", "bare 550 without a code or a word", on_second("rcpt", Raw(b"550\r\n")), "SFS")
    quota = "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException"
    yield Fault("quota", "after the dot", on_second("dot", Say(quota)), "SDQ", "takes nothing before")
    yield Fault(
        "quota",
        "at rcpt",
        on_second("rcpt", Say("550 5.4.5 daily sending quota exceeded")),
        "SDQ",
        "takes nothing before",
    )
    yield Fault("quota", "450 mail send limit", on_second("mail", Say("450 mail send limit exceeded")), "SDS")


def _tls() -> Iterator[Fault]:
    for certificate, told in {
        "expired": "has expired",
        "wrong_host": "another name",
        "self_signed": "no authority",
        "unknown_authority": "no authority",
    }.items():
        yield Fault(
            "tls",
            f"{certificate} certificate",
            {"ehlo": WITH_TLS},
            "---",
            told,
            account=STARTTLS,
            certificate=certificate,
        )
    for name, script, told in (
        ("hidden", {"ehlo": SIGNING_IN}, "does not offer STARTTLS"),
        ("refused", {"ehlo": WITH_TLS, "starttls": Say("454 4.7.0 not now")}, "refuses STARTTLS"),
        ("in clear after 220", {"ehlo": WITH_TLS, "starttls": Say("220 go\r\n250 injected")}, "in clear"),
        ("closed", {"ehlo": WITH_TLS, "starttls": FIN}, "was cut"),
    ):
        yield Fault("tls", f"STARTTLS {name}", script, "---", told, account=STARTTLS)
    yield Fault("tls", "a plain server where TLS was expected", {}, "---", "TLS", account={"security": "tls"} | USER)
    hidden = {"ehlo": [WITH_TLS, WITH_TLS, SIGNING_IN], **on_second("mail", FIN)}
    yield Fault(
        "tls",
        "STARTTLS hidden at the next connection",
        hidden,
        "SQQ",
        "does not offer",
        account=STARTTLS,
        certificate="good",
    )


def _sign_in() -> Iterator[Fault]:
    script = {"ehlo": SIGNING_IN}
    refused = {"535": "535 5.7.8 no", "passwords no longer allowed": "550 5.7.30 Basic authentication is not supported"}
    for name, text in refused.items():
        told = "refuses the user" if name == "535" else "OAuth 2 required"
        yield Fault("sign-in", f"{name} at the start", {**script, "auth": Say(text)}, "---", told, account=USER)
        again = {**script, **on_second("mail", FIN), "auth": [POLITE["auth"], Say(text)]}
        yield Fault("sign-in", f"{name} at the next connection", again, "SQQ", told, account=USER)
    yield Fault("sign-in", "no way to sign in", {}, "---", "offers no sign-in", account=USER)
    yield Fault("sign-in", "only XOAUTH2", {"ehlo": offering("AUTH XOAUTH2")}, "---", "only XOAUTH2", account=USER)
    yield Fault(
        "sign-in",
        "530 at mail",
        on_second("mail", Say("530 5.7.0 authentication required")),
        "SQQ",
        "Credentials refused",
    )


def _replies() -> Iterator[Fault]:
    for step in ("greeting", "ehlo", "mail", "rcpt", "data", "dot"):
        text = POLITE[step].text  # type: ignore[union-attr]
        yield Fault("odd", f"byte by byte at {step}", {step: Trickle(text)})
    for step in ("mail", "rcpt", "dot"):
        yield Fault("odd", f"a bare code at {step}", {step: Raw(b"250\r\n")})
    yield Fault("odd", "a server that reads slowly", {"body": Slowly(97)})
    yield Fault("odd", "Latin-1", {"dot": Say("250 2.0.0 accepté".encode("latin-1"))})
    yield Fault(
        "odd", "Latin-1 in a refusal", on_second("rcpt", Say("550 5.1.1 inconnu à bord".encode("latin-1"))), "SFS"
    )
    yield Fault("odd", "251 at rcpt", {"rcpt": Say("251 will forward")})
    yield Fault("odd", "251 after the dot", {"dot": Say("251 will forward")})
    yield Fault("odd", "several lines", {"dot": Say("250-2.0.0 Ok\r\n250-thank you\r\n250 queued as 12AB")})
    yield Fault("odd", "only HELO", {"ehlo": Say("502 5.5.1 what?")})
    for step in ("mail", "rcpt", "data"):
        yield Fault("nonsense", f"garbage at {step}", on_second(step, Say("eh?")))
    for step in ("greeting", "ehlo"):
        yield Fault("nonsense", f"garbage at {step} of the next connection", on_reconnection(step, Say("eh?")))
    yield Fault("nonsense", "a line without end at mail", on_second("mail", Raw(b"2" * 5000)))
    yield Fault("nonsense", "lines without end at rcpt", on_second("rcpt", Raw(b"250-more\r\n" * 200)))
    yield Fault("nonsense", "a code that changes at mail", on_second("mail", Say("250-ok\r\n550 no")))
    yield Fault("nonsense", "a surplus reply at data", on_second("data", Say("354 go on\r\n250 and more")))
    yield Fault("nonsense", "250 instead of 354", on_second("data", Say("250 ok")))
    yield Fault("nonsense", "250 in the body", on_second("body", After(500, Say("250 2.0.0 queued as FAKE"))))
    yield Fault(
        "nonsense",
        "a surplus reply between two messages",
        {"dot": [Say("250 2.0.0 ok\r\n250 2.0.0 again"), POLITE["dot"]]},
    )


def _content() -> Iterator[Fault]:
    for trouble, states in {
        "a line break in the sender's name": "FFF",
        "a line break in the subject": "FFF",
        "a line break in a resident's name": "SFS",
        "a line break in a file name": "SFS",
        "a line break in an address": "SFS",
        "a second command in an address": "SFS",
        "an address that is not ASCII": "SFS",
        "dots and bare line feeds in the text": "SSS",
        "accents in a file name": "SSS",
    }.items():
        yield Fault("content", trouble, states=states, trouble=trouble)


COMMITS = 15
"""Of a batch of three messages, or more; a test sees that they are enough."""


def _process() -> Iterator[Fault]:
    for nth in range(1, COMMITS + 1):
        for trouble in (
            "killed before commit",
            "killed after commit",
            "disk full at commit",
            "disk full from commit",
        ):
            yield Fault("process", f"{trouble} {nth}", states="", trouble=trouble, nth=nth)


def _others() -> Iterator[Fault]:
    yield Fault(
        "others",
        "the account is taken over before the dot",
        states="SQQ",
        told="taken over",
        trouble="taken over at data",
    )
    yield Fault(
        "others",
        "the account is taken over after the dot",
        states="SSQ",
        told="taken over",
        trouble="taken over at dot",
    )
    yield Fault("others", "stopped in flight", states="SSQ", told="Stopped", trouble="stopped at dot")
    yield Fault("others", "cancelled in flight", states="SSC", trouble="cancelled at dot", final="SSC")
    yield Fault("others", "cancelled before the dot", states="SCC", trouble="cancelled at data", final="SCC")
    yield Fault("others", "paused by another session", states="SSS", trouble="paused at dot")
    yield Fault("others", "the listener goes away", states="", trouble="abandoned", final="SSS")
    # At a pace nothing is read ahead: the second PDF is still to be read when the first message leaves.
    yield Fault("others", "a PDF is changed", states="SFS", trouble="a PDF is changed", account=ONE_BY_ONE)
    yield Fault("others", "a PDF is gone", states="SFS", trouble="a PDF is gone", account=ONE_BY_ONE)
    yield Fault(
        "others", "the clock goes back an hour", trouble="back an hour after the first", account=PACE, most_slept=5.0
    )
    yield Fault("others", "the clock jumps on a day", trouble="on a day after the first", account=PACE, most_slept=5.0)
