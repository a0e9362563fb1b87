"""Ring an on-call notifier: one webhook call or one email with only the text "Open Casepath".

`DirectRinger` sends from this process. With Docker, `RemoteRinger` forwards each ring to the ring sender: a separate
container with outbound access, but without a database or cases. The ring sender runs `server`.
"""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from email.message import EmailMessage
from email.utils import formatdate
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, Protocol

import urllib3

from shared.outbound import signatures
from shared.outbound.guard import Guard, Outlets, TargetRefused
from shared.outbound.mail import MailServer
from shared.outbound.posting import Posting, Unanswered, believing
from shared.store.context import ContextKey
from shared.telemetry.logs import logger

WEBHOOK, EMAIL = "webhook", "email"
DELIVERED: Final = "delivered"
#: Outcomes of a ring, in addition to the reasons of `TargetRefused` and `Unanswered`.
REFUSED, NO_MAIL_SERVER, SENDER_UNAVAILABLE = "refused", "no_mail_server", "sender_unavailable"
HEALTH: Final = "/health/ready"
# control: H-DANGER-2 ring-says-nothing
_MESSAGE: Final = "Open Casepath"
_BODY: Final = json.dumps({"message": f"{_MESSAGE}."}).encode()
_SUCCESS: Final = range(200, 300)
#: Timeout for the sender: the maximum duration of one delivery.
_CONNECT_SECONDS, _ANSWER_SECONDS = 2.0, 30.0
#: Maximum size of a request, and seconds after which an idle client is disconnected.
_LARGEST_ORDER, _PATIENCE = 8_192, 5.0

log = logger()


@dataclass(frozen=True)
class RingOrder:
    """One ring: its id (so that the receiver can detect repeats), channel, address, and a webhook's secret."""

    ring: str
    channel: str
    address: str
    secret: str


class Ringer(Protocol):
    """Delivers a ring and returns the outcome as a code of the list `ring_outcome`."""

    def ring(self, order: RingOrder) -> str:
        """Deliver one ring. Never raises an error that a receiver causes."""
        ...


#: Delivers the rings of the transaction's process.
RINGER: ContextKey[Ringer] = ContextKey("ringer")


class DirectRinger:
    """Sends rings from this process."""

    def __init__(self, guard: Guard, certificates: str, mail_server: MailServer | None) -> None:
        """Store the guard; `certificates` (PEM) replace the system's authorities, unless empty."""
        self._guard = guard
        self._certificates = believing(certificates)
        self._mail_server = mail_server

    @classmethod
    def configured(cls, outlets: Outlets, certificates: str, mail_server: str, mail_from: str) -> "DirectRinger":
        """Create one from the settings. Raises `ValueError` for an invalid mail server."""
        return cls(Guard(outlets), certificates, MailServer.read(mail_server, mail_from, outlets.plain_hosts))

    def ring(self, order: RingOrder) -> str:
        """Deliver one ring, and return the outcome."""
        try:
            return self._post(order) if order.channel == WEBHOOK else self._mail(order)
        except (TargetRefused, Unanswered) as failed:
            return failed.reason

    def _post(self, order: RingOrder) -> str:
        posting = Posting(self._guard, self._certificates)
        headers = signatures.headers([order.secret], order.ring, int(time.time()), _BODY)
        try:
            answer = posting.post(order.address, _BODY, {**headers, "Content-Type": "application/json"})
        finally:
            posting.close()
        return DELIVERED if answer.status in _SUCCESS else REFUSED

    def _mail(self, order: RingOrder) -> str:
        if self._mail_server is None:
            return NO_MAIL_SERVER
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._mail_server.sender, order.address, _MESSAGE
        message["Date"], message["Message-ID"] = formatdate(), f"<{order.ring}@casepath>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(f"{_MESSAGE}.\n")
        self._mail_server.send(message, self._certificates)
        return DELIVERED


class RemoteRinger:
    """Forwards rings to the ring sender, and returns the outcome that it reports."""

    def __init__(self, address: str, token: Callable[[], str]) -> None:
        """Store the sender's address, and the function that returns this service's token."""
        self._address = address
        self._token = token
        timeout = urllib3.Timeout(connect=_CONNECT_SECONDS, read=_ANSWER_SECONDS)
        self._connections = urllib3.PoolManager(maxsize=8, retries=False, timeout=timeout)

    def ring(self, order: RingOrder) -> str:
        """Forward one ring, and return the outcome; `sender_unavailable` if there is none."""
        headers = {"Authorization": f"Bearer {self._token()}", "Content-Type": "application/json"}
        body = json.dumps(asdict(order)).encode()
        try:
            answer = self._connections.request("POST", self._address, body=body, headers=headers, redirect=False)
            if answer.status == HTTPStatus.OK:
                return str(json.loads(answer.data)["outcome"])
        except (urllib3.exceptions.HTTPError, OSError, ValueError, KeyError) as error:
            log.warning("ring.sender_unavailable", reason=type(error).__name__)
            return SENDER_UNAVAILABLE
        log.warning("ring.sender_unavailable", reason="refused", status=answer.status)
        return SENDER_UNAVAILABLE


class RingSender:
    """The ring sender: it sends the rings that `partners` orders, and reports the outcomes."""

    def __init__(self, ringer: Ringer, may_order: Callable[[str | None], bool]) -> None:
        """Store the ringer, and the function that checks the `Authorization` header."""
        self._ringer = ringer
        self._may_order = may_order

    def answer(self, authorization: str | None, body: bytes) -> tuple[HTTPStatus, dict[str, str]]:
        """Send the requested ring."""
        if not self._may_order(authorization):
            return HTTPStatus.UNAUTHORIZED, {}
        try:
            order = RingOrder(**{name: str(value) for name, value in json.loads(body).items()})
        except (ValueError, TypeError, AttributeError):
            return HTTPStatus.BAD_REQUEST, {}
        return HTTPStatus.OK, {"outcome": self._ringer.ring(order)}


def server(sender: RingSender, host: str, port: int) -> ThreadingHTTPServer:
    """Return the ring sender's server; `serve_forever` runs it."""

    class Handler(BaseHTTPRequestHandler):
        timeout = _PATIENCE

        def do_GET(self) -> None:
            """Answer whether the process is ready."""
            self._reply(HTTPStatus.OK if self.path == HEALTH else HTTPStatus.NOT_FOUND, {})

        def do_POST(self) -> None:
            """Send one ring."""
            length = self.headers.get("Content-Length", "")
            if not length.isdecimal() or int(length) > _LARGEST_ORDER:
                self._reply(HTTPStatus.BAD_REQUEST, {})
                return
            self._reply(*sender.answer(self.headers.get("Authorization"), self.rfile.read(int(length))))

        def _reply(self, status: HTTPStatus, document: dict[str, str]) -> None:
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            """Log nothing for a request: the line would contain a receiver."""

    http_server = ThreadingHTTPServer((host, port), Handler)
    http_server.daemon_threads = True
    return http_server
