"""A client of the services' HTTP API: their addresses, the tokens, and requests that are retried and idempotent.

::

    targets = find_targets()                                # environment, running installation, or ./casepath init
    api = Api(targets, roles=["operator"], subject=uuid)    # tokens are made with the operators' key, and renewed
    api = Api(targets, token=own)                           # or an existing token
    reply = api.post("intake", "/v1/cases", {...})          # with an Idempotency-Key; a retry is the same request
    api.get("legal", f"/v1/cases/{case}").json()
    api.delete("intake", path, if_match=etag)

A refusal is an `ApiProblem` with `.status`, `.title`, `.detail`, `.errors`; a service that is away is `ServiceAway`,
after `patience` seconds of trying again (a killed service comes back).
"""

import json
import math
import time
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from deploy.cli import running
from deploy.cli.environment_record import PRODUCTION, environment_in_force, how_to_start
from deploy.cli.errors import CommandRefused, NotRunning
from deploy.cli.installation import SERVICES, Installation, here
from deploy.cli.keys import STAFF_KEY, key_file
from deploy.cli.replies import Problem
from shared.access import tokens
from shared.runtime.variables import SettingRefused, from_files

TIMEOUT_SECONDS = 15.0
TOKEN_SECONDS = 900
RENEW_BEFORE_SECONDS = 120
RETRY_PAUSE_SECONDS = 0.25
AWAY = (502, 503, 504)
TOO_OFTEN = 429
#: The problem of a case that may be on its way to a service; the service itself is not away.
NOT_HERE_YET = "urn:casepath:problem:not-here-yet"


class ApiProblem(CommandRefused):
    """A service refused a request; its problem document says why."""

    def __init__(self, service: str, request: str, reply: requests.Response) -> None:
        document = _document(reply)
        self.problem = document
        self.title = str(document.get("title", reply.reason))
        self.detail = str(document.get("detail", ""))
        self.errors: list[dict[str, str]] = list(document.get("errors", ()))
        named = "; ".join(f"{error.get('field') or error.get('rule')}: {error.get('message')}" for error in self.errors)
        super().__init__(
            f"{service} refused {request} ({reply.status_code}).",
            why=" ".join(part for part in (self.title, self.detail, named) if part),
            next_step=_after(reply.status_code),
        )
        self.status = reply.status_code


class ServiceAway(NotRunning):
    """A service is unreachable or not ready."""


def _document(reply: requests.Response) -> Problem:
    try:
        document: Problem = reply.json()
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _after(status: int) -> str:
    if status == requests.codes.unauthorized:
        return (
            "the services do not know who signed the token, or it has ended: CASEPATH_OPERATOR_SIGNING_KEY_FILE names "
            "another key for the operators' verbs, CASEPATH_TOKEN_FILE your own token for the others"
        )
    return ""


@dataclass(frozen=True)
class Targets:
    """Where the services are, and the keys that sign tokens: of operators, and of fictitious people.

    A key is None where there is none; in production none speaks for people.
    """

    urls: Mapping[str, str]
    operator_key: tokens.Jwk | None = field(repr=False)
    staff_key: tokens.Jwk | None = field(default=None, repr=False)

    def token(self, roles: Iterable[str], subject: str, lifetime: int = TOKEN_SECONDS) -> str:
        """Return a token for an operator, or for a fictitious member of staff; `lifetime` in seconds.

        Raises `CommandRefused` for an operator with another role, and where there is no key.
        """
        asked = sorted(set(roles))
        is_operator = tokens.OPERATOR_ROLE in asked
        if is_operator and asked != [tokens.OPERATOR_ROLE]:
            raise CommandRefused(
                "A token of an operator cannot have other roles.",
                next_step="create one token for each role",
                exit_code=2,
            )
        key = self.operator_key if is_operator else self.staff_key
        if key is None:
            raise _no_key("operator" if is_operator else STAFF_KEY)
        return tokens.issue(key, subject=subject, roles=asked, lifetime=lifetime)


