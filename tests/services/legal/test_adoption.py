"""Cases of an earlier release after an upgrade: their records state facts, and nothing long past becomes news."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import select, text

from deploy.cli import servers
from services.legal.court.protection.models import Protection
from services.legal.matters.matter_file.actions.reach import members_of
from services.legal.matters.matter_file.actions.tasks import agree
from services.legal.matters.matter_file.rules import Waiting
from shared.deadlines import timers
from shared.deadlines.derived_again import derive_every_case_again
from shared.deadlines.timers import Timers
from shared.exchange import deployed_version
from shared.exchange.eventlog import ORIGIN, Origin
from tests.kit.client import Client
from tests.kit.harness import Harness, harness
from tests.kit.hearing import hear
from tests.kit.matters import listed, opened

pytestmark = pytest.mark.integration

#: The kinds of facts that records state, but did not in 0.2.0.
STATED = ("claim_decided", "residence_refused", "challenge_made", "prosecution_brought", "trial_begun")


@pytest.fixture
def legal(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("legal", postgres, "NL") as found:
        found.move_clock("2026-06-02T12:00:00+00:00")
        hear(found, ("contact.opened", {"jurisdiction": "NL", "age": "adult", "opened_on": "2026-01-05"}))
        yield found


def claim(adviser: Client, decided_on: str) -> str:
    """Record a claim that was refused on a day, and return its address."""
    matter = adviser.told("POST", "matters", {"remedy": "NL.SCHADEFONDS", "opened_on": "2025-12-01"}, 201)["id"]
    address = f"matters/{matter}"
    decision = {"outcome": "refused", "decided_on": decided_on}
    for step, said in (("application", {"applied_on": "2025-12-08"}), ("decision", decision)):
        adviser.told("POST", f"{address}/{step}", said, If_Match=version_of(adviser))
    return address


def leave(adviser: Client, *steps: tuple[str, str]) -> str:
    """Record leave in a matter's file, with steps on their days. Return the file's address."""
    file = opened(adviser)
    made = adviser.told("POST", f"{file}/protections", {"kind": "residence", "basis": "NL.B8_3_REPORT"}, 201)
    for step, day in steps:
        said = {"step": step, "happened_on": day}
        adviser.told("POST", f"{file}/protections/{made['id']}/steps", said, 201)
    return file


def version_of(adviser: Client) -> str:
    return str(adviser.ask("GET", "").headers["ETag"])


def as_0_2_0_left_it(legal: Harness) -> None:
    """Remove the facts that only this release states, and the rows derived from them."""
    with legal.database.transaction() as session:
        session.execute(text("delete from facts where kind = any(:kinds)"), {"kinds": list(STATED)})
        session.execute(text("delete from clocks"))


def upgrade(legal: Harness) -> None:
    with legal.database.transaction() as session, Operations.context(MigrationContext.configure(session.connection())):
        derive_every_case_again()


def derived_by_0_2_0(legal: Harness) -> None:
    """Change the rows that a derivation by a 0.2.0 replica changes: its timer, and the time of its derivation."""
    with legal.database.transaction() as session:
        timers.reschedule(session, legal.case, "derive", None)
        session.execute(text("update derivations set adopting = false"))


def run_timers(legal: Harness) -> None:
    """Fire the timers that are due once all replicas run the new release. None fails."""
    with legal.database.transaction() as session:
        due = legal.clock.now(session) + timedelta(minutes=15)
    legal.move_clock(due)
    Timers(legal.database, legal.clock, legal.parts.following.emits, legal.parts.on_timer).fire_due()
    with legal.database.transaction() as session:
        assert session.scalar(text("select count(*) from timers where failed_at is not null")) == 0
        assert session.scalar(text("select count(*) from timers where name = 'adopt'")) == 0


def stated(adviser: Client) -> list[tuple[str, str, str | None]]:
    """Return the kind, the day and the day of learning of each fact that a record states."""
    found: list[dict[str, Any]] = adviser.told("GET", "facts")["facts"]
    valid = (fact for fact in found if fact["kind"] in STATED and not fact["withdrawn"])
    return sorted((fact["kind"], fact["happened"], fact["learnt"]) for fact in valid)


def windows(adviser: Client) -> list[tuple[str, str, str]]:
    """Return the code, the state and the first last day of each window to challenge a refusal."""
    clocks = (clock for clock in adviser.told("GET", "")["clocks"] if clock["state"] != "withdrawn")
    return sorted((clock["code"], clock["state"], clock["due_on"]) for clock in clocks if "OBJECTION" in clock["code"])


def published(legal: Harness, since: int) -> set[tuple[str, str]]:
    """Return the verb and the code of each event about a window, after the first so many events."""
    about = ((name, str(data.get("code"))) for name, data in legal.announced()[since:] if name.startswith("clock."))
    return {(name, code) for name, code in about if "OBJECTION" in code}


def refusals_listed(legal: Harness) -> list[tuple[str | None, bool]]:
    """Return the day of each task about a refusal, and whether it is unclear."""
    return [(due_on, unclear) for due_on, unclear, _ in listed(legal).get("leave_refused", [])]


@pytest.mark.hazard("H-DEADLINE-7", control="adopted")
def test_an_upgrade_beside_an_older_replica_publishes_refusals_and_open_windows(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    # Six weeks after the decision, and four after a refusal of leave: the first windows passed long ago.
    claim(adviser, "2026-01-05")
    leave(adviser, ("refused", "2026-01-12"))
    leave(adviser, ("refused", "2026-05-18"), ("challenged", "2026-05-25"))
    as_0_2_0_left_it(legal)
    upgrade(legal)
    claim(adviser, "2026-06-01")
    leave(adviser, ("refused", "2026-05-25"))
    as_0_2_0_left_it(legal)
    derived_by_0_2_0(legal)
    since = len(legal.announced())
    # A replica of this release derives the case before it is adopted, from facts that 0.2.0 knew as well.
    other = {"kind": "crime_reported", "happened": "2026-02-02"}
    adviser.told("POST", "facts", other, 201)
    assert published(legal, since) == set()
    run_timers(legal)
    assert stated(adviser) == [
        ("challenge_made", "2026-05-25", None),
        ("claim_decided", "2026-01-05", None),
        ("claim_decided", "2026-06-01", None),
        ("residence_refused", "2026-01-12", None),
        ("residence_refused", "2026-05-18", None),
        ("residence_refused", "2026-05-25", None),
    ]
    assert {window for window in windows(adviser) if window[1] in ("running", "met")} == {
        ("NL.OBJECTION", "met", "2026-06-15"),
        ("NL.OBJECTION", "running", "2026-06-22"),
        ("NL.SCHADEFONDS_OBJECTION", "running", "2026-07-13"),
    }
    assert published(legal, since) == {
        ("clock.started", "NL.OBJECTION"),
        ("clock.started", "NL.SCHADEFONDS_OBJECTION"),
    }
    told = len(legal.announced())
    run_timers(legal)
    assert published(legal, told) == set()
    claim(adviser, "2026-01-19")
    assert ("clock.missed", "NL.SCHADEFONDS_OBJECTION") in published(legal, told)


@pytest.mark.hazard("H-DEADLINE-7", control="recorded-before-adoption")
def test_a_refusal_from_before_the_adoption_is_published_after_its_window(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    claim(adviser, "2026-01-05")
    leave(adviser, ("refused", "2026-01-12"))
    as_0_2_0_left_it(legal)
    upgrade(legal)
    derived_by_0_2_0(legal)
    since = len(legal.announced())
    legal.move_clock("2026-06-02T12:01:00+00:00")
    adviser.told("POST", "facts", {"kind": "residence_refused", "happened": "2026-02-02"}, 201)
    passed = {("clock.started", "NL.OBJECTION"), ("clock.missed", "NL.OBJECTION")}
    assert published(legal, since) == passed
    run_timers(legal)
    # The windows of the older release's records passed long ago.
    assert [window[1:] for window in windows(adviser)] == [
        ("passed", day) for day in ("2026-02-09", "2026-03-02", "2026-02-16")
    ]
    assert published(legal, since) == passed
    started = [data["due_on"] for name, data in legal.announced()[since:] if name == "clock.started"]
    assert started == ["2026-03-02"]


@pytest.mark.hazard("H-DEADLINE-7", control="task-until-learnt")
def test_the_task_about_a_refusal_stays_open_until_its_receipt_is_recorded(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    file = leave(adviser, ("refused", "2026-04-20"))
    as_0_2_0_left_it(legal)
    # 0.2.0 had an open task about every refusal.
    with legal.database.transaction(ORIGIN.holding(Origin(legal.parts.following.emits))) as session:
        [protection] = session.scalars(select(Protection))
        task = Waiting("leave_refused", protection.id, None, unclear=True)
        agree(session, legal.case, protection.file, (), [task], members_of(session, protection.file))
    assert refusals_listed(legal) == [(None, True)]
    upgrade(legal)
    run_timers(legal)
    # Its window is not published, as it passed before the upgrade.
    assert windows(adviser) == [("NL.OBJECTION", "passed", "2026-05-18")]
    assert refusals_listed(legal) == [(None, True)]
    # A record of another protection does not say anything about this refusal.
    other = {"kind": "legal_aid", "basis": "NL.WRB_44_4"}
    adviser.told("POST", f"{file}/protections", other, 201)
    assert refusals_listed(legal) == [(None, True)]
    [refused] = [fact["id"] for fact in adviser.told("GET", "facts")["facts"] if fact["kind"] == "residence_refused"]
    correction = {"reason": "learnt_more", "learnt": "2026-04-21"}
    adviser.told("POST", f"facts/{refused}/correction", correction, 201)
    adviser.told("POST", f"{file}/protections", other, 201)
    assert refusals_listed(legal) == []


@pytest.mark.hazard("H-DEADLINE-8", control="adopted")
def test_a_prosecution_of_an_older_release_can_be_joined_after_the_upgrade(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    said = {"kind": "criminal", "person_role": "injured_party", "began_on": "2026-03-02"}
    file = opened(adviser)
    proceeding = adviser.told("POST", f"{file}/proceedings", said, 201)["id"]
    for stage, day in (("charged", "2026-03-02"), ("trial", "2026-05-04")):
        step = {"stage": stage, "happened_on": day}
        adviser.told("POST", f"{file}/proceedings/{proceeding}/steps", step, 201)
    as_0_2_0_left_it(legal)
    upgrade(legal)
    run_timers(legal)
    assert stated(adviser) == [("prosecution_brought", "2026-03-02", None), ("trial_begun", "2026-05-04", None)]
    [joining] = [clock for clock in adviser.told("GET", "")["clocks"] if clock["code"] == "NL.JOINDER"]
    assert (joining["state"], joining["due_on"]) == ("undated", None)


@pytest.mark.hazard("H-UPGRADE-2", control="every-case-is-adopted")
def test_a_case_without_its_own_timer_after_the_upgrade_is_adopted_too(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    upgrade(legal)
    # An older replica opens the case only now, or deletes the timer of the case.
    with legal.database.transaction() as session:
        timers.reschedule(session, legal.case, "adopt", None)
    claim(adviser, "2026-06-01")
    as_0_2_0_left_it(legal)
    run_timers(legal)
    assert stated(adviser) == [("claim_decided", "2026-06-01", None)]
    assert windows(adviser) == [("NL.SCHADEFONDS_OBJECTION", "running", "2026-07-13")]


def served(legal: Harness) -> None:
    """Have this release record that it serves the database, as each of its processes does at start."""
    with legal.database.transaction() as session:
        reads, on_release = legal.parts.following.reads, legal.parts.on_release
        deployed_version.retry_parked_once(session, "legal", reads, on_release)


@pytest.mark.hazard("H-UPGRADE-2", control="adopted-by-each-release")
def test_changes_of_an_older_release_after_a_rollback_are_adopted(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    upgrade(legal)
    served(legal)
    run_timers(legal)
    served(legal)
    with legal.database.transaction() as session:
        assert session.scalar(text("select count(*) from timers where name like 'adopt%'")) == 0
        session.execute(text("update follow_release set mark = '0.2.0'"))
    claim(adviser, "2026-06-01")
    as_0_2_0_left_it(legal)
    for _ in range(2):
        served(legal)
    with legal.database.transaction() as session:
        set_timers = session.scalars(text("select name from timers where name like 'adopt%' order by due_at, id")).all()
    assert set_timers == ["adopt_every_case", "adopt_again"]
    run_timers(legal)
    assert stated(adviser) == [("claim_decided", "2026-06-01", None)]
    assert windows(adviser) == [("NL.SCHADEFONDS_OBJECTION", "running", "2026-07-13")]


@pytest.mark.hazard("H-DEADLINE-7", control="adopted")
def test_a_decision_that_an_older_replica_changed_is_stated_as_it_is_now(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    for decided_on in ("2026-01-05", "2026-05-31", "2026-06-01"):
        claim(adviser, decided_on)
    upgrade(legal)
    with legal.database.transaction() as session:
        session.execute(text("update matters set taken_back_at = now() where decided_on = '2026-05-31'"))
        session.execute(text("update matters set decided_on = decided_on - 7"))
    since = len(legal.announced())
    run_timers(legal)
    days = ["2025-12-29", "2026-05-25"]
    assert [(kind, happened) for kind, happened, _learnt in stated(adviser)] == [("claim_decided", day) for day in days]
    assert [window[1:] for window in windows(adviser)] == [("passed", "2026-02-09"), ("running", "2026-07-06")]
    # Readers who know the first window receive its other days, although it is over.
    moved = [data["due_on"] for name, data in legal.announced()[since:] if name == "clock.moved"]
    assert sorted(moved) == ["2026-02-09", "2026-07-06"]


@pytest.mark.hazard("H-DEADLINE-7", control="adopted")
def test_a_decision_on_a_remedy_of_an_earlier_law_of_the_case_is_stated_too(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    claim(adviser, "2026-06-01")
    as_0_2_0_left_it(legal)
    upgrade(legal)
    with legal.database.transaction() as session:
        session.execute(text("update matters set remedy = 'GB.CICA'"))
    run_timers(legal)
    assert stated(adviser) == [("claim_decided", "2026-06-01", None)]


@pytest.mark.hazard("H-DEADLINE-7", control="adopted")
def test_a_corrected_decision_that_was_no_fact_opens_its_window(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    matter = claim(adviser, "2026-05-04")
    as_0_2_0_left_it(legal)
    correction = {"reason": "wrong_date", "decided_on": "2026-05-11"}
    adviser.told("POST", f"{matter}/correction", correction, 201, If_Match=version_of(adviser))
    assert stated(adviser) == [("claim_decided", "2026-05-11", None)]
    assert windows(adviser) == [("NL.SCHADEFONDS_OBJECTION", "running", "2026-06-22")]
    adviser.told("POST", f"{matter}/correction", {"reason": "recorded_twice"}, 201, If_Match=version_of(adviser))
    assert stated(adviser) == []
