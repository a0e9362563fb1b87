"""The staff of a journey: each sends requests with a token of their own role.

A service that is killed and started again must not stop a journey, and a case takes a moment to reach the other
services. So every request is retried until a deadline. A repeated POST has the Idempotency-Key of the first.
"""

import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import requests

from deploy.cli.api import Api, ApiProblem, ServiceAway, Targets
from deploy.cli.errors import CommandRefused, StopAsked
from deploy.cli.replies import CaseView, CloudEvent

ROLES = ("caseworker", "legal_adviser", "counsellor", "support_worker")
PAUSE_SECONDS = 0.15
#: Answers that time may change: the case or its team has not arrived yet, or a replica is still busy with the key.
ARRIVING = (requests.codes.not_found, requests.codes.service_unavailable)
PASSING = (requests.codes.conflict, requests.codes.too_many_requests, requests.codes.internal_server_error)
PASSING_SECONDS = 8.0


class NeverArrived(CommandRefused):
    """A change of one service did not reach another service in time."""

    status = 504
    retryable = True


@dataclass
class Desk:
    """One journey's staff. `patience` in seconds: the longest wait for anything. One object per thread."""

    targets: Targets
    members: Mapping[str, str] = field(default_factory=lambda: {role: str(uuid.uuid4()) for role in ROLES})
    patience: float = 90.0
    stop: threading.Event = field(default_factory=threading.Event)
    #: The agency at which all of them work, by its code: any will do, since they are made up.
    agency: str = "NL.COMENSHA"
    #: The roles whose member the register knows.
    registered: set[str] = field(default_factory=set)
    #: The statuses of refusals that can be over in a moment.
    passing: tuple[int, ...] = PASSING
    _apis: dict[str, Api] = field(default_factory=dict)

    def member(self, role: str) -> str:
        """Return the id of the member of staff with this role, whom the register knows then."""
        member = self.members[role]
        if role not in self.registered:
            body = {
                "id": member,
                "agency": self.agency,
                "roles": [role],
                "name": f"Fictitious {role.replace('_', ' ')}",
            }
            key = str(uuid.uuid4())
            # Only a data protection officer registers another one.
            by = role if role == "data_protection_officer" else "operator"
            self.insist(lambda: self.api(by).post("intake", "/v1/staff", body, idempotency_key=key))
            self.registered.add(role)
        return member

    def create(self, role: str, service: str, path: str, body: Mapping[str, object]) -> str:
        """POST something new and return its id; retried as the same request until it is answered."""
        key = str(uuid.uuid4())
        reply = self.insist(lambda: self.api(role).post(service, path, body, idempotency_key=key))
        return str(reply.json().get("id", ""))

    def change(
        self,
        role: str,
        service: str,
        case: str,
        path: str,
        body: Mapping[str, object],
        done: Callable[[CaseView], bool],
    ) -> None:
        """POST a change of a case with its current ETag. `done` reads the case: a change is not repeated."""
        deadline = time.monotonic() + self.patience
        while True:
            reply = self.insist(lambda: self.api(role).get(service, f"/v1/cases/{case}"))
            if done(reply.json()):
                return
            etag = reply.headers.get("ETag")
            key = str(uuid.uuid4())

            def send(etag: str | None = etag, key: str = key) -> requests.Response:
                return self.api(role).post(service, path, body, if_match=etag, idempotency_key=key)

            try:
                self.insist(send)
            except ApiProblem as problem:
                # The case was changed meanwhile: read it again and decide again.
                if problem.status != requests.codes.precondition_failed or time.monotonic() > deadline:
                    raise
            else:
                return

    def read(self, role: str, service: str, case: str) -> CaseView:
        """Return a case; wait until it and its team have arrived."""
        case_view: CaseView = self.insist(lambda: self.api(role).get(service, f"/v1/cases/{case}")).json()
        return case_view

    def wait_until(self, role: str, service: str, case: str, holds: Callable[[CaseView], bool], what: str) -> None:
        """Poll a case until `holds` is true of it. Raises `NeverArrived`."""
        deadline = time.monotonic() + self.patience
        while not holds(self.read(role, service, case)):
            if time.monotonic() > deadline:
                raise NeverArrived(
                    f"{what} has not reached {service} within {self.patience:.0f} s.",
                    next_step="./casepath status tells what is held or parked",
                )
            self.pause()

    def events(self, service: str, *, after: int, subject: str) -> list[CloudEvent]:
        """Return a page of a service's feed."""
        reply = self.insist(lambda: self.api("operator").get(service, "/v1/events", after=after, subject=subject))
        events: list[CloudEvent] = reply.json()
        return events

    def today(self) -> str:
        """Return the services' current day (ISO 8601), a moved clock included."""
        return str(self.insist(lambda: self.api("operator").get("intake", "/v1/clock")).json()["now"])[:10]

    def api(self, role: str) -> Api:
        """Return the client of the member of staff with this role."""
        if role not in self._apis:
            self._apis[role] = Api(self.targets, roles=[role], subject=self.members.get(role))
        return self._apis[role]

    def pause(self) -> None:
        """Wait a moment. Raises `StopAsked` when the journey is to stop."""
        if self.stop.wait(PAUSE_SECONDS):
            raise StopAsked

    def insist(self, send: Callable[[], requests.Response]) -> requests.Response:
        """Send a request until it is answered; retry while time can change the answer."""
        began = time.monotonic()
        while True:
            if self.stop.is_set():
                raise StopAsked
            waited = time.monotonic() - began
            try:
                return send()
            except ServiceAway:
                if waited >= self.patience:
                    raise
            except ApiProblem as problem:
                bound = {**dict.fromkeys(ARRIVING, self.patience), **dict.fromkeys(self.passing, PASSING_SECONDS)}
                if waited >= min(bound.get(problem.status, 0.0), self.patience):
                    raise
            self.pause()
