"""A service whose pipeline ends after access control, with one person in each relation to its case."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert
from werkzeug.wrappers import Response

from shared.access.break_glass import keep
from shared.access.exclusions import exclusions
from shared.access.permissions import Relation
from shared.access.supervisions import supervisions
from shared.access.tokens import SERVICE_ROLE
from shared.http import Reply, RequestPipeline, Route, openapi
from shared.http.chain import Step
from shared.http.in_pieces import InPieces
from tests.kit.client import FOLLOWER, Client
from tests.kit.harness import Harness

#: The relations that each need admits, stated independently of the code.
LETS_IN = {
    "TEAM": {"TEAM"},
    "SUPERVISION": {"TEAM", "SUPERVISOR"},
    "READING": {"TEAM", "SUPERVISOR", "BREAK_GLASS"},
    "ANY": {"TEAM", "SUPERVISOR", "BREAK_GLASS", "NONE"},
}
PASSED = 299


class Passed(InPieces):
    """A batch request of which no part is executed."""

    def claimed(self, *_request: Any) -> Any:
        return None

    def handled(self, *_request: Any) -> Reply:
        return Reply(status=PASSED)


class Threshold(RequestPipeline):
    """A pipeline that ends after access control: every admitted request is answered immediately."""

    def __init__(self, *made_of: Any, **more: Any) -> None:
        super().__init__(*made_of, **more)
        self._in_pieces = Passed(self.database, self._time_source, self._emits, self._access)

    def checks(self, route: Route) -> Iterator[Step[Response]]:
        return super().checks(replace(route, prepare=None))

    def work(self, _route: Route) -> Iterator[Step[Reply]]:
        yield self._access.admitted

    def handled(self, _context: object) -> Reply:
        return Reply(status=PASSED)


@dataclass
class Matrix:
    """One service, a case, and one person in each relation to the case."""

    service: Harness
    people: dict[Relation, UUID] = field(default_factory=lambda: {relation: uuid4() for relation in Relation})
    _answers: dict[tuple[str, str, str, Relation], Response] = field(default_factory=dict)
    _answers_about_none: dict[tuple[str, str, str], Response] = field(default_factory=dict)
    #: Clients by role and person. For people without a part in the case there is one client for each role. Each client
    #: is registered once.
    _clients: dict[tuple[str, UUID | None], Client] = field(default_factory=dict)

    def operations(self) -> list[tuple[str, str, str]]:
        """Return the method, address and action of each guarded operation in OpenAPI."""
        paths = openapi.document(self.service.service_class)["paths"]
        return [
            (method.upper(), path, operation["x-action"])
            for path, operations in paths.items()
            for method, operation in operations.items()
            if "x-action" in operation
        ]

    def reads(self, role: str, relation: Relation) -> bool:
        """Return whether a person in this role and relation may read the case, and so may learn that it exists."""
        need = self.service.parts.access["case.read"].get(role)
        return need is not None and relation.name in LETS_IN[need.name]

    def ask(self, method: str, path: str, role: str, *, who: UUID | None = None, case: UUID | None = None) -> Response:
        """Send a request in a role, as a person without a part in the case unless `who` names one."""
        if (role, who) not in self._clients:
            self._clients[role, who] = self.service.staff(role, subject=who)
        return self._ask(method, path, self._clients[role, who], case or self.service.case)

    def answer(self, method: str, path: str, role: str, relation: Relation) -> Response:
        """Return the response to a person in a relation to the case. Cached, because the pipeline changes no data."""
        key = (method, path, role, relation)
        if key not in self._answers:
            self._answers[key] = self.ask(method, path, role, who=self.people[relation])
        return self._answers[key]

    def answer_about_none(self, method: str, path: str, role: str) -> Response:
        """Return the response to a person without a part in any case, for a case that does not exist. Cached."""
        key = (method, path, role)
        if key not in self._answers_about_none:
            self._answers_about_none[key] = self.ask(method, path, role, case=uuid4())
        return self._answers_about_none[key]

    def ask_as_service(self, method: str, path: str) -> Response:
        """Send a request as another service does."""
        kind = self.service.service_class
        client = Client(self.service.door, SERVICE_ROLE, key=FOLLOWER, subject="legal", service=kind)
        return self._ask(method, path, client, self.service.case)

    @staticmethod
    def _ask(method: str, path: str, client: Client, case: UUID) -> Response:
        filled = re.sub(r"\{(\w+)\}", lambda name: str(case if name[1] == "case" else uuid4()), path)
        return client.ask(method, filled)


def settle(session: Any, matrix: Matrix, team: Any) -> None:
    """Put each person in their relation to the case, and the excluded person in every other relation too."""
    person = matrix.people
    for member in (person[Relation.TEAM], person[Relation.EXCLUDED]):
        session.execute(insert(team).values(case_id=matrix.service.case, member=member, role="caseworker", lead=True))
    for supervisor in (person[Relation.SUPERVISOR], person[Relation.EXCLUDED]):
        session.execute(insert(supervisions).values(supervisor=supervisor, member=person[Relation.TEAM]))
    for member in (person[Relation.BREAK_GLASS], person[Relation.EXCLUDED]):
        keep(session, uuid4(), matrix.service.case, member, datetime.now(UTC) + timedelta(hours=1))
    keep(session, uuid4(), matrix.service.case, person[Relation.NONE], datetime.now(UTC) - timedelta(seconds=1))
    named = {"kind": "worker", "member": person[Relation.EXCLUDED], "agency": None}
    session.execute(insert(exclusions).values(id=uuid4(), case_id=matrix.service.case, **named))
