"""Call every route of running services with its documented example, so that each table gets rows.

An authorised role calls each route, with ids that earlier requests returned. Rejected requests are repeated in the next
round: further records can exist by then.
"""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

from deploy.cli.api import Api, ApiProblem, ServiceAway, Targets
from deploy.cli.installation import HOLDERS
from deploy.cli.journey.desk import Desk
from services.registry import parts_of
from shared.http import openapi

#: Actions that end something, or belong to an operator: they are called explicitly, or not at all.
LEFT_OUT: Final = frozenset((
        "access_endings", "access.end", "access.confirm_end", "access.revoke", "anonymity.choose", "case.close",
        "case.link", "case.merge", "case.reopen", "clock.move", "closing.confirm", "closing.propose",
        "epochs.begin", "erasure.check", "erasure.confirm", "erasure.decide", "erasure.request", "holds.retry",
        "holds.skip", "keys.rotate", "law.change", "legal_hold.change", "matter_file.hand_over",
        "matter_file.keep_apart", "person.index",
        "rebuilds.begin", "record.move", "staff.change", "staff.first", "staff.leave", "staff.register",
        "supervision.change", "team.change", "team.transfer", "agency.end", "agreement.stop", "broker_queue.close",
        "broker_queue.open", "sandbox.make", "webhook.change", "agency_key.make", "agency_key.end", "report.make",
        "pseudonym.rotate", "agency.register", "consent.withdraw", "exclusion.record", "sandbox.play",
        "webhook.send", "agency.change",
))  # fmt: skip
#: Fields whose date or instant is in the future; fields with other names are omitted or contain today.
AHEAD: Final = frozenset((
        "until", "ends_on", "expires_on", "keep_until", "review_on", "check_on", "ask_again_on", "known_until",
        "needed_by", "last_day", "reply_by", "held_until", "next_on", "due_on", "asked_until", "no_contact_from",
        "no_contact_until",
))  # fmt: skip
ROLES: Final = (
    *("caseworker", "support_worker", "legal_adviser", "counsellor", "supervisor", "data_protection_officer"),
    "operator",
)
#: Routes that end a record on which others depend are called after everything else.
LAST: Final = (
    "/referrals/{referral}/steps",
    "/ending",
    "/refusal",
    "/closing",
    "/finding",
    "/move-out",
    "/end",
    "/move",
)
#: The list that contains the id of a field with another name.
_LISTED_AS: Final = {"course": "counselling", "party": "parties", "claim": "matters"}
#: A placeholder for a date in the future, in changed bodies.
IN_A_MONTH: Final = "in a month"
_ROUNDS: Final = 3
_ADDRESSES: Final = 8


@dataclass(frozen=True)
class Operation:
    """A route that changes data."""

    service: str
    method: str
    path: str
    action: str
    example: Mapping[str, Any]
    required: frozenset[str]
    by_etag: bool

    def turn(self) -> tuple[bool, int]:
        """Return the position in the order of calls: a record before its parts, and ends of records last."""
        return self.path.endswith(LAST), self.path.count("{")


def operations(service: str) -> Iterator[Operation]:
    """Yield every changing route of a service, as its document describes it."""
    document: Mapping[str, Any] = openapi.document(parts_of(service)[1])
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            action = operation.get("x-action")
            if method == "get" or action is None or action in LEFT_OUT:
                continue
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            headers = {each.get("$ref", each.get("name", "")) for each in operation.get("parameters", ())}
            schema = _resolved(document, body.get("schema", {}))
            yield Operation(
                *(service, method.upper(), path, action, body.get("example", {})),
                frozenset(schema.get("required", ())),
                any("If" in header for header in headers),
            )


def readable(service: str) -> Iterator[tuple[str, str]]:
    """Yield each path below a case that returns JSON, and its action."""
    document: Mapping[str, Any] = openapi.document(parts_of(service)[1])
    for path, methods in document["paths"].items():
        found = methods.get("get", {})
        if path.startswith("/v1/cases/{case}") and "x-action" in found and _is_json(found):
            yield path, found["x-action"]


def _is_json(operation: Mapping[str, Any]) -> bool:
    return "application/json" in operation["responses"].get("200", {}).get("content", {})


def _resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    found: Mapping[str, Any] = document["components"]["schemas"][name] if name else schema
    return found