class Api:
    """Requests to the services as one person with some roles, or with the `token` that they have; one per thread."""

    def __init__(
        self,
        targets: Targets,
        *,
        roles: Iterable[str] = (),
        subject: str | None = None,
        token: str | None = None,
        patience: float = 0.0,
    ) -> None:
        self.targets = targets
        self.roles = sorted(roles)
        self.subject = subject or str(uuid.uuid4())
        self.patience = patience
        self._sessions: dict[str, requests.Session] = {}
        self._token, self._until = (token, math.inf) if token else ("", 0.0)

    def get(self, service: str, path: str, /, **query: str | int) -> requests.Response:
        """Read something."""
        return self.request("GET", service, path, query=query)

    def post(
        self,
        service: str,
        path: str,
        body: object = None,
        *,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> requests.Response:
        """Create something. Tried again after a lost reply, it is still the same request."""
        headers = {"Idempotency-Key": idempotency_key or str(uuid.uuid4())}
        return self.request("POST", service, path, body=body, if_match=if_match, headers=headers)

    def put(self, service: str, path: str, body: object, *, if_match: str | None = None) -> requests.Response:
        """Set something."""
        return self.request("PUT", service, path, body=body, if_match=if_match)

    def patch(self, service: str, path: str, body: object, *, if_match: str) -> requests.Response:
        """Send a partial update (PATCH) of a resource that was read."""
        return self.request("PATCH", service, path, body=body, if_match=if_match)

    def delete(self, service: str, path: str, *, if_match: str | None = None) -> requests.Response:
        """Remove something."""
        return self.request("DELETE", service, path, if_match=if_match)

    def request(
        self,
        method: str,
        service: str,
        path: str,
        *,
        query: Mapping[str, str | int] | None = None,
        body: object = None,
        if_match: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send one request and return a successful reply. Raises `ApiProblem` or `ServiceAway`."""
        sent = {**(headers or {}), **({"If-Match": if_match} if if_match else {})}
        deadline = time.monotonic() + self.patience
        while True:
            reply = self._attempt(method, service, path, params=query, json=body, headers=sent)
            if reply is not None and reply.status_code == TOO_OFTEN and time.monotonic() < deadline:
                time.sleep(float(reply.headers.get("Retry-After", "1")))
                continue
            if reply is not None and reply.status_code not in AWAY:
                break
            if time.monotonic() >= deadline:
                if reply is not None and _document(reply).get("type") == NOT_HERE_YET:
                    break
                raise self._away(service, reply)
            time.sleep(RETRY_PAUSE_SECONDS)
        if not reply.ok:
            raise ApiProblem(service, f"{method} {path}", reply)
        return reply

    def _attempt(self, method: str, service: str, path: str, **parts: Any) -> requests.Response | None:
        parts["headers"] = {**parts["headers"], "Authorization": f"Bearer {self._current_token()}"}
        url = self.targets.urls[service].rstrip("/") + path
        try:
            return self._session(service).request(method, url, timeout=TIMEOUT_SECONDS, **parts)
        except (requests.ConnectionError, requests.Timeout):
            return None

    def _away(self, service: str, reply: requests.Response | None) -> ServiceAway:
        url = self.targets.urls[service]
        return ServiceAway(
            f"{service} does not answer at {url}." if reply is None else f"{service} at {url} is not ready.",
            why=_document(reply).get("detail", "") if reply is not None else "",
            next_step=f"{how_to_start(here())} starts it; CASEPATH_<SERVICE>_URL points the command elsewhere",
        )

    def _current_token(self) -> str:
        if time.time() > self._until - RENEW_BEFORE_SECONDS:
            self._token = self.targets.token(self.roles, self.subject)
            self._until = time.time() + TOKEN_SECONDS
        return self._token

    def _session(self, service: str) -> requests.Session:
        if service not in self._sessions:
            session = requests.Session()
            session.trust_env = not on_this_machine(self.targets.urls[service])
            self._sessions[service] = session
        return self._sessions[service]


def on_this_machine(url: str) -> bool:
    """Return whether the address is on this machine. Requests to it never use a proxy."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def targets_of(installation: Installation) -> Targets:
    """Return the services of an installation that this process runs itself."""
    files = [key_file(installation.keys, name) for name in ("operator", STAFF_KEY)]
    return Targets(
        {name: installation.address(name) for name in SERVICES},
        *(_read_key(file.read_text(encoding="utf-8"), file.name) if file.exists() else None for file in files),
    )


def find_targets(urls: Iterable[str] = ()) -> Targets:
    """Return where the services are: as `urls` name them, else the environment, else as they run here.

    `urls` are addresses in the order intake, legal, support, partners, or each with its name (`legal=http://…`).
    """
    installation = here()
    record: running.Run = running.read(installation.running_file) if running.holder(installation) is not None else {}
    addresses = {name: record.get("services", {}).get(name, installation.address(name)) for name in SERVICES}
    addresses |= {
        name: installation.address(name)
        for name in SERVICES
        if f"CASEPATH_{name.upper()}_URL" in installation.variables
    }
    for position, target in enumerate(urls):
        name, equals, url = target.partition("=")
        if not equals or name not in SERVICES:
            name, url = SERVICES[min(position, len(SERVICES) - 1)], target
        addresses[name] = url
    is_production = environment_in_force(here()) == PRODUCTION
    return Targets(addresses, _key(installation, "operator"), None if is_production else _key(installation, STAFF_KEY))


def find_key_set() -> str:
    """Return the public keys of every issuer (JSON Web Key Set), found where `find_targets` finds its keys."""
    installation = here()
    own, docker = installation.keys / "key-set.json", installation.checkout / "secrets" / "key_set.json"
    text = set_by_caller(installation, "CASEPATH_KEY_SET") or _first_of(_in_order(installation, own, docker))
    if text is None:
        raise NotRunning(
            "There are no public keys here, so signatures cannot be checked.",
            why="this checkout has no installation",
            next_step="set CASEPATH_KEY_SET_FILE to their file",
        )
    return text


def set_by_caller(installation: Installation, name: str) -> str | None:
    """Return what the environment sets, itself or as a file. Raises `CommandRefused` for a file that can't be read."""
    variables = installation.variables
    try:
        settings = from_files({key: variables[key] for key in (name, f"{name}_FILE") if variables.get(key)})
    except SettingRefused as refused:
        raise CommandRefused(str(refused), next_step=f"name another in {name}_FILE", exit_code=2) from None
    return settings.get(name)


def _key(installation: Installation, name: str) -> tokens.Jwk | None:
    variable = f"CASEPATH_{name.upper()}_SIGNING_KEY"
    own, docker = key_file(installation.keys, name), installation.checkout / "secrets" / f"{name}_signing_key.json"
    text = set_by_caller(installation, variable) or _first_of(_in_order(installation, own, docker))
    return None if text is None else _read_key(text, variable)


def _read_key(text: str, name: str) -> tokens.Jwk:
    try:
        key: tokens.Jwk = json.loads(text)
    except ValueError:
        raise CommandRefused(f"{name} is no JSON Web Key.", next_step="restore it from your copy") from None
    return key


def _no_key(name: str) -> NotRunning:
    if name == STAFF_KEY:
        return NotRunning(
            "There is no key for tokens of fictitious people here.",
            why="this checkout has no training installation; production has no such key",
            next_step="./casepath up (for Docker: init) makes one; CASEPATH_STAFF_SIGNING_KEY_FILE names another",
        )
    return NotRunning(
        "There is no operators' key here, so no service would accept this command.",
        why="this release has not created an installation from this checkout",
        next_step="./casepath up (for Docker: init) makes one; CASEPATH_OPERATOR_SIGNING_KEY_FILE names another",
    )


def _in_order(installation: Installation, own: Path, docker: Path) -> list[Path]:
    """Return the files in order: of the running installation, of `init` for Docker, of an earlier run."""
    return [own, docker] if running.holder(installation) is not None else [docker, own]


def _first_of(files: list[Path]) -> str | None:
    return next((file.read_text(encoding="utf-8") for file in files if file.exists()), None)
