"""A provider of sign-in for training (OpenID Connect: code flow with PKCE, refresh tokens, end of session).

It listens on loopback only and asks for no password. It signs with a key that it creates at the start and never
stores. It does not start in a production installation.
"""

import base64
import hashlib
import json
import secrets
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from joserfc import jwt
from joserfc.jwk import OKPKey

from deploy.training.people import EVERYBODY, Person
from shared.access.tokens import ALGORITHM, AUDIENCE
from shared.reference.words import ENGLISH, words_of_code
from shared.telemetry.logs import logger

DESK_CLIENT: Final = "casepath-desk"
#: The lifetimes of a code, an access token and a refresh token (seconds).
CODE_SECONDS, TOKEN_SECONDS, REFRESH_SECONDS = 60, 300, 8 * 3600
LONGEST_FORM: Final = 16_000
_PEOPLE: Final = {person.subject: person for person in EVERYBODY}


class Answer(NamedTuple):
    """An HTTP answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class _Given:
    """The sign-in that a code or a refresh token belongs to, and the end of its validity."""

    subject: str
    nonce: str
    challenge: str
    back: str
    until: float


@dataclass
class TrainingProvider:
    """The provider; `desk` is the address of the only desk that it serves."""

    issuer: str
    desk: str
    _key: OKPKey = field(default_factory=lambda: OKPKey.generate_key("Ed25519", {"use": "sig", "alg": ALGORITHM}))
    _codes: dict[str, _Given] = field(default_factory=dict)
    _refreshing: dict[str, _Given] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, method: str, target: str, form: Mapping[str, str]) -> Answer:
        """Answer one request."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}
        routes: dict[tuple[str, str], Callable[[], Answer]] = {
            ("GET", "/.well-known/openid-configuration"): lambda: _json(self._description()),
            ("GET", "/keys"): lambda: _json(self._key_set()),
            ("GET", "/health/ready"): lambda: _json({"status": "ok"}),
            ("GET", "/authorize"): lambda: self._ask(query),
            ("POST", "/authorize"): lambda: self._give_code(form),
            ("POST", "/token"): lambda: self._exchange(form),
            ("GET", "/end-session"): lambda: self._end(query),
        }
        return routes.get((method, urlsplit(target).path), lambda: Answer(HTTPStatus.NOT_FOUND, {}, b""))()

    def _key_set(self) -> dict[str, object]:
        return {"keys": [{**self._key.as_dict(private=False), "kid": self._key.thumbprint()}]}

    def _description(self) -> dict[str, object]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "end_session_endpoint": f"{self.issuer}/end-session",
            "authorization_response_iss_parameter_supported": True,
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "subject_types_supported": ["public"],
        }

    def _ask(self, query: Mapping[str, str]) -> Answer:
        """Show the page on which the user chooses a fictitious person."""
        if not self._is_of_desk(query):
            return _page("refused.html")
        kept = {name: query.get(name, "") for name in ("client_id", "redirect_uri", "state", "nonce", "code_challenge")}
        return _page(
            "people.html",
            form_origin=f"'self' {self.desk}",
            kept={**kept, "response_type": "code", "code_challenge_method": "S256"},
            people=[(person, _role(person)) for person in EVERYBODY],
        )

    def _is_of_desk(self, asked: Mapping[str, str]) -> bool:
        return (
            asked.get("client_id") == DESK_CLIENT
            and asked.get("redirect_uri") == f"{self.desk}/signed-in"
            and asked.get("response_type") == "code"
            and asked.get("code_challenge_method") == "S256"
            and bool(asked.get("code_challenge"))
        )

    def _give_code(self, form: Mapping[str, str]) -> Answer:
        if not self._is_of_desk(form) or form.get("person") not in _PEOPLE:
            return _page("refused.html")
        code = secrets.token_urlsafe(32)
        until = time.monotonic() + CODE_SECONDS
        given = _Given(form["person"], form.get("nonce", ""), form["code_challenge"], form["redirect_uri"], until)
        with self._lock:
            self._codes[code] = given
        back = urlencode({"code": code, "state": form.get("state", ""), "iss": self.issuer})
        return Answer(HTTPStatus.SEE_OTHER, {"Location": f"{given.back}?{back}"}, b"")

    def _exchange(self, form: Mapping[str, str]) -> Answer:
        with self._lock:
            given = self._taken(form)
        if given is None or form.get("client_id") != DESK_CLIENT:
            return _json({"error": "invalid_grant"}, HTTPStatus.BAD_REQUEST)
        refresh = secrets.token_urlsafe(32)
        with self._lock:
            self._refreshing[refresh] = _Given(given.subject, "", "", "", time.monotonic() + REFRESH_SECONDS)
        nonce = {"nonce": given.nonce} if given.nonce else {}
        return _json(
            {
                "access_token": self._signed("at+jwt", given.subject, aud=AUDIENCE, client_id=DESK_CLIENT),
                "id_token": self._signed("JWT", given.subject, aud=DESK_CLIENT, **nonce),
                "refresh_token": refresh,
                "token_type": "Bearer",
                "expires_in": TOKEN_SECONDS,
            }
        )

    def _taken(self, form: Mapping[str, str]) -> _Given | None:
        """Return the sign-in of a code or a refresh token, once."""
        kind = form.get("grant_type")
        if kind == "refresh_token":
            given = self._refreshing.pop(form.get("refresh_token", ""), None)
            return given if given is not None and time.monotonic() < given.until else None
        given = self._codes.pop(form.get("code", ""), None) if kind == "authorization_code" else None
        if given is None or time.monotonic() >= given.until or form.get("redirect_uri") != given.back:
            return None
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        is_same = secrets.compare_digest(base64.urlsafe_b64encode(digest).rstrip(b"=").decode(), given.challenge)
        return given if is_same else None

    def _signed(self, kind: str, subject: str, **more: str) -> str:
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "sub": subject,
            "iat": now,
            "exp": now + TOKEN_SECONDS,
            "jti": secrets.token_urlsafe(16),
            **more,
        }
        header = {"alg": ALGORITHM, "kid": self._key.thumbprint(), "typ": kind}
        return jwt.encode(header, claims, self._key, algorithms=[ALGORITHM])

    def _end(self, query: Mapping[str, str]) -> Answer:
        """Redirect the browser back; the provider has no session that it could end."""
        back = f"{self.desk}/signed-out"
        if query.get("post_logout_redirect_uri") == back:
            return Answer(HTTPStatus.SEE_OTHER, {"Location": back}, b"")
        return _page("refused.html")


