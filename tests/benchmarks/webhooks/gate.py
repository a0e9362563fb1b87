"""The cost of deciding whether an agency receives an event: in batches, with all database queries."""

import time
from datetime import date
from statistics import median
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Table, insert, select

from deploy.cli.servers import PostgresServer
from services.partners.agencies.agency.models import Entry, Record
from services.partners.agencies.agreement.models import AgreementRecord
from services.partners.streams.ground.models import CaseLaw, Ground, Party
from services.partners.streams.stream.actions.deciding import decided
from services.partners.streams.stream.actions.reading import read
from services.partners.streams.subscription.models import Subscription
from shared.access import agencies
from shared.deadlines import time_source
from shared.events.contract import Received
from shared.exchange.eventlog import ORIGIN, Origin
from tests.benchmarks.measurement import Measurement
from tests.kit.builders import an_event
from tests.kit.harness import harness
from tests.kit.told_agencies import Told

AGENCIES, PERSONS, BATCHES, BATCH, PAGE = 200, 25, 20, 50, 100
PLAN = {"plan": str(uuid4()), "goal_types": ["Legal"], "review_on": "2026-04-02", "person_has_copy": True}
AGREED = {"data_categories": ["contact_safe", "health", "account"]}


def measure(store: PostgresServer) -> tuple[list[Measurement], dict[str, Any]]:
    """Decide about batches of events for many agencies, both at publication and when one of them reads."""
    with harness("partners", store) as partners:
        told = Told(partners)
        everybody = _agencies(told)
        cases = [uuid4() for _ in range(PERSONS)]
        _agree(told, cases, everybody)
        telling = [_telling(told, cases) for _ in range(BATCHES)]
        for case in cases[:20]:
            for _ in range(PAGE // 20):
                told.hear(case, "plan.agreed", {**PLAN, "agreed_on": "2026-03-02"}, source="support")
        reading = [_reading(told, agency) for agency in everybody[:BATCHES]]
    goal = 0.3
    return (
        [
            Measurement("gate, per event and agency, as events come in", round(median(telling), 3), "ms", goal),
            Measurement("the same with its copy written, as an agency reads", round(median(reading), 3), "ms", goal),
        ],
        {"gate": {"telling": telling, "reading": reading}},
    )


def _agencies(told: Told) -> list[UUID]:
    """Register one agency through the API, and insert the others directly."""
    first = UUID(told.agency(agreed=AGREED).id)
    others = [uuid4() for _ in range(AGENCIES - 1)]
    tables = (agencies.agencies, *map(_table, (Entry, AgreementRecord, Subscription)))
    with told.partners.database.transaction() as session:
        for table in tables:
            named = table.c["agency" if "agency" in table.c else "id"]
            row = dict(session.execute(select(table).where(named == first)).mappings().one())
            fresh = {"id": uuid4} if named.name == "agency" and "id" in table.c else {}
            session.execute(
                insert(table),
                [{**row, **{name: make() for name, make in fresh.items()}, named.name: other} for other in others],
            )
    return [first, *others]


def _table(record: type[Record]) -> Table:
    return Record.metadata.tables[record.__tablename__]


def _agree(told: Told, cases: list[UUID], everybody: list[UUID]) -> None:
    days = {"since": date(2026, 3, 2), "until": date(2026, 9, 1)}
    what = {"kind": "consent", "purposes": ["referral_for_support"], "data_categories": ["account", "contact_safe"]}
    with told.partners.database.transaction() as session:
        for case in cases:
            session.add(CaseLaw(case_id=case, jurisdiction="NL"))
            for agency in everybody:
                ground = uuid4()
                session.add(Ground(id=ground, case_id=case, agency=agency, **what, **days))
                session.add(Party(id=ground, case_id=case, agency=agency))


def _telling(told: Told, cases: list[UUID]) -> float:
    """Return the milliseconds of one decision about a batch of events for all agencies."""
    data = {**PLAN, "agreed_on": "2026-03-02"}
    events = [
        Received(an_event(source="support", name="plan.agreed", subject=cases[place % PERSONS], data=data), {})
        for place in range(BATCH)
    ]
    origin = Origin(told.partners.parts.following.emits)
    with told.partners.database.transaction(ORIGIN.holding(origin)) as session:
        now = time_source.now(session)
        began = time.perf_counter()
        count = sum(len(decided(session, each, now)) for each in events)
        return (time.perf_counter() - began) * 1000 / count


def _reading(told: Told, agency: UUID) -> float:
    with told.partners.database.transaction() as session:
        read(session, agency, after=0, limit=1)  # creates the agency's key, once
    with told.partners.database.transaction() as session:
        began = time.perf_counter()
        page = read(session, agency, after=0, limit=PAGE)
        assert len(page.items) == PAGE
        return (time.perf_counter() - began) * 1000 / len(page.items)
