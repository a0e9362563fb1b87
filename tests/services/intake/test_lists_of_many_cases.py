"""With 100,000 cases in the store, no list across cases scans a whole large table.

The test measures no time, like the test of growth: it checks the query plans of the database.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from deploy.cli.servers import PostgresServer
from services.intake.access.erasure import actions as erasure
from services.intake.access.erasure.actions import retention
from services.intake.agencies.referral.actions import withdrawals
from services.intake.cases.work import actions as work
from services.intake.cases.work.actions import confirmations as confirmation
from services.intake.cases.work.actions import data_protection, supervision
from shared.access.tokens import STAFF, Principal
from shared.audit import notices
from tests.kit import databases
from tests.kit.intake import many_cases
from tests.kit.plans import explained, pages_of, read_whole
from tests.kit.staff import register

pytestmark = [pytest.mark.integration, pytest.mark.slow]

NOW: Final = datetime.now(UTC)
#: Tables with at least one row for each case.
LARGE: Final = {
    "case_team",
    "cases",
    "clocks",
    "consents",
    "heard_due",
    "heard_risks",
    "identification_steps",
    "notices",
    "referrals",
}
#: The maximum number of pages (of 8 KB) for each listed case, and for a list of waiting items.
PAGES_A_CASE, PAGES = 50, 2_000


def principal(subject: UUID, role: str) -> Principal:
    return Principal(str(subject), frozenset({role}), STAFF)


MEMBER = principal(many_cases.staff(3), "caseworker")
SUPERVISOR = principal(many_cases.supervisor(3), "supervisor")
REGISTERED = principal(many_cases.supervisor(4), "supervisor")
OFFICER = principal(uuid4(), "data_protection_officer")

#: The query of each list, and its maximum number of pages.
LISTS: dict[str, tuple[Callable[[Session], Any], int]] = {
    "the work list": (lambda session: work.work_list(session, None, 100, NOW, by=MEMBER), 400 * PAGES_A_CASE),
    "the queue of supervisors": (
        lambda session: supervision.for_supervisor(session, None, 100, NOW, by=SUPERVISOR),
        4_000 * PAGES_A_CASE,
    ),
    "the queue of data protection": (
        lambda session: data_protection.for_data_protection(session, None, 100, NOW, by=OFFICER),
        PAGES,
    ),
    "what waits for a second person": (lambda session: confirmation.waiting_for(session, NOW, by=SUPERVISOR), PAGES),
    "what waits for a second person who is registered": (
        lambda session: confirmation.waiting_for(session, NOW, by=REGISTERED),
        PAGES,
    ),
    "withdrawals without an answer": (
        lambda session: withdrawals.unanswered_withdrawals(session, 7, NOW, by=SUPERVISOR),
        20_000,  # nearly all of the 10,000 cases have one
    ),
    "erasures without an answer": (lambda session: erasure.overdue_erasures(session, 3, NOW, by=OFFICER), PAGES),
    "cases due for review": (lambda session: retention.cases_due(session, NOW.date(), by=OFFICER), PAGES),
    "notices": (lambda session: notices.unread(session, SUPERVISOR), PAGES),
}


@pytest.fixture(scope="module")
def stored(postgres: PostgresServer) -> Iterator[tuple[Any, "psycopg.Connection[Any]"]]:
    with (
        databases.opened(postgres, "intake") as (database, url),
        psycopg.connect(databases.owner_url(url), autocommit=True) as connection,
    ):
        many_cases.fill(connection)
        register(database, UUID(REGISTERED.subject), "supervisor")
        yield database, connection


def statements_of(engine: Engine, session: Session, ask: Callable[[Session], Any]) -> tuple[list[Any], Any]:
    made: list[Any] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        made.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        return made, ask(session)
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("what", LISTS)
def test_a_list_is_answered_by_indexes(what: str, stored: tuple[Any, "psycopg.Connection[Any]"]) -> None:
    database, connection = stored
    ask, most = LISTS[what]
    with database.transaction() as session:
        made, answer = statements_of(database.engine, session, ask)
    assert answer, "the list is not empty"
    plans = [explained(connection, statement, parameters) for statement, parameters in made]
    assert [read_whole(plan) & LARGE for plan in plans] == [set()] * len(plans)
    assert sum(map(pages_of, plans)) <= most


def test_what_reads_a_table_whole_is_found(stored: tuple[Any, "psycopg.Connection[Any]"]) -> None:
    plan = explained(stored[1], "select count(*) from consents where language = 'xx'", None)
    assert read_whole(plan) == {"consents"}