def _role(person: Person) -> str:
    return words_of_code("staff_role", person.role, ENGLISH).label if person.role else "Not registered"


_PAGES: Final = Environment(
    loader=PackageLoader("deploy.training", "pages"), autoescape=True, undefined=StrictUndefined
)


def _page(name: str, form_origin: str = "'none'", **values: object) -> Answer:
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": f"default-src 'none'; style-src 'self'; form-action {form_origin}; "
        "frame-ancestors 'none'; base-uri 'none'",
    }
    status = HTTPStatus.OK if name == "people.html" else HTTPStatus.BAD_REQUEST
    return Answer(status, headers, _PAGES.get_template(name).render(**values).encode())


def _json(document: Mapping[str, object], status: int = HTTPStatus.OK) -> Answer:
    return Answer(
        status, {"Content-Type": "application/json", "Cache-Control": "no-store"}, json.dumps(document).encode()
    )


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, *_origin: object) -> None:
        """Log a failed connection by class and place, in one line. A browser that leaves is no failure."""
        if not isinstance(sys.exception(), ConnectionError):
            logger().error("training.request_failed", exc_info=True)


def server(provider: TrainingProvider, host: str, port: int, style: bytes = b"") -> ThreadingHTTPServer:
    """Return the server of a provider; `style` is the style sheet of its pages."""

    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:
            """Answer a page, a document or the style sheet."""
            if self.path == "/style.css":
                self._send(Answer(HTTPStatus.OK, {"Content-Type": "text/css"}, style))
                return
            self._send(provider.answer("GET", self.path, {}))

        def do_POST(self) -> None:
            """Answer a form."""
            length = min(int(self.headers.get("Content-Length") or 0), LONGEST_FORM)
            form = parse_qs(self.rfile.read(length).decode("utf-8", "replace"))
            self._send(provider.answer("POST", self.path, {name: values[0] for name, values in form.items()}))

        def _send(self, answer: Answer) -> None:
            self.send_response(answer.status)
            for name, value in {**answer.headers, "Content-Length": str(len(answer.body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_words: object) -> None:
            """Write no log line, because addresses contain codes."""

    return _Server((host, port), Handler)
