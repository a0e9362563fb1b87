"""Every operation of every running service from its OpenAPI document, and a person with every role to call them."""

import json
import random
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

import requests
from requests.adapters import HTTPAdapter
from urllib3 import Retry

from deploy.cli.installation import HOLDERS
from deploy.cli.servers import PostgresServer, RabbitServer
from shared.reference import codes
from tests.kit.serving import Site
from tests.kit.waiting import wait_until

SERVICES = ("intake", "legal", "support", "partners")
#: All staff roles except the operator, whose operations would move the town's clock.
ROLES = sorted(set(codes("staff_role")) - {"operator"})
#: Sample values for strings with a pattern. The first match is used.
PATTERNED = ("2026-03-02", "2026-03-02T10:00:00Z", "QzxvMarkerCode")
#: Fields whose format the document does not state.
FORMED = {"begins": "09:00", "ends": "17:00", "zone": "Europe/Amsterdam", "agency": "NL.COMENSHA"}
#: Bodies that random values would not find, but that other operations depend on.
KNOWN: dict[str, dict[str, Any]] = {
    "intake POST /v1/cases/{case}/referrals": {
        "agency": "NL.COMENSHA",
        "purpose": "referral_for_support",
        "service_types": ["accommodation_emergency"],
        "data_categories": ["contact_safe"],
        "reply_by": (datetime.now(UTC).date() + timedelta(days=30)).isoformat(),
    },
    # A random value could decline the matter, and operations below it need an open one.
    "legal POST /v1/cases/{case}/matter-files/{file}/opening": {"decision": "accepted"},
}
Free = Callable[[str], str]


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    service: str
    method: str
    path: str
    action: str | None
    body: Mapping[str, Any] | None
    queries: tuple[str, ...]
    components: Mapping[str, Any] = field(repr=False)
    #: The operation requires the version of the case (`If-Match`).
    changes: bool = False

    def __str__(self) -> str:
        return f"{self.service} {self.method} {self.path}"

    @property
    def about_case(self) -> bool:
        return "{case}" in self.path

    def fields(self) -> list[str]:
        """Return the names of its body's fields."""
        return sorted(self._resolved(self.body or {}).get("properties", {}))

    def takes_words(self) -> bool:
        """Return whether its body has a free-text field."""
        found: list[str] = []
        self.example(random.Random(1), lambda name: found.append(name) or "x")  # type: ignore[func-returns-value]
        return bool(found)

    def example(self, chance: random.Random, free: Free, *, whole: bool = True) -> dict[str, Any]:
        """Make a body that conforms to the document; `free` returns its free text."""
        made: dict[str, Any] = self._value(self.body or {}, "", chance, free, whole=whole)
        return made

    def _resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        if "$ref" in schema:
            return self._resolved(self.components[schema["$ref"].rsplit("/", 1)[1]])
        if "anyOf" in schema:
            return self._resolved(schema["anyOf"][0])
        return schema

    def _value(self, schema: Mapping[str, Any], name: str, chance: random.Random, free: Free, *, whole: bool) -> Any:
        schema = self._resolved(schema)
        kinds = schema.get("type", "object")
        kind = kinds if isinstance(kinds, str) else kinds[0]
        if "enum" in schema:
            return chance.choice([each for each in schema["enum"] if each is not None])
        if kind == "object":
            needed = schema.get("required", ())
            return {
                key: self._value(inner, key, chance, free, whole=whole)
                for key, inner in schema.get("properties", {}).items()
                if whole or key in needed or self._is_free(inner)
            }
        if kind == "array":
            count = max(1, schema.get("minItems", 1))
            return [self._value(schema.get("items", {}), name, chance, free, whole=whole) for _ in range(count)]
        if kind in ("integer", "number"):
            return schema.get("minimum", 1)
        if kind == "boolean":
            return chance.choice([True, False])
        return self._string(schema, name, free)

    def _is_free(self, schema: Mapping[str, Any]) -> bool:
        schema = self._resolved(schema)
        kinds = schema.get("type", "")
        if "properties" in schema or "items" in schema:
            return any(self._is_free(each) for each in schema.get("properties", {"": schema.get("items")}).values())
        return "string" in kinds and not schema.keys() & {"enum", "format", "pattern"}

    @staticmethod
    def _string(schema: Mapping[str, Any], name: str, free: Free) -> str:
        form = schema.get("format")
        if form == "uuid":
            return str(uuid4())
        if form == "date":
            return "2026-03-02"
        if form == "date-time":
            return "2026-03-02T10:00:00Z"
        if name in FORMED:
            return FORMED[name]
        if "pattern" in schema:
            return next((each for each in PATTERNED if re.search(schema["pattern"], each)), "x")
        return free(name)[: schema.get("maxLength", 10_000)]


