"""Facts in place of what began and stopped periods: heard, own, and decisions about periods; months of births."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid5

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, insert

revision = "legal_0005"
down_revision = "legal_0004"
branch_labels = None
# The facts and the clocks are the mechanism's.
depends_on = "mechanism_0021"

_Fact = dict[str, object]

SUBMISSIONS = ("referred", "notified")
OF_A_DETECTION = {"first_incident": "earliest_incident_on", "work_ended": "work_ended_on"}
UNKNOWN = "unknown"
#: Cases whose births are asked for wait so long: until their facts have been built again from intake's log.
UNTIL_BUILT = "15 minutes"

#: Each case is derived once, by the domain's time, and what is long past then is not announced as new.
_DERIVE_ONCE = """
    insert into derivations (case_id, derived_at, adopting) select id, '1970-01-01 00:00+00', true from cases
    on conflict do nothing
"""
_WAKE_UP = """
    insert into timers (owner, name, due_at)
    select id, 'derive', coalesce((select now from test_clock), now()) from cases
"""


def _fact_columns() -> tuple[sa.ColumnClause[Any], ...]:
    return [
        sa.column("id", sa.Uuid()),
        sa.column("revision", sa.Integer()),
        sa.column("case_id", sa.Uuid()),
        sa.column("kind", sa.Text()),
        sa.column("happened", sa.Text()),
        sa.column("learnt", sa.Text()),
        sa.column("about", sa.Uuid()),
        sa.column("codes", JSONB()),
        sa.column("withdrawn", sa.Boolean()),
    ]


heard_facts = sa.table("heard_facts", *_fact_columns())
facts = sa.table(
    "facts", *_fact_columns(), sa.column("reason", sa.Text()), sa.column("recorded_at", sa.DateTime(timezone=True))
)


def upgrade() -> None:
    op.create_table(
        "birth_months",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.LargeBinary(), nullable=False, comment="sealed"),
        sa.PrimaryKeyConstraint("case_id", name=op.f("birth_months_pkey")),
    )
    op.create_table(
        "birth_inquiries",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("asked", sa.Uuid(), nullable=False, comment="sets one asking apart from the next"),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False, comment="real time"),
        sa.PrimaryKeyConstraint("case_id", name=op.f("birth_inquiries_pkey")),
    )
    op.add_column("reconsiderations", sa.Column("about", sa.Uuid(), nullable=True, comment="the decision, by its fact"))
    for table in ("matters", "reconsiderations"):
        op.alter_column(table, "late", comment="as far as was known when it was recorded", existing_comment=None)
    _bring_over()
    op.drop_table("detection_facts")


def _bring_over() -> None:
    connection = op.get_bind()
    for table, rows in (
        (heard_facts, [*_of_cases(connection), *_of_steps(connection), *_of_detections(connection)]),
        (facts, [*_of_matters(connection), *_of_requests(connection), *_of_clocks(connection)]),
    ):
        if rows:
            connection.execute(insert(table).on_conflict_do_nothing(), rows)
    if connection.execute(sa.text("select 1 from cases limit 1")).first() is not None:
        # What the events say beside it (the age of each person) is in intake's log.
        built = "insert into rebuilds (id, asked_by, state, projection, heals) values (gen_random_uuid(), :by, :state,"
        connection.execute(sa.text(f"{built} 'facts', false)"), {"by": revision, "state": "waiting"})
        connection.execute(sa.text(_DERIVE_ONCE))
        connection.execute(sa.text(_WAKE_UP))
        asked = (
            "insert into birth_inquiries select id, gen_random_uuid(), 0, now() + cast(:wait as interval) from cases"
        )
        connection.execute(sa.text(asked), {"wait": UNTIL_BUILT})


def _of_cases(connection: sa.Connection) -> Iterator[_Fact]:
    for row in connection.execute(sa.text("select id, jurisdiction from cases where jurisdiction is not null")):
        yield _row(uuid5(row.id, "law"), row.id, "law", UNKNOWN, None, {"jurisdiction": row.jurisdiction})


def _of_steps(connection: sa.Connection) -> Iterator[_Fact]:
    for row in connection.execute(sa.text("select * from identification_facts order by position")):
        kind = "decision" if row.outcome else "submission" if row.stage in SUBMISSIONS else "step"
        happened = row.occurred_on or (UNKNOWN if row.made_elsewhere else _text(row.received_on)) or UNKNOWN
        codes = {"stage": row.stage, "outcome": row.outcome, "authority": row.authority}
        step = row.step or row.event_id
        fact = _row(step, row.case_id, kind, happened, _text(row.received_on), _said(codes))
        yield fact
        if row.corrected:
            yield {**fact, "revision": 2, "withdrawn": True}


def _of_detections(connection: sa.Connection) -> Iterator[_Fact]:
    for row in connection.execute(sa.text("select * from detection_facts")).mappings():
        for kind, field in OF_A_DETECTION.items():
            if row[field] is None:
                continue
            fact = _row(uuid5(row["detection"], kind), row["case_id"], kind, row[field], None, {})
            yield fact
            if row["withdrawn"]:
                yield {**fact, "revision": 2, "withdrawn": True}


def _of_matters(connection: sa.Connection) -> Iterator[_Fact]:
    for row in connection.execute(sa.text("select * from matters where applied_on is not null")):
        codes, applied_on = {"remedy": row.remedy}, row.applied_on.isoformat()
        yield _recorded(_row(row.id, row.case_id, "claim", applied_on, applied_on, codes))
        if row.paid_on is not None:
            paid, paid_on = uuid5(row.id, "award_paid"), row.paid_on.isoformat()
            yield _recorded(_row(paid, row.case_id, "award_paid", paid_on, paid_on, codes))


def _of_requests(connection: sa.Connection) -> Iterator[_Fact]:
    for row in connection.execute(sa.text("select * from reconsiderations")):
        codes, requested_on = {"stage": row.stage}, row.requested_on.isoformat()
        fact = _row(row.id, row.case_id, "reconsideration_requested", requested_on, requested_on, codes)
        yield _recorded(fact)


def _of_clocks(connection: sa.Connection) -> Iterator[_Fact]:
    """Return what was decided about periods that run: it stands in their rows and in the events alone.

    An extended or resumed one was decided to end on its day; a paused one stands still.
    """
    decided = (
        "select c.*, exists (select 1 from event_log e where e.subject = c.subject and e.data->>'clock' = c.id::text "
        "and e.name in ('clock.extended', 'clock.resumed')) as decided from clocks c where c.state <> 'withdrawn'"
    )
    for row in connection.execute(sa.text(decided)):
        if row.decided and row.due_on is not None:
            codes = {"clock": row.code, "until": row.due_on.isoformat()}
            extension = uuid5(row.id, "extension")
            yield _recorded(_row(extension, row.subject, "extension", row.began_on.isoformat(), None, codes))
        if row.state == "paused":
            since = row.paused_at.astimezone(UTC).isoformat()
            yield _recorded(_row(uuid5(row.id, "pause"), row.subject, "pause", since, None, {"clock": row.code}))


def _row(fact: UUID, case: UUID, kind: str, happened: str, learnt: str | None, codes: dict[str, str]) -> _Fact:
    return {
        "id": fact,
        "revision": 1,
        "case_id": case,
        "kind": kind,
        "happened": happened,
        "learnt": learnt,
        "about": None,
        "codes": codes,
        "withdrawn": False,
    }


def _recorded(row: _Fact) -> _Fact:
    return {**row, "reason": None, "recorded_at": datetime.now(UTC)}


def _said(codes: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in codes.items() if value is not None}


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def downgrade() -> None:
    op.create_table(
        "detection_facts",
        sa.Column("detection", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("earliest_incident_on", sa.String(), nullable=True, comment="perhaps only a year or month"),
        sa.Column("work_ended_on", sa.String(), nullable=True, comment="perhaps only a year or month"),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("detection", name=op.f("detection_facts_pkey")),
    )
    op.create_index(op.f("detection_facts_case_id_index"), "detection_facts", ["case_id"], unique=False)
    op.drop_column("reconsiderations", "about")
    for table in ("matters", "reconsiderations"):
        op.alter_column(table, "late", comment=None, existing_comment="as far as was known when it was recorded")
    op.drop_table("birth_inquiries")
    op.drop_table("birth_months")
