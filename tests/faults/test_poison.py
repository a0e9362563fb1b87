"""A poison event: its case is held, all others pass, protective events act at once, and a retry drains in order.

A trigger of the test in legal's store rejects the event: immediately, only at the commit, or by blocking the process
until the test kills it. The test shortens the waits between attempts by moving the time of the next one.
"""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from shared.exchange import cursor
from tests.faults.casework import Desk, record_cases, told_to
from tests.faults.field import Field
from tests.kit.waiting import wait_until

pytestmark = [pytest.mark.fault, pytest.mark.integration, pytest.mark.slow]

HELD = text("select position, attempts, reason, parked_at from follow_holds where subject = :case")
NOW = text("""
    update follow_holds set next_try_at = now() where subject in (
        select subject from follow_holds where subject = :case and next_try_at is not null for update skip locked
    )
""")
STUCK = text("select pid from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'")
HEAD = text("select position from event_log_head")


@dataclass
class Poisoned:
    """A case with one event that legal cannot apply, followed by a removal."""

    field: Field
    desk: Desk
    bad: UUID = field(default_factory=uuid4)
    leaver: UUID = field(default_factory=uuid4)
    stayer: UUID = field(default_factory=uuid4)

    def __post_init__(self) -> None:
        """Create a team of two at legal."""
        self.legal = self.field.database("legal")
        self.desk.add(self.leaver)
        self.desk.add(self.stayer)
        wait_until(lambda: self.desk.sees("legal", self.stayer), "legal knows the team", 60)

    def hold(self) -> tuple[int, int, str, object] | None:
        """Return the hold of the case at legal."""
        with self.legal.transaction() as session:
            row = session.execute(HELD, {"case": self.desk.case}).first()
        return None if row is None else (row.position, row.attempts, row.reason, row.parked_at)

    def parked(self) -> bool:
        """Return whether all attempts are used. Advances the time to the next attempt."""
        with self.legal.transaction() as session:
            session.execute(NOW, {"case": self.desk.case})
        found = self.hold()
        return found is not None and found[3] is not None

    def role(self) -> str:
        """Return the role of the remaining member at legal."""
        query = text("select role from case_team where case_id = :case and member = :member")
        with self.legal.transaction() as session:
            return str(session.execute(query, {"case": self.desk.case, "member": self.stayer}).scalar_one())

    def passed(self) -> bool:
        """Return whether all other events of intake have been applied at legal."""
        with self.legal.transaction() as session:
            stands_at = cursor.read_state(session, "intake").position
        with self.field.database("intake").transaction() as session:
            return bool(stands_at == session.execute(HEAD).scalar_one())

    def stuck(self) -> list[int]:
        """Return the sessions of legal that the trigger blocks."""
        with self.legal.transaction() as session:
            return list(session.scalars(STUCK))

    def goes_on(self, others: int) -> None:
        """Record events after the poison event: older grants, a removal, a new role; and other cases."""
        self.desk.add(self.leaver)
        self.desk.add(self.stayer)
        self.desk.remove(self.leaver)
        self.desk.add(self.stayer, role="supervisor")
        wait_until(lambda: not self.desk.sees("legal", self.leaver), "the removal takes effect at once", 60)
        record_cases(self.field, others, 2)
        wait_until(self.passed, f"{others} other cases pass", 60)
        assert self.hold() is not None

    def is_mended(self) -> None:
        """Remove the cause. An operator retries the event, and the result is as if there had been no fault."""
        assert not self.desk.sees("legal", self.leaver)
        assert self.role() == "caseworker"
        answer = self.field.api("operator").post("legal", "/v1/holds/retry", {"subject": str(self.desk.case)})
        assert answer.json() == {"retried": 1}
        wait_until(lambda: self.hold() is None, "the case is drained", 60)
        assert self.desk.sees("legal", self.bad)
        assert not self.desk.sees("legal", self.leaver), "an older grant does not undo the removal"
        assert self.role() == "supervisor", "what waited was applied in its order"


@contextlib.contextmanager
def poisoned(field: Field, body: str, *, deferred: bool = False) -> Iterator[Poisoned]:
    """Create an event that legal cannot apply until the block ends."""
    found = Poisoned(field, Desk(field))
    with told_to(field.owned_database("legal"), "case_team", f"new.member = '{found.bad}'", body, deferred=deferred):
        found.desk.add(found.bad)
        yield found


@pytest.mark.promise("REL-9")
@pytest.mark.parametrize(("deferred", "others"), [(False, 1_000), (True, 100)], ids=["raises", "fails_at_commit"])
def test_what_fails_is_held_and_parked_while_all_others_pass(
    field: Field, deferred: bool, others: int, record_property: Callable[[str, object], None]
) -> None:
    with poisoned(field, "raise exception 'a mistake of ours'", deferred=deferred) as case:
        wait_until(lambda: case.hold() is not None, "the case is held", 60)
        case.goes_on(others)
        wait_until(case.parked, "its tries are used up", 60)
    case.is_mended()
    field.check(record_property)


@pytest.mark.promise("REL-9")
def test_what_kills_the_process_is_held_and_parked_too(
    field: Field, record_property: Callable[[str, object], None]
) -> None:
    deaths = 0

    def dies() -> None:
        nonlocal deaths
        stuck = case.stuck()
        field.kill("legal")
        with case.legal.transaction() as session:
            for pid in stuck:  # the store would notice only at the end of the statement
                session.execute(text("select pg_terminate_backend(:pid)"), {"pid": pid})
        wait_until(lambda: not case.stuck(), "its sessions have ended")
        field.start("legal", wait=False)
        deaths += 1

    def dies_until(fact: Callable[[], bool], what: str) -> None:
        while True:
            wait_until(lambda: bool(fact() or case.stuck()), what, 60)
            if fact():
                break
            dies()

    with poisoned(field, "perform pg_sleep(14)") as case:
        dies_until(lambda: case.hold() is not None, "the case is held")
        case.goes_on(50)
        dies_until(case.parked, "its last try has begun")
        wait_until(lambda: bool(case.stuck()), "and is under way")
        dies()
    field.wait_ready("legal")
    assert deaths >= 5
    case.is_mended()
    field.check(record_property, faults=deaths)