@dataclass
class Person:
    """A member of staff with every role except operator, and the case that they opened."""

    town: "Town"
    subject: str = field(default_factory=lambda: str(uuid4()))
    case: str = ""
    #: Ids of the records made, by the path of their collection.
    made: dict[str, list[str]] = field(default_factory=dict)

    @cached_property
    def token(self) -> str:
        self.town.site.register(self.subject, *ROLES)
        return self.town.site.targets.token(ROLES, self.subject, 3600)

    def open_case(self) -> None:
        """Open a case, and wait until every service knows that this person leads it."""
        asked = {"jurisdiction": "NL", "source": "self", "channel": "phone", "language": "bg", "anonymous": False}
        self.case = self.town.ask("intake", "POST", "/v1/cases", asked, self.token).json()["id"]
        for service in HOLDERS:
            wait_until(lambda each=service: self._knows(each), f"{service} knows the case", 60)  # type: ignore[misc]

    def _knows(self, service: str) -> bool:
        return self.town.ask(service, "GET", f"/v1/cases/{self.case}", None, self.token).ok

    def address(self, operation: Operation, **ids: str) -> str:
        """Fill an operation's path with `ids`, else with this person's ids, else with unknown ids."""

        def told(match: re.Match[str]) -> str:
            name = match[1]
            if name in ids:
                return ids[name]
            if name == "case":
                return self.case
            collection = operation.path[: match.start()].rstrip("/")
            return next(iter(self.made.get(f"{operation.service} {collection}", ())), str(uuid4()))

        return re.sub(r"\{(\w+)\}", told, operation.path)

    def ask(self, operation: Operation, body: Any = None, **ids: str) -> requests.Response:
        """Call an operation on the person's own records, and remember the id that it creates."""
        path = self.address(operation, **ids)
        answer = self.town.ask(
            operation.service, operation.method, path, body, self.token, about=self.case if operation.changes else ""
        )
        if answer.status_code == 201 and operation.body is not None:
            self.made.setdefault(f"{operation.service} {operation.path}", []).append(answer.json()["id"])
        return answer

    def fill(self, free: Free) -> dict[str, int]:
        """Call every operation that changes a case, with text in every field; return the last status of each."""
        return self._fill([each for each in self._changing() if not each.path.startswith(ENDING)], free)

    def fill_endings(self, free: Free) -> dict[str, int]:
        """Call the operations that end or restrict a case, each on a separate case."""
        found = {}
        for ending in ENDING:
            another = Person(self.town)
            another.open_case()
            found |= another._fill([each for each in self._changing() if each.path.startswith(ending)], free)
        return found

    def _changing(self) -> list[Operation]:
        changing = [each for each in self.town.operations if each.method in ("POST", "PUT") and each.about_case]
        # Operations on a record follow the one that creates it. Operations that close or move a record come last.
        return sorted(changing, key=lambda each: (each.path.endswith(("/closing", "/move")), each.path.count("/")))

    def _fill(self, operations: list[Operation], free: Free, tries: int = 12) -> dict[str, int]:
        found = {}
        for operation in operations:
            for attempt in range(tries):
                body = (
                    operation.example(random.Random(attempt), free, whole=attempt % 3 != 1) if operation.body else None
                )
                found[str(operation)] = self.ask(operation, KNOWN.get(str(operation), body)).status_code
                if found[str(operation)] < 300:
                    break
        return found


#: Operations that end the case, or remove the caller's access to it.
ENDING = tuple(
    f"/v1/cases/{{case}}/{each}"
    for each in ("closure", "break-glass", "erasure-requests", "moves", "transfer", "merges")
)


@dataclass
class Town:
    """The running services, and the servers that they use."""

    site: Site
    postgres: PostgresServer
    rabbitmq: RabbitServer

    def __post_init__(self) -> None:
        self._session = requests.Session()
        self._session.trust_env = False
        # A service can close an idle connection just when a request is sent. It is then sent again (RFC 9112, 9.3.1).
        again = Retry(1, status=0, allowed_methods=None, respect_retry_after_header=False)
        self._session.mount("http://", HTTPAdapter(max_retries=again))

    @cached_property
    def operations(self) -> list[Operation]:
        """Return every operation of every service, from the documents that they serve."""
        return [each for service in SERVICES for each in self._operations_of(service)]

    def _operations_of(self, service: str) -> Iterator[Operation]:
        document = self.ask(service, "GET", "/openapi.json", None, None).json()
        schemas = document["components"]["schemas"]
        for path, methods in document["paths"].items():
            for method, told in methods.items():
                content = told.get("requestBody", {}).get("content", {}).get("application/json", {})
                queries = tuple(each["name"] for each in told["parameters"] if each["in"] == "query")
                body = content.get("schema")
                changes = any(each["name"] == "If-Match" for each in told["parameters"])
                yield Operation(service, method.upper(), path, told.get("x-action"), body, queries, schemas, changes)

    def ask(
        self, service: str, method: str, path: str, body: Any, token: str | None, *, about: str = "", **headers: str
    ) -> requests.Response:
        """Send one request: bytes as they are, anything else as JSON."""
        sent = {"Content-Type": "application/json", "Idempotency-Key": str(uuid4()), **headers}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        if about and method != "GET":
            etag = self.ask(service, "GET", f"/v1/cases/{about}", None, token).headers.get("ETag")
            sent |= {"If-Match": etag} if etag else {}
        raw = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
        address = self.site.installation.address(service) + path
        return self._session.request(method, address, data=raw, headers=sent, timeout=30, allow_redirects=False)


#: Starts the services at a broker, under a name, until the block ends.
OpenTown = Callable[[RabbitServer, str], AbstractContextManager[Town]]


def seen(answer: requests.Response) -> tuple[Any, ...]:
    """Return all that a caller sees, except what differs in every answer."""
    text = re.sub(r"urn:uuid:[0-9a-f-]{36}", "urn:uuid:", answer.text)
    headers = sorted((name, value) for name, value in answer.headers.items() if name not in ("Request-Id", "Date"))
    return answer.status_code, text, headers


def unknown(_match: object = None) -> str:
    """Return an unknown id."""
    return str(UUID(int=random.getrandbits(128), version=4))
