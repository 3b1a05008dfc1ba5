"""An identity service as Microsoft's: discovery, device codes, authorization codes with PKCE, refreshed tokens; over
TLS on loopback. What its answers are is settled by the test."""

from __future__ import annotations

import base64
import hashlib
import json
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import trustme

CLIENT = "11111111-2222-3333-4444-555555555555"


class Authority:
    """Serves until `close`. `polls` is what it says to whoever polls for a device code, one after the other."""

    def __init__(self, folder: Path, token: Callable[[], str]) -> None:
        certificate = trustme.CA()
        self.ca_file = str(folder / "authority.pem")
        certificate.cert_pem.write_to_path(self.ca_file)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.issue_cert("localhost", "127.0.0.1").configure_cert(context)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.token = token
        """Makes the access tokens it hands out."""
        self.lifetime = 3600
        """Seconds of an access token."""
        self.polls: deque[dict[str, Any]] = deque()
        """Errors for those who poll; once it is empty they get their tokens."""
        self.device_refusal: dict[str, Any] = {}
        self.refresh_refusal: dict[str, Any] = {}
        self.device_seconds = 900
        self.asked: list[dict[str, str]] = []
        """What was posted for tokens."""
        self.polled = threading.Event()
        self.challenge = self.nonce = ""
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def tenant(self) -> str:
        """What an account names as its directory."""
        return f"https://localhost:{self.port}/home.example"

    def close(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def open_in_browser(self, address: str) -> str:
        """What a person does there; the address that the browser ends at."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.challenge, self.nonce = query["code_challenge"], query["nonce"]
        assert query["code_challenge_method"] == "S256"
        return f"{query['redirect_uri']}/?code=authorization-code&state={query['state']}"

    def granted(self) -> dict[str, Any]:
        """Tokens of alice."""
        claims = {"aud": CLIENT, "iss": self.tenant, "sub": "alice", "tid": "home", "oid": "alice"}
        claims |= {"preferred_username": "alice@example.test", "exp": int(time.time()) + 3600, "iat": int(time.time())}
        if self.nonce:
            claims["nonce"] = self.nonce
        body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
        info = base64.urlsafe_b64encode(json.dumps({"uid": "alice", "utid": "home"}).encode()).rstrip(b"=").decode()
        return {
            "token_type": "Bearer",
            "scope": "https://outlook.office.com/SMTP.Send",
            "expires_in": self.lifetime,
            "access_token": self.token(),
            "refresh_token": "refresh-canary",
            "id_token": f"e30.{body}.x",
            "client_info": info,
        }

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """What is said to a request."""
        base = f"https://localhost:{self.port}/home.example"
        if path.endswith("/.well-known/openid-configuration"):
            return 200, {
                "issuer": f"{base}/v2.0",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
            }
        if path.endswith("/devicecode"):
            if self.device_refusal:
                return 400, self.device_refusal
            return 200, {
                "user_code": "FKX7-Q2RM",
                "device_code": "device-canary",
                "verification_uri": "https://microsoft.com/devicelogin",
                "expires_in": self.device_seconds,
                "interval": 0,
                "message": "",
            }
        self.asked.append(form)
        if form["grant_type"] == "refresh_token" and self.refresh_refusal:
            return 400, self.refresh_refusal
        if form["grant_type"] == "authorization_code":
            proof = hashlib.sha256(form["code_verifier"].encode()).digest()
            if base64.urlsafe_b64encode(proof).rstrip(b"=").decode() != self.challenge:
                return 400, {"error": "invalid_grant", "error_description": "AADSTS501481: wrong verifier"}
        if "device_code" in form and self.polls:
            said = self.polls[0] if len(self.polls) == 1 and self.polls[0].get("forever") else self.polls.popleft()
            self.polled.set()
            return 400, {name: value for name, value in said.items() if name != "forever"}
        return 200, self.granted()

    def _handler(authority) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *words: object) -> None:
                """Quietly."""

            def do_GET(self) -> None:
                self._say({})

            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self._say({name: values[0] for name, values in parse_qs(content).items()})

            def _say(self, form: dict[str, str]) -> None:
                status, values = authority.answer(urlsplit(self.path).path, form)
                body = json.dumps(values).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        return Handler
