"""The Sent folder of a real Dovecot, and servers that do not do what they should."""

from __future__ import annotations

import imaplib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from dovecot import PASSWORD, USER, Dovecot, running

from tuimail.domain.account import ImapAccount, Security
from tuimail.domain.errors import ServerError, TuimailError
from tuimail.sending.mailbox import MailboxError, SignInRefused, opened
from tuimail.sending.sent_folder import look_for, sent_folder

HERE, ELSEWHERE = "<0001.20261027@home.example>", "<0002.20261027@home.example>"


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with running() as server:
        with imaplib.IMAP4("127.0.0.1", server.port) as client:
            client.authenticate("PLAIN", lambda _: f"\0{USER}\0{PASSWORD}".encode())
            for folder in ("Sent", "&AMk-l&AOk-ments envoy&AOk-s"):
                client.create(f'"{folder}"')
                text = f"Message-ID: {HERE}\r\nSubject: x\r\n\r\nx\r\n"
                client.append(f'"{folder}"', "", '"02-Nov-2026 10:02:00 +0000"', text.encode())
        yield server


@pytest.fixture
def account(dovecot: Dovecot) -> ImapAccount:
    return ImapAccount(1, "127.0.0.1", dovecot.port, Security.NONE, USER)


def test_a_message_that_was_kept_is_found_with_its_time_and_another_is_not(account: ImapAccount) -> None:
    with opened(account, PASSWORD) as mailbox:
        found = look_for(mailbox, account, [ELSEWHERE, HERE])
    assert [(f.message_id, f.found) for f in found] == [(ELSEWHERE, False), (HERE, True)]
    assert str(found[1].at) == "2026-11-02 10:02:00+00:00"
    assert found[1].folder == "Sent"


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_tls_is_verified_as_for_sending(dovecot: Dovecot, account: ImapAccount, security: Security) -> None:
    port = dovecot.tls_port if security is Security.TLS else dovecot.port
    secured = replace(account, security=security, port=port, ca_file=dovecot.ca_file)
    with opened(secured, PASSWORD) as mailbox:
        assert sent_folder(mailbox, secured).messages == 1
    with pytest.raises(ServerError, match="autorité"), opened(replace(secured, ca_file=""), PASSWORD):
        pass


def test_the_folder_that_the_account_names_wins_in_any_alphabet(account: ImapAccount) -> None:
    named = replace(account, sent_folder="Éléments envoyés")
    with opened(named, PASSWORD) as mailbox:
        assert look_for(mailbox, named, [HERE])[0].folder == "Éléments envoyés"
    unknown = replace(account, sent_folder="Nulle part")
    with pytest.raises(MailboxError, match="Nulle part"), opened(unknown, PASSWORD) as mailbox:
        sent_folder(mailbox, unknown)


def test_a_folder_that_is_not_marked_is_known_by_its_name() -> None:
    with running("Messages envoyés", marked=False) as server:
        account = ImapAccount(1, "127.0.0.1", server.port, Security.NONE, USER)
        with opened(account, PASSWORD) as mailbox:
            assert sent_folder(mailbox, account).name == "Messages envoyés"


def test_a_wrong_password_is_told(account: ImapAccount) -> None:
    with pytest.raises(SignInRefused, match="mot de passe"), opened(account, "autre"):
        pass


Answer = Callable[[socket.socket], None]


@pytest.fixture
def scripted() -> Iterator[Callable[[Answer], ImapAccount]]:
    """A server that does one thing with its first connection."""
    over = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def start(answer: Answer) -> ImapAccount:
        def serve() -> None:
            connection, _address = listener.accept()
            with connection:
                answer(connection)
                over.wait(10)

        threading.Thread(target=serve, daemon=True).start()
        return ImapAccount(1, "127.0.0.1", listener.getsockname()[1], Security.NONE, USER)

    yield start
    over.set()
    listener.close()


def silent(_connection: socket.socket) -> None:
    pass


def dripping(connection: socket.socket) -> None:
    try:
        while True:
            connection.sendall(b"*")
            threading.Event().wait(0.02)
    except OSError:
        pass


def hanging_up(connection: socket.socket) -> None:
    connection.shutdown(socket.SHUT_RDWR)


def web(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def without_starttls(connection: socket.socket) -> None:
    connection.sendall(b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
    tag = connection.recv(100).split()[0]
    connection.sendall(b"* CAPABILITY IMAP4rev1\r\n" + tag + b" OK done\r\n")


@pytest.mark.parametrize("answer", [silent, dripping, hanging_up, web])
def test_whatever_a_server_does_it_ends_in_time_with_a_sentence(
    scripted: Callable[[Answer], ImapAccount], answer: Answer
) -> None:
    account = scripted(answer)
    with pytest.raises(TuimailError) as told, opened(account, PASSWORD, patience=0.3, longest=0.5):
        pass
    assert told.value.sentence.endswith(".")
    assert told.value.next_step


def test_starttls_required_means_required(scripted: Callable[[Answer], ImapAccount]) -> None:
    account = replace(scripted(without_starttls), security=Security.STARTTLS)
    with pytest.raises(ServerError, match="STARTTLS"), opened(account, PASSWORD, patience=1):
        pass


def out_of_order(connection: socket.socket) -> None:
    connection.sendall(b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n")
    asked = connection.recv(200).split()
    connection.sendall(b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n" + asked[0] + b" OK done\r\n")
    tag = connection.recv(200).split()[0]
    connection.sendall(b"+ \r\n")
    connection.recv(200)
    connection.sendall(tag + b" NO [UNAVAILABLE] Temporary failure.\r\n")
    connection.recv(200)


def test_a_password_that_the_only_sign_in_offered_cannot_say_is_told(
    scripted: Callable[[Answer], ImapAccount],
) -> None:
    with pytest.raises(MailboxError, match="accent"), opened(scripted(without_starttls), "é"):
        pass


def test_a_sign_in_that_fails_for_the_servers_own_reasons_does_not_blame_the_password(
    scripted: Callable[[Answer], ImapAccount],
) -> None:
    with pytest.raises(MailboxError, match="Temporary failure") as told, opened(scripted(out_of_order), PASSWORD):
        pass
    assert not isinstance(told.value, SignInRefused)


def test_a_server_that_is_not_there_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    account = ImapAccount(1, "127.0.0.1", port, Security.NONE, USER)
    with pytest.raises(ServerError, match="refuse"), opened(account, PASSWORD):
        pass
