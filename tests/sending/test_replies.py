"""What the program does about a refusal, and what the operator reads."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tuimail.domain.i18n import use_language
from tuimail.sending.parser import Reply, ReplyParser
from tuimail.sending.replies import Action, Meaning, queue_id, sort, unacknowledged
from tuimail.sending.smtp import Stage

RETRY, FAIL, SLOW, QUOTA, PAUSE = Action


def reply(text: str) -> Reply:
    parser = ReplyParser()
    parser.feed(text.replace("\n", "\r\n").encode() + b"\r\n")
    return parser.replies.pop()


@pytest.mark.parametrize(
    ("stage", "text", "meaning", "action"),
    [
        # With enhanced codes.
        (Stage.RCPT, "550 5.1.1 <a@b.example>: User unknown", Meaning.UNKNOWN_ADDRESS, FAIL),
        (Stage.RCPT, "550 5.1.1 mailbox unavailable", Meaning.UNKNOWN_ADDRESS, FAIL),
        (Stage.RCPT, "550 5.1.10 RESOLVER.ADR.RecipientNotFound", Meaning.UNKNOWN_ADDRESS, FAIL),
        (Stage.RCPT, "550 5.4.1 Recipient address rejected: Access denied", Meaning.UNKNOWN_ADDRESS, FAIL),
        (Stage.RCPT, "450 5.1.1 the enhanced code wins", Meaning.UNKNOWN_ADDRESS, FAIL),
        (Stage.RCPT, "550 5.1.2 Bad destination system", Meaning.UNKNOWN_DOMAIN, FAIL),
        (Stage.RCPT, "550 5.4.4 Unable to route", Meaning.UNKNOWN_DOMAIN, FAIL),
        (Stage.RCPT, "452 4.2.2 <a@b.example> Mailbox full", Meaning.MAILBOX_FULL, RETRY),
        (Stage.RCPT, "552 4.2.2 the enhanced code wins", Meaning.MAILBOX_FULL, RETRY),
        (Stage.DOT, "552 5.2.2 Quota exceeded (mailbox for user is full)", Meaning.MAILBOX_FULL, FAIL),
        (Stage.MAIL, "552 5.3.4 Message size exceeds fixed limit", Meaning.TOO_LARGE, FAIL),
        (Stage.DOT, "552 5.2.3 Message too long", Meaning.TOO_LARGE, FAIL),
        (Stage.RCPT, "450 4.2.0 try later", Meaning.TEMPORARY, RETRY),
        (Stage.RCPT, "451 4.7.1 Greylisting in action, come back later", Meaning.TEMPORARY, RETRY),
        (Stage.RCPT, "451 4.7.1 Service unavailable", Meaning.TEMPORARY, SLOW),
        (Stage.MAIL, "421 4.7.0 Try again later, closing connection", Meaning.BUSY, SLOW),
        (Stage.MAIL, "421 Too many connections", Meaning.BUSY, SLOW),
        (Stage.MAIL, "432 4.3.2 Concurrent connections limit exceeded", Meaning.BUSY, SLOW),
        (Stage.DOT, "451 4.3.2 System not accepting messages", Meaning.BUSY, SLOW),
        (Stage.DOT, "451 4.4.5 Insufficient resources", Meaning.BUSY, SLOW),
        (Stage.RCPT, "452 4.3.1 Insufficient system storage", Meaning.TEMPORARY, RETRY),
        (Stage.DOT, "550 5.4.5 Daily user sending quota exceeded", Meaning.QUOTA, QUOTA),
        (
            Stage.DOT,
            "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; failed",
            Meaning.QUOTA,
            QUOTA,
        ),
        (Stage.RCPT, "550 5.2.0 mail quota used up", Meaning.QUOTA, QUOTA),
        (Stage.MAIL, "530 5.7.0 Authentication required", Meaning.CREDENTIALS, PAUSE),
        (Stage.MAIL, "530 5.7.57 Client not authenticated to send mail", Meaning.CREDENTIALS, PAUSE),
        (Stage.AUTH, "535 5.7.8 Error: authentication failed", Meaning.CREDENTIALS, PAUSE),
        (Stage.AUTH, "535 5.7.3 Authentication unsuccessful", Meaning.CREDENTIALS, PAUSE),
        (Stage.MAIL, "550 5.7.3 Requested action aborted; user not authenticated", Meaning.CREDENTIALS, PAUSE),
        (Stage.AUTH, "454 4.7.0 Temporary authentication failure", Meaning.TEMPORARY, SLOW),
        (Stage.MAIL, "550 5.7.30 Basic authentication is not supported for Client Submission", Meaning.OAUTH, PAUSE),
        (Stage.AUTH, "550 5.7.30 no", Meaning.OAUTH, PAUSE),
        (
            Stage.AUTH,
            "535 5.7.139 Authentication unsuccessful, basic authentication is disabled.",
            Meaning.OAUTH,
            PAUSE,
        ),
        (Stage.MAIL, "550 5.7.60 SMTP; Client does not have permissions to send as this sender", Meaning.SENDER, FAIL),
        (Stage.RCPT, "554 5.7.1 <a@b.example>: Relay access denied", Meaning.SENDER, FAIL),
        (Stage.RCPT, "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", Meaning.SENDER, FAIL),
        (Stage.DOT, "554 5.7.1 Message rejected as spam", Meaning.REFUSED, FAIL),
        (Stage.DOT, "550 5.7.26 Unauthenticated mail is prohibited", Meaning.REFUSED, FAIL),
        (Stage.RCPT, "550 5.7.606 Access denied, banned sending IP", Meaning.REFUSED, FAIL),
        # Without: Exim, old servers, providers.
        (Stage.RCPT, "550 Unrouteable address", Meaning.UNKNOWN_DOMAIN, FAIL),
        (Stage.RCPT, "550 mailbox unavailable", Meaning.UNKNOWN_ADDRESS, FAIL),
        (Stage.RCPT, "550", Meaning.UNKNOWN_ADDRESS, FAIL),
        (Stage.RCPT, "553 no such mailbox", Meaning.UNKNOWN_ADDRESS, FAIL),
        (Stage.RCPT, "550 relay not permitted", Meaning.SENDER, FAIL),
        (Stage.RCPT, "550 Blocked, see our policy", Meaning.REFUSED, FAIL),
        (Stage.RCPT, "556 domain does not accept mail", Meaning.UNKNOWN_DOMAIN, FAIL),
        (Stage.RCPT, "552 mailbox is over quota", Meaning.MAILBOX_FULL, FAIL),
        (Stage.RCPT, "550 the mailbox is full", Meaning.MAILBOX_FULL, FAIL),
        (Stage.RCPT, "452 mailbox full", Meaning.MAILBOX_FULL, RETRY),
        (Stage.MAIL, "552 message size exceeds maximum permitted", Meaning.TOO_LARGE, FAIL),
        (Stage.DOT, "552 message exceeds limit", Meaning.TOO_LARGE, FAIL),
        (Stage.MAIL, "550 sender address rejected", Meaning.SENDER, FAIL),
        (Stage.DOT, "554 Transaction failed", Meaning.REFUSED, FAIL),
        (Stage.DATA, "554 no valid recipients", Meaning.REFUSED, FAIL),
        (Stage.RCPT, "450 Mail send limit exceeded", Meaning.QUOTA, SLOW),
        (
            Stage.RCPT,
            "550 Domain x.example has exceeded the max emails per hour (25/25 (100%)) allowed.",
            Meaning.QUOTA,
            QUOTA,
        ),
        (Stage.RCPT, "451 try again", Meaning.TEMPORARY, RETRY),
        (Stage.RCPT, "450", Meaning.TEMPORARY, RETRY),
        (Stage.DOT, "451 local error in processing", Meaning.TEMPORARY, RETRY),
        (Stage.MAIL, "530 Authentication required", Meaning.CREDENTIALS, PAUSE),
        (Stage.AUTH, "535 no", Meaning.CREDENTIALS, PAUSE),
        (Stage.AUTH, "501 malformed", Meaning.CREDENTIALS, PAUSE),
        (Stage.GREETING, "554 no SMTP service for you", Meaning.REFUSED, PAUSE),
        (Stage.GREETING, "450 later", Meaning.TEMPORARY, SLOW),
    ],
)
def test_what_a_refusal_means(stage: Stage, text: str, meaning: Meaning, action: Action):
    verdict = sort(stage, reply(text))
    assert (verdict.meaning, verdict.action) == (meaning, action)
    assert verdict.reply == text


def test_the_code_is_the_enhanced_one_or_else_the_basic_one():
    assert sort(Stage.RCPT, reply("550 5.1.1 no")).code == "5.1.1"
    assert sort(Stage.RCPT, reply("550 no")).code == "550"


AT = datetime(2026, 10, 27, 15, 50).astimezone()
SAME_DAY = datetime(2026, 10, 27, 9, 0).astimezone()
DAY_BEFORE = datetime(2026, 10, 26, 23, 59).astimezone()


@pytest.mark.parametrize(
    ("stage", "text", "french", "english"),
    [
        (Stage.RCPT, "550 5.1.1 no", "Adresse inconnue\u00a0: à corriger", "Unknown address: to be corrected"),
        (Stage.RCPT, "550 5.1.2 no", "Domaine introuvable", "Domain not found"),
        (Stage.RCPT, "452 4.2.2 no", "Boîte pleine\u00a0: nouvel essai à 15:50", "Mailbox full: new try at 15:50"),
        (Stage.RCPT, "552 5.2.2 no", "Boîte pleine\u00a0: prévenir la famille", "Mailbox full: tell the family"),
        (Stage.DOT, "552 5.3.4 no", "Message trop volumineux", "Message too large"),
        (Stage.RCPT, "450 4.2.0 no", "Refus temporaire, nouvel essai à 15:50", "Temporary refusal, new try at 15:50"),
        (Stage.MAIL, "421 4.3.2 no", "Serveur occupé, envoi ralenti", "Server busy, sending slowed down"),
        (
            Stage.DOT,
            "550 5.4.5 no",
            "Quota atteint, envoi suspendu jusqu’à 15:50",
            "Quota reached, sending suspended until 15:50",
        ),
        (Stage.AUTH, "535 5.7.8 no", "Identifiants refusés\u00a0: lot en pause", "Credentials refused: batch paused"),
        (
            Stage.AUTH,
            "550 5.7.30 no",
            "Mot de passe simple refusé par Microsoft\u00a0: OAuth 2 requis",
            "Plain password refused by Microsoft: OAuth 2 required",
        ),
        (Stage.MAIL, "550 5.7.60 no", "Expéditeur non autorisé", "Sender not authorised"),
        (Stage.DOT, "554 no", "Message refusé par le serveur", "Message refused by the server"),
    ],
)
def test_what_the_operator_reads(stage: Stage, text: str, french: str, english: str):
    verdict = sort(stage, reply(text))
    assert verdict.sentence(AT, SAME_DAY) == french
    use_language("en")
    assert verdict.sentence(AT, SAME_DAY) == english


def test_another_day_is_told_with_its_date():
    verdict = sort(Stage.DOT, reply("550 5.4.5 no"))
    assert verdict.sentence(AT, DAY_BEFORE).endswith("jusqu’à 27/10 15:50")


def test_without_a_time_no_time_is_told():
    assert sort(Stage.DOT, reply("550 5.4.5 no")).sentence() == "Quota atteint, envoi suspendu"
    assert sort(Stage.RCPT, reply("450 no")).sentence() == "Refus temporaire"
    assert sort(Stage.RCPT, reply("452 4.2.2 no")).sentence() == "Boîte pleine"
    assert "15:50" not in sort(Stage.RCPT, reply("552 5.2.2 no")).sentence(AT)


def test_no_acknowledgement():
    assert unacknowledged() == "Accusé non reçu\u00a0: peut-être envoyé, à vérifier"


def test_the_time_is_the_machines():
    at = datetime(2026, 10, 27, 15, 50, tzinfo=UTC)
    assert f"{at.astimezone():%H:%M}" in sort(Stage.RCPT, reply("450 no")).sentence(at)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("250 2.0.0 Ok: queued as 4F9D195432D", "4F9D195432D"),
        ("250 OK id=1r5fCb-0001Ab-2x", "1r5fCb-0001Ab-2x"),
        ("250 2.6.0 <a@b.example> [InternalId=12345, Hostname=x.example] Queued mail for delivery", "12345"),
        ("250 2.0.0 OK  1699999999 q1-20020a5d574asi1 - gsmtp", "1699999999 q1-20020a5d574asi1"),
        ("250 2.0.0 3AB1CdEf012345 Message accepted for delivery", "3AB1CdEf012345"),
        ("250 OK", ""),
    ],
)
def test_the_name_in_the_servers_queue(text: str, name: str):
    assert queue_id(reply(text)) == name
