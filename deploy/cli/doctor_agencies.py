"""What `doctor` says of the way by which agencies reach the broker: with TLS, or not at all."""

import socket
import ssl
from datetime import UTC, datetime
from urllib.parse import urlsplit

from deploy.cli.api import set_by_caller
from deploy.cli.broker_rights import ANSWER_SECONDS, HEADER, METHOD_FRAME, greeting
from deploy.cli.environment_record import PRODUCTION, environment_name
from deploy.cli.findings import FAIL, OK, WARN, Finding
from deploy.cli.installation import Installation
from shared.exchange.broker.agency_queues import is_address_of_agencies

CHECK = "agencies' broker"
VARIABLE = "CASEPATH_AGENCIES_BROKER"
PAGE = "docs/guides/operate/deliveries.md#queues-at-the-broker"
TLS_PORT = 5671
SOON_DAYS = 21


def agencies_broker(installation: Installation) -> list[Finding]:
    """Check the address that agencies use, if one is set."""
    address = set_by_caller(installation, VARIABLE)
    if not address:
        return [Finding(CHECK, OK, "it is open to no agency")]
    if not is_address_of_agencies(address):
        return [Finding(CHECK, FAIL, f"{VARIABLE} is no amqps:// address", f"see {PAGE}")]
    parts = urlsplit(address)
    if parts.scheme == "amqps":
        return [_with_tls(str(parts.hostname), parts.port or TLS_PORT)]
    return [_plain(installation, str(parts.hostname))]


def _plain(installation: Installation, host: str) -> Finding:
    why = f"agencies' listener is plain, at {host}: keys and events go over it without TLS"
    if environment_name(installation) == PRODUCTION:
        return Finding(CHECK, FAIL, why, f"open it with TLS ({PAGE}), or leave {VARIABLE} empty")
    return Finding(CHECK, WARN, f"{why}, on this machine only; for tests", f"with TLS: {PAGE}")


def _with_tls(host: str, port: int) -> Finding:
    if greeting(host, port) == "greets":
        return Finding(CHECK, FAIL, f"agencies' listener is plain, at {host}:{port}", f"open it with TLS ({PAGE})")
    context = ssl.create_default_context()
    try:
        with (
            socket.create_connection((host, port), timeout=ANSWER_SECONDS) as connection,
            context.wrap_socket(connection, server_hostname=host) as closed,
        ):
            closed.sendall(HEADER)
            is_broker = closed.recv(1) == METHOD_FRAME
            days = _days_left(closed)
    except ssl.SSLCertVerificationError as error:
        return Finding(CHECK, FAIL, f"agencies refuse its certificate: {error.verify_message}", f"another one ({PAGE})")
    except (OSError, ssl.SSLError):
        return Finding(CHECK, WARN, f"nothing answers with TLS at {host}:{port}, as seen from here", f"see {PAGE}")
    if not is_broker:
        return Finding(CHECK, WARN, f"the TLS server at {host}:{port} is not a broker", f"see {PAGE}")
    if days < SOON_DAYS:
        return Finding(CHECK, WARN, f"its certificate ends in {days} days", "renew it, and restart the broker")
    return Finding(CHECK, OK, f"with TLS, at {host}:{port}")


def _days_left(connection: ssl.SSLSocket) -> int:
    ends = ssl.cert_time_to_seconds(str((connection.getpeercert() or {})["notAfter"]))
    return (datetime.fromtimestamp(ends, UTC) - datetime.now(UTC)).days
