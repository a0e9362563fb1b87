"""An identity provider in this process: it publishes keys, signs tokens, and can be made to fail.

It implements the part of OpenID Connect that services and the command use: discovery, a key set, and the authorization
code flow with PKCE. It never asks for a password.
"""

import base64
import hashlib
import json
import secrets
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

from joserfc import jws
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from shared.access.providers.declared import ALGORITHMS

AUDIENCE = "casepath"
CLIENT = "casepath-command"
Key = RSAKey | ECKey | OKPKey | OctKey


def rsa_key(size: int = 2_048) -> RSAKey:
    """Make a key as most providers use it."""
    return RSAKey.generate_key(size, {"kid": str(uuid4()), "use": "sig"})


@dataclass
class Issuer:
    """A provider: its keys, newest first, and its current responses."""

    address: str = "https://login.example.org"
    keys: list[Key] = field(default_factory=lambda: [rsa_key()])
    #: Responses of paths below the issuer that it does not implement: status, headers, body.
    instead: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    #: The addresses that were requested, in order.
    asked: list[str] = field(default_factory=list)
    is_away: bool = False
    #: The claims about the person who signs in.
    subject: str = "worker@example.org"
    _codes: dict[str, str] = field(default_factory=dict)

    def claims(self, **different: Any) -> dict[str, Any]:
        """Return the claims of an access token; claims that are None are omitted."""
        now = int(time.time())
        whole = {
            "iss": self.address,
            "aud": AUDIENCE,
            "sub": self.subject,
            "client_id": CLIENT,
            "iat": now,
            "exp": now + 300,
            "jti": str(uuid4()),
            **different,
        }
        return {name: value for name, value in whole.items() if value is not None}

    def token(self, *, key: Key | None = None, header: dict[str, Any] | None = None, **claims: Any) -> str:
        """Sign an access token (RFC 9068); header fields that are None are omitted."""
        key = key or self.keys[0]
        whole = {"alg": "RS256", "kid": key.kid, "typ": "at+jwt", **(header or {})}
        written = {name: value for name, value in whole.items() if value is not None}
        return signed(written, json.dumps(self.claims(**claims)).encode(), key)

    def rotate(self, key: Key | None = None) -> Key:
        """Sign with another key, and stop publishing the previous one."""
        self.keys = [key or rsa_key()]
        return self.keys[0]

    def key_set(self) -> dict[str, Any]:
        """Return the published key set."""
        return {"keys": [key.as_dict(private=False) for key in self.keys]}

    def declared(self, **more: str) -> str:
        """Return the provider's entry in an operator's settings; `more` are TOML values."""
        values = {"issuer": json.dumps(self.address), "audience": json.dumps(AUDIENCE), **more}
        return "[[provider]]\n" + "".join(f"{name} = {value}\n" for name, value in values.items())

    def answer(self, method: str, target: str, form: dict[str, list[str]]) -> tuple[int, dict[str, str], bytes]:
        """Answer one request."""
        path, query = urlsplit(target).path, parse_qs(urlsplit(target).query)
        self.asked.append(path)
        if path in self.instead:
            return self.instead[path]
        documents = {
            "/.well-known/openid-configuration": {
                "issuer": self.address,
                "jwks_uri": f"{self.address}/keys",
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "code_challenge_methods_supported": ["S256"],
            },
            "/keys": self.key_set(),
        }
        if path in documents:
            return 200, {"Content-Type": "application/json"}, json.dumps(documents[path]).encode()
        if (method, path) == ("GET", "/authorize"):
            return self._authorize({name: values[0] for name, values in query.items()})
        if (method, path) == ("POST", "/token"):
            return self._exchange({name: values[0] for name, values in form.items()})
        return 404, {}, b""

    def _authorize(self, query: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        if query["code_challenge_method"] != "S256" or query["response_type"] != "code":
            return 400, {}, b""
        # As strict as providers that require a nonce with every request for an ID token.
        if "openid" in query.get("scope", "").split() and not query.get("nonce"):
            return 400, {}, b""
        code = secrets.token_urlsafe()
        self._codes[code] = query["code_challenge"]
        answer = urlencode({"code": code, "state": query["state"]})
        return 302, {"Location": f"{query['redirect_uri']}?{answer}"}, b""

    def _exchange(self, form: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if self._codes.pop(form["code"], "") != coded(digest):
            return 400, {"Content-Type": "application/json"}, b'{"error": "invalid_grant"}'
        token = {"access_token": self.token(), "token_type": "Bearer", "expires_in": 300}
        return 200, {"Content-Type": "application/json"}, json.dumps(token).encode()


def signed(header: dict[str, Any], payload: bytes, key: Key) -> str:
    """Sign a header and a payload without the library's own checks."""
    made = f"{coded(json.dumps(header).encode())}.{coded(payload)}"
    algorithm = jws.JWSRegistry(algorithms=[*ALGORITHMS, "HS256"]).get_alg(header["alg"])
    return f"{made}.{coded(algorithm.sign(made.encode(), key))}"


def coded(raw: bytes) -> str:
    """Encode bytes as tokens do."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True


@contextmanager
def serving(issuer: Issuer, certificate: Path | None = None, *, port: int = 0) -> Iterator[Issuer]:
    """Serve a provider on this machine, over TLS if there is a certificate (with its key, PEM)."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            self._answer(parse_qs(self.rfile.read(length).decode()))

        def _answer(self, form: dict[str, list[str]]) -> None:
            if issuer.is_away:
                issuer.asked.append("away")
                self.close_connection = True
                return
            status, headers, body = issuer.answer(self.command, self.path, form)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            """Log nothing."""

    server = _Server(("127.0.0.1", port), Handler)
    scheme = "http"
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme = "https"
    issuer.address = f"{scheme}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
