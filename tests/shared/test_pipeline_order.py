"""The order of a request's steps protects the person. Each promise fails for a deliberately wrong order."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final
from uuid import uuid4

import pytest
from sqlalchemy import text
from werkzeug.wrappers import Response

from shared.access.tokens import Principal
from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.encryption import Keys
from shared.http import Reply, RequestPipeline, Route, idempotency, reading, transaction
from shared.http.chain import Proceed, RequestContext, Step, chained
from shared.store.database import Database
from tests.kit.client import Client, edge_of
from tests.kit.intake.cases import OPEN, opened, opened_with_version

pytestmark = pytest.mark.integration
GOALS_MET: Final = {"reason": "goals_met"}


def audited(door: RequestPipeline) -> list[tuple[str, int]]:
    with door.database.transaction() as session:
        rows = session.execute(text("select action, status from audit_log order by number"))
        return [(row.action, row.status) for row in rows]


def nobody_is_audited_before_they_are_known(door: RequestPipeline) -> None:
    stranger = Client(door, "caseworker", token="nonsense")
    assert stranger.ask("GET", f"/v1/cases/{uuid4()}").status_code == 401
    assert audited(door) == []


def unreadable_bytes_look_up_no_case(door: RequestPipeline) -> None:
    worker = Client(door, "caseworker")
    assert worker.ask("POST", f"/v1/cases/{uuid4()}/closure", raw=b"{").status_code == 400
    assert audited(door) == []


def a_caller_who_lost_access_receives_no_stored_answer(door: RequestPipeline) -> None:
    worker = Client(door, "caseworker")
    case, version = opened_with_version(worker)
    close = partial(worker.ask, "POST", f"/v1/cases/{case}/closure", GOALS_MET, If_Match=version, Idempotency_Key="one")
    assert close().status_code == 200
    lead = {"member": worker.colleague("caseworker"), "role": "caseworker", "lead": True}
    assert worker.ask("POST", f"/v1/cases/{case}/team", lead).status_code == 201
    etag = worker.ask("GET", f"/v1/cases/{case}").headers["ETag"]
    assert worker.ask("DELETE", f"/v1/cases/{case}/team/{worker.subject}", If_Match=etag).status_code == 204
    assert close().status_code == 404


def a_mistake_is_named_only_to_callers_who_have_access(door: RequestPipeline) -> None:
    worker = Client(door, "caseworker")
    case = opened(worker)
    assert Client(door, "operator").ask("POST", "/v1/cases", {"no": "field"}).status_code == 403
    assert Client(door, "caseworker").ask("POST", f"/v1/cases/{case}/closure", {"no": 1}).status_code == 404
    assert worker.ask("POST", f"/v1/cases/{case}/closure", {"reason": "rubbish"}).status_code == 422


def a_version_is_compared_only_for_callers_who_have_access(door: RequestPipeline) -> None:
    case = opened(Client(door, "caseworker"))
    assert Client(door, "caseworker").ask("POST", f"/v1/cases/{case}/closure", GOALS_MET).status_code == 404


def a_repeated_change_is_answered_as_before_although_the_version_is_new(door: RequestPipeline) -> None:
    worker = Client(door, "caseworker")
    case, version = opened_with_version(worker)
    path, headers = f"/v1/cases/{case}/closure", {"If_Match": version, "Idempotency_Key": "one"}
    first, again = (worker.ask("POST", path, GOALS_MET, **headers) for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.headers["Idempotent-Replay"] == "true"


def what_is_answered_is_audited(door: RequestPipeline) -> None:
    worker = Client(door, "caseworker")
    made = worker.ask("POST", "/v1/cases", OPEN)
    case = json.loads(made.get_data(as_text=True))["id"]
    assert worker.ask("GET", f"/v1/cases/{case}").status_code == 200
    assert audited(door) == [("case.open", 201), ("case.read", 200)]


def nothing_is_changed_that_can_not_be_audited(door: RequestPipeline) -> None:
    def broken(*_of_the_row: object) -> None:
        raise RuntimeError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(idempotency, "finish", broken)
        assert Client(door, "caseworker").ask("POST", "/v1/cases", OPEN).status_code == 500
    with door.database.transaction() as session:
        assert session.execute(text("select count(*) from cases")).scalar_one() == 0


def guessed(context: RequestContext, proceed: Proceed[Response]) -> Response:
    """Assign a caller before the token was read."""
    context.principal = Principal(str(uuid4()), frozenset({"caseworker"}), "casepath:staff")
    return proceed(context)


class AuditBeforeIdentification(RequestPipeline):
    def checks(self, route: Route) -> Iterator[Step[Response]]:
        identified, read, audit, *rest = super().checks(route)
        yield from (guessed, audit, identified, read, *rest)


class BytesAfterAccess(RequestPipeline):
    def checks(self, route: Route) -> Iterator[Step[Response]]:
        return (step for step in super().checks(route) if step != reading.bytes_read)

    def work(self, route: Route) -> Iterator[Step[Reply]]:
        admitted, *rest = super().work(route)
        yield from (admitted, reading.bytes_read, *rest)


class AccessLast(RequestPipeline):
    """Move steps in front of the access check. Subclasses name them."""

    def before(self) -> tuple[Any, ...]:
        raise NotImplementedError

    def work(self, route: Route) -> Iterator[Step[Reply]]:
        steps, before = list(super().work(route)), self.before()
        return iter(sorted(steps, key=lambda step: step not in before))


class StoredAnswerBeforeAccess(AccessLast):
    def before(self) -> tuple[Any, ...]:
        return (transaction.once,)


class ValidationBeforeAccess(AccessLast):
    def before(self) -> tuple[Any, ...]:
        return (reading.checked,)


class VersionBeforeAccess(AccessLast):
    def before(self) -> tuple[Any, ...]:
        return (self._matching.locked,)


class VersionBeforeStoredAnswer(RequestPipeline):
    def work(self, route: Route) -> Iterator[Step[Reply]]:
        steps = list(super().work(route))
        return iter(sorted(steps, key=lambda step: step == transaction.once))


def closed(context: RequestContext, proceed: Proceed[Response]) -> Response:
    """Close the session that a wrong order leaves open."""
    try:
        return proceed(context)
    finally:
        context.session.close()


class AuditAfterCommit(RequestPipeline):
    def checks(self, route: Route) -> Iterator[Step[Response]]:
        return (closed if step == self.transactions.begun else step for step in super().checks(route))

    def work(self, route: Route) -> Iterator[Step[Reply]]:
        begun: Any = self.transactions.begun
        yield from (begun, *super().work(route))


#: Each promise, a wrong order that breaks it, and the resulting observation. The observation shows that the test fails
#: because of the promise, and not earlier.
PROMISES: Final[tuple[tuple[Callable[[RequestPipeline], None], type[RequestPipeline], str], ...]] = (
    (nobody_is_audited_before_they_are_known, AuditBeforeIdentification, r"\[\('case.read', 401\)\] == "),
    (unreadable_bytes_look_up_no_case, BytesAfterAccess, "404 == 400"),
    (a_caller_who_lost_access_receives_no_stored_answer, StoredAnswerBeforeAccess, "200 == 404"),
    (a_mistake_is_named_only_to_callers_who_have_access, ValidationBeforeAccess, "422 == 403"),
    (a_version_is_compared_only_for_callers_who_have_access, VersionBeforeAccess, "428 == 404"),
    (
        a_repeated_change_is_answered_as_before_although_the_version_is_new,
        VersionBeforeStoredAnswer,
        r"\(200, 412\) == \(200, 200\)",
    ),
    (what_is_answered_is_audited, AuditAfterCommit, r"\[\('case.read', 200\)\] == "),
    (nothing_is_changed_that_can_not_be_audited, AuditAfterCommit, "1 == 0"),
)


@pytest.fixture
def made(database: Database, own_keys: Keys) -> Callable[[type[RequestPipeline]], RequestPipeline]:
    clock = TimeSource(movable=True)
    database.provide(TIME_SOURCE, clock)
    return lambda kind: edge_of(database, clock=clock, kind=kind)


@pytest.mark.parametrize("promise", [promise for promise, _wrong, _observed in PROMISES])
def test_the_order_of_the_pipeline_keeps(
    promise: Callable[[RequestPipeline], None], made: Callable[[type[RequestPipeline]], RequestPipeline]
) -> None:
    promise(made(RequestPipeline))


@pytest.mark.parametrize(("promise", "wrong", "observed"), PROMISES)
def test_a_wrong_order_is_noticed(
    promise: Callable[[RequestPipeline], None],
    wrong: type[RequestPipeline],
    observed: str,
    made: Callable[[type[RequestPipeline]], RequestPipeline],
) -> None:
    door = made(wrong)
    with pytest.raises(AssertionError, match=f"^assert {observed}"):
        promise(door)


def test_the_first_step_is_the_outermost() -> None:
    order = list[str]()

    def named(name: str) -> Step[str]:
        def step(context: Any, proceed: Proceed[str]) -> str:
            order.append(name)
            return f"{name} {proceed(context)}"

        return step

    request: Any = None
    assert chained([named("first"), named("second")], lambda _request: "answer")(request) == "first second answer"
    assert order == ["first", "second"]
