"""The accounts at the broker as its definitions: one per service, and one for the operator.

Agencies have no account here: in their virtual host the broker asks `partners` to authenticate them.

The node reads the definitions at each start. A restart therefore corrects accounts that were changed by hand.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping

from deploy.cli.installation import SERVICES
from services import FOLLOWS
from shared.exchange.broker.agency_queues import PUBLISHER, PUBLISHERS
from shared.exchange.broker.agency_queues import VHOST as AGENCIES_VHOST
from shared.exchange.broker.permissions import Permissions, needed_by

VHOST = "casepath"
#: The operator's own: it may everything, and no service knows its password.
OPERATOR = "casepath"
#: Events have at most 64 KiB. The broker refuses larger messages before a process must hold them.
MAX_MESSAGE_BYTES = 128 * 1024
#: Connections of all agencies together, so that one key cannot use up the broker's connections.
AGENCIES_CONNECTIONS = 1_000
_EVERYTHING = Permissions(".*", ".*", ".*")


def new_password() -> str:
    """Return a new password for an account."""
    return secrets.token_urlsafe(24)


def permissions_of(service: str) -> Permissions:
    """Return the rights of a service's account: its own objects, and reading from the sources that it follows."""
    return needed_by(service, FOLLOWS[service])


def permissions(vhosts: Iterable[str] = (VHOST,)) -> list[dict[str, str]]:
    """Return the permissions of all accounts in some virtual hosts, as definitions have them."""
    accounts = {OPERATOR: _EVERYTHING, **{service: permissions_of(service) for service in SERVICES}}
    return [_permission(name, vhost, may) for vhost in vhosts for name, may in accounts.items()]


def permissions_for_agencies() -> list[dict[str, str]]:
    """Return the permissions in the agencies' virtual host: for the publisher and the operator only."""
    accounts = {OPERATOR: _EVERYTHING, PUBLISHER: PUBLISHERS}
    return [_permission(name, AGENCIES_VHOST, may) for name, may in accounts.items()]


def _permission(account: str, vhost: str, may: Permissions) -> dict[str, str]:
    return {"user": account, "vhost": vhost, "configure": may.configure, "write": may.write, "read": may.read}


def limits() -> list[dict[str, object]]:
    """Return what the agencies can take of the broker together, as definitions have it."""
    most = {"max-connections": AGENCIES_CONNECTIONS}
    return [{"component": "vhost-limits", "name": "limits", "vhost": AGENCIES_VHOST, "value": most}]


def virtual_hosts(names: Iterable[str] = (VHOST,)) -> list[dict[str, object]]:
    """Return virtual hosts whose queues are quorum queues unless they say otherwise, as definitions have them."""
    quorum = {"default_queue_type": "quorum"}
    return [{"name": name, "metadata": quorum, **quorum} for name in names]


def exchanges() -> list[dict[str, object]]:
    """Return each service's exchange as the service itself declares it.

    Made before any service starts, no follower meets a source that is not there yet: the broker would log each try as
    an error.
    """
    return [
        {
            "name": f"{service}.events",
            "vhost": VHOST,
            "type": "topic",
            "durable": True,
            "auto_delete": False,
            "internal": False,
            "arguments": {},
        }
        for service in SERVICES
    ]


def definitions(passwords: Mapping[str, str]) -> str:
    """Return the broker's definitions (JSON): the virtual host, its exchanges, and the accounts with their hashes.

    `passwords` holds one for each service and one for `OPERATOR`.
    """
    content = {
        "users": accounts(passwords),
        "vhosts": virtual_hosts((VHOST, AGENCIES_VHOST)),
        "permissions": [*permissions(), *permissions_for_agencies()],
        "parameters": limits(),
        "exchanges": exchanges(),
    }
    return json.dumps(content, indent=1)


def accounts(passwords: Mapping[str, str]) -> list[dict[str, object]]:
    """Return the accounts as definitions have them; one for each service and one for `OPERATOR`."""
    return [
        {
            "name": name,
            "password_hash": _hash(name, passwords[name]),
            "hashing_algorithm": "rabbit_password_hashing_sha256",
            "tags": ["administrator"] if name == OPERATOR else [],
            "limits": {},
        }
        for name in (OPERATOR, *SERVICES)
    ]


def _hash(name: str, password: str) -> str:
    """Return a password's hash as RabbitMQ stores it: salt and SHA-256.

    The salt follows from the password, so that the same passwords make the same file: the passwords are random, and
    long enough to need none.
    """
    salt = hashlib.sha256(f"{name}:{password}".encode()).digest()[:4]
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()