@dataclass
class Asking:
    """One case and its team; `ids` contains the known ids of each name in a path, newest first."""

    targets: Targets
    desk: Desk
    case: str
    today: dt.date
    ids: dict[str, list[str]] = field(default_factory=dict)
    #: Completed calls: (service, method, address). None is repeated.
    done: set[tuple[str, str, str]] = field(default_factory=set)
    refused: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def reads(self) -> Iterator[dict[str, Any]]:
        """Yield each readable path below the case with its caller: a later release must answer it too."""
        for service in HOLDERS:
            self._learn(service)
            for template, action in readable(service):
                allowed = parts_of(service)[0].access.get(action, {})
                for path in self._addresses(template)[:2]:
                    role = next(
                        (role for role in ROLES if role in allowed and self._answers(service, path, role)), None
                    )
                    if role is not None:
                        subject = self.desk.members.get(role, self.desk.api(role).subject)
                        yield {"service": service, "subject": subject, "roles": [role], "path": path}

    def _answers(self, service: str, path: str, role: str) -> bool:
        try:
            self.desk.api(role).get(service, path)
        except (ApiProblem, ServiceAway):
            return False
        return True

    def ask_all(self, overrides: Mapping[str, Mapping[str, Any]]) -> None:
        """Call every route, in rounds, until a round has no new result."""
        for _round in range(_ROUNDS):
            before = len(self.done)
            for service in HOLDERS:
                self._learn(service)
                for operation in sorted(operations(service), key=Operation.turn):
                    if (service, operation.method, operation.path) not in self.done:
                        self._ask(operation, overrides.get(f"{operation.method} {operation.path}", {}))
            if len(self.done) == before:
                break

    def _learn(self, service: str) -> None:
        """Store the ids of the case's records, each under its name in paths."""
        for role in ROLES[:4]:
            try:
                shown = self.desk.api(role).get(service, f"/v1/cases/{self.case}").json()
            except (ApiProblem, ServiceAway):
                continue
            for name, rows in shown.items():
                if isinstance(rows, list):
                    self.know(name, *(row["id"] for row in rows if isinstance(row, dict) and row.get("id")))

    def know(self, name: str, *ids: str) -> None:
        """Store ids under the name of a list, such as `referrals`."""
        known = self.ids.setdefault(name, [])
        known[:0] = [each for each in ids if each not in known]

    def _ask(self, operation: Operation, override: Mapping[str, Any]) -> None:
        place = (operation.service, operation.method, operation.path)
        for path in self._addresses(operation.path):
            ahead = str(self.today + dt.timedelta(days=30))
            asked = {**self._body(operation), **override}
            body = {name: ahead if value == IN_A_MONTH else value for name, value in asked.items() if value is not None}
            for role in self._roles(operation):
                try:
                    reply = self._send(operation, role, path, body)
                except (ApiProblem, ServiceAway) as problem:
                    self.refused[place] = f"{role} {problem.why} {json.dumps(body)}"
                    continue
                self.done.add(place)
                self.refused.pop(place, None)
                made = reply.json().get("id") if reply.content else None
                if made:
                    self.know(operation.path.rstrip("/").rpartition("/")[2], str(made))
                return

    def _send(self, operation: Operation, role: str, path: str, body: Mapping[str, Any]) -> Any:
        api = self.desk.api(role)
        etag = self._etag(api, operation, path) if operation.by_etag else None
        headers = {"Idempotency-Key": str(uuid4())}
        sent = body if operation.example else None
        return api.request(operation.method, operation.service, path, body=sent, if_match=etag, headers=headers)

    def _etag(self, api: Api, operation: Operation, path: str) -> str:
        for address in (f"/v1/cases/{self.case}", path, path.rpartition("/")[0]):
            try:
                found = api.get(operation.service, address).headers.get("ETag")
            except (ApiProblem, ServiceAway):
                continue
            if found:
                return str(found)
        return "*"

    def _roles(self, operation: Operation) -> list[str]:
        allowed = parts_of(operation.service)[0].access.get(operation.action, {})
        return [role for role in ROLES if role in allowed][:3]

    def _addresses(self, template: str) -> list[str]:
        """Return the paths that match a template with the known ids (at most `_ADDRESSES`)."""
        addresses = [""]
        before = ""
        for part in template.strip("/").split("/"):
            if part == "{case}":
                found = [self.case]
            elif part.startswith("{"):
                found = self.ids.get(before, [])[:_ADDRESSES]
            else:
                found = [part]
            addresses = [f"{address}/{each}" for address in addresses for each in found][:_ADDRESSES]
            before = part
        return addresses

    def _body(self, operation: Operation) -> dict[str, Any]:
        return {
            name: self._value(name, value, operation.service)
            for name, value in operation.example.items()
            if name in operation.required or name in AHEAD or not _is_time(value)
            if name not in ("decided_by", "corrects", "learnt") or name in operation.required
        }

    def _value(self, name: str, value: Any, service: str) -> Any:
        if isinstance(value, list):
            return [self._value(name, each, service) for each in value]
        if isinstance(value, dict):
            return {key: self._value(key, each, service) for key, each in value.items()}
        if _is_time(value):
            day = self.today + dt.timedelta(days=60 if name in AHEAD else 0)
            return f"{day}T09:30:00+00:00" if "T" in str(value) else str(day)
        if name == "member":
            return self.desk.members["legal_adviser" if service == "legal" else "caseworker"]
        if name == "agency":
            return self.ids["agencies"][0]
        known = self.ids.get(_LISTED_AS.get(name, f"{name}s"))
        return known[0] if known and _is_id(value) else value


def _is_time(value: Any) -> bool:
    try:
        dt.datetime.fromisoformat(str(value))
    except ValueError:
        return False
    return len(str(value)) >= len("2026-03-02")


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and value.count("-") == 4 and len(value) == 36
