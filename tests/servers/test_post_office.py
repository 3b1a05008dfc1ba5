"""The servers that other tests are judged by are themselves what they should be."""

from __future__ import annotations

import base64
import smtplib
import ssl
from email.message import EmailMessage

import pytest
from post_office import ADDRESS, OTHER, PASSWORD, SIZE_LIMIT, USER, PostOffice

pytestmark = pytest.mark.servers


def context(office: PostOffice) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=office.ca_file)


def test_it_takes_mail_from_whoever_signs_in_and_delivers_it(post_office: PostOffice) -> None:
    post_office.empty()
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = ADDRESS, OTHER, "Essai"
    with smtplib.SMTP("localhost", post_office.submission) as client:
        assert not client.has_extn("auth")
        client.starttls(context=context(post_office))
        client.ehlo()
        assert int(client.esmtp_features["size"]) == SIZE_LIMIT
        assert {"PLAIN", "LOGIN"} <= set(client.esmtp_features["auth"].split())
        client.login(USER, PASSWORD)
        client.send_message(message)
    (received,) = post_office.received("bob")
    assert received["Subject"] == "Essai"


def test_it_refuses_a_wrong_password_and_a_bad_token(post_office: PostOffice) -> None:
    with smtplib.SMTP_SSL("localhost", post_office.smtps, context=context(post_office)) as client:
        with pytest.raises(smtplib.SMTPAuthenticationError) as refused:
            client.login(USER, "wrong")
        assert refused.value.smtp_code == 535
    with smtplib.SMTP("localhost", post_office.oauth_only) as client:
        client.starttls(context=context(post_office))
        client.ehlo()
        for token, code in ((post_office.token(seconds=-60), 334), (post_office.token(), 235)):
            said = f"user={USER}\x01auth=Bearer {token}\x01\x01"
            answer = client.docmd("AUTH", "XOAUTH2 " + base64.b64encode(said.encode()).decode())
            assert answer[0] == code
            if code == 334:
                assert client.docmd("")[0] == 535
