"""The pages touched by `WrittenOnce` statements, in stores of two sizes, with random and with ordered ids.

The planner's statistics differ between the stores, and so do its plans. With ordered ids (v7), the work list once ran
its union of 25 tables for each case. The test therefore counts pages and does not depend on the plan.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import select

from deploy.cli.servers import PostgresServer
from services.intake.agencies.report.actions import offers
from services.intake.facts.case.models import Case, TeamMember
from services.intake.facts.case.rules import OPEN as IS_OPEN
from shared.exchange import cursor
from shared.http import idempotency
from shared.operate import exchange
from shared.store.statements import FirstStatement, WrittenOnce
from tests.kit import databases
from tests.kit.harness import Harness, harness
from tests.kit.intake import many_cases
from tests.kit.intake.cases import OPEN
from tests.kit.plans import explained, pages_of
from tests.kit.statements import Statement, statements

pytestmark = [pytest.mark.integration, pytest.mark.slow]

#: The maximum number of pages (of 8 KB) for all statements of a request, and the additional number for each listed
#: case.
PAGES, PAGES_A_CASE = 500, 30
#: The readers of cases and lists: one with 400 cases, and one with ten.
LIST = "/v1/work-list"
SUPERVISORS = {"supervisor": (many_cases.supervisor(0), "supervisor")}
PEOPLE = {"many": (many_cases.staff(3), "caseworker"), "few": (many_cases.LIGHT, "legal_adviser")}


class Store:
    """A filled store of intake, and the statements sent to it."""

    def __init__(self, intake: Harness, connection: "psycopg.Connection[Any]") -> None:
        self.intake = intake
        self._connection = connection
        self.asked: set[str] = set()

    def pages(self, sent: list[Statement]) -> int:
        """Return the number of pages that these statements touch."""
        self.asked |= {each.text for each in sent}
        # Encryption keys are in a separate database, and are read by their primary key.
        own = str(self.intake.database.engine.url.database)
        return sum(self._pages_of(each) for each in sent if each.database == own)

    def _pages_of(self, sent: Statement) -> int:
        try:
            return pages_of(explained(self._connection, sent.text, sent.parameters))
        except psycopg.errors.UniqueViolation:
            return 0  # the insert adds existing rows, so that it ends at the first index

    def sent(self, load: str, method: str, path: str, body: Any = None, **query: str) -> tuple[list[Statement], Any]:
        """Send a request; return its SQL statements, and its response."""
        subject, role = (PEOPLE | SUPERVISORS)[load]
        reader = self.intake.staff(role, subject=subject)
        with statements() as sent:
            answered = reader.ask(method, path, body, query={"limit": "100", **query} if path == LIST else None)
        assert answered.status_code < 300, answered.get_data(as_text=True)
        return sent, answered.get_json()

    def about_one_case(self, load: str) -> list[tuple[str, str, Any]]:
        """Return requests about a staff member's case, and one that opens another case."""
        case = self.cases_of(PEOPLE[load][0])[0]
        return [("GET", f"/v1/cases/{case}", None), ("POST", "/v1/cases", OPEN)]

    def cases_of(self, member: UUID) -> list[UUID]:
        of_member = select(Case.id).join(TeamMember, TeamMember.case_id == Case.id).where(TeamMember.member == member)
        with self.intake.database.transaction() as session:
            return list(session.scalars(of_member.where(Case.status == IS_OPEN)))


@pytest.fixture(
    scope="module",
    params=[(ids, cases) for ids in many_cases.IDS for cases in (2_000, 10_000)],
    ids=lambda param: f"{param[0]}-{param[1]}",
)
def store(request: pytest.FixtureRequest, postgres: PostgresServer) -> Iterator[Store]:
    ids, cases = request.param
    with (
        harness("intake", postgres) as intake,
        psycopg.connect(databases.owner_url(intake.database.url), autocommit=True) as connection,
    ):
        many_cases.fill(connection, cases=cases, ids=ids)
        yield Store(intake, connection)


@pytest.mark.hazard("H-OPERATION-5", control="work-list-bounded")
@pytest.mark.parametrize("load", PEOPLE)
def test_the_work_list_touches_pages_by_the_cases_of_its_reader_and_not_by_the_store(store: Store, load: str) -> None:
    cases = store.cases_of(PEOPLE[load][0])
    sent, shown = store.sent(load, "GET", "/v1/work-list")
    assert len(shown["cases"]) == min(len(cases), 100)
    assert store.pages(sent) <= PAGES + PAGES_A_CASE * len(cases)


@pytest.mark.hazard("H-OPERATION-5", control="work-list-bounded")
@pytest.mark.parametrize(("load", "scope"), [("many", "mine"), ("few", "mine"), ("supervisor", "team")])
def test_a_list_with_names_touches_pages_by_the_cases_on_it_and_not_by_the_store(
    store: Store, load: str, scope: str
) -> None:
    names = {"with": "names", "scope": scope, "since": "2026-01-01T00:00:00Z"}
    sent, shown = store.sent(load, "GET", LIST, **names)
    assert shown["cases"]
    assert store.pages(sent) <= PAGES + PAGES_A_CASE * shown["counts"]["total"]


@pytest.mark.parametrize("load", PEOPLE)
def test_requests_about_one_case_touch_a_bounded_number_of_pages(store: Store, load: str) -> None:
    for method, path, body in store.about_one_case(load):
        sent, _ = store.sent(load, method, path, body)
        assert store.pages(sent) <= PAGES


def test_every_statement_that_is_written_once_was_looked_at(store: Store) -> None:
    store.asked |= {each.text for each in store.sent("supervisor", "GET", LIST, scope="team")[0]}
    for load in PEOPLE:
        for asked in (("GET", "/v1/work-list", None), *store.about_one_case(load)):
            store.asked |= {each.text for each in store.sent(load, *asked)[0]}
    with store.intake.database.transaction() as session, statements() as sent:
        cursor.lock(session, "legal")
        offers.waiting(session, 20, datetime.now(UTC))
        exchange._COUNTS.execute(session, {})  # its route needs a whole process
        idempotency.finish(session, "someone", "a key", idempotency.Done(201), None)
    assert store.pages(sent) <= PAGES
    written = dict(written_once())
    assert len(written) > 5
    assert [name for name, each in written.items() if each._text not in store.asked] == []


def written_once() -> Iterator[tuple[str, WrittenOnce]]:
    """Yield the `WrittenOnce` statements of intake and of the shared modules, by their place in the code."""
    for name, module in list(sys.modules.items()):
        if name.startswith(("services.intake.", "shared.")):
            for attribute, value in vars(module).items():
                where = f"{name}.{attribute}"
                if isinstance(value, WrittenOnce):
                    yield where, value
                elif isinstance(value, FirstStatement):
                    yield from ((f"{where}.{n}", each) for n, each in enumerate(value._beside.values()))
