"""Steps and detections say when they happened as exactly as is known; what was recorded before becomes facts.

A fact of a step has the step's id; what else was recorded of it is revision 1, and revision 2 where it was corrected.
Days of detections become facts named after the detection, as those to come are.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from uuid import UUID, uuid5

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "intake_0021"
down_revision = "intake_0020"
branch_labels = None
depends_on = None

_STEP_COLUMNS = (("happened", sa.String()), ("learnt", sa.String()), ("about", sa.Uuid()), ("dublin", sa.String()))
_DETECTION_COLUMNS = (
    *((name, sa.String()) for name in ("last_incident_on", "exploitation_ended_on", "crime_reported_on")),
    *((name, sa.String()) for name in ("happened", "learnt")),
    ("corrected_on", sa.Date()),
    ("corrected_because", sa.String()),
)
_Row = sa.RowMapping
_Fact = dict[str, object]
_COMMENT = "as exactly as is known; null: recorded before that was asked"
_COMMENTS = {
    ("identification_steps", "happened"): _COMMENT,
    ("detections", "happened"): _COMMENT,
    ("detections", "corrected_on"): "taken back: it counts no more",
}
_FACTS = sa.table(
    "facts",
    *(sa.column(name, sa.Uuid()) for name in ("id", "case_id", "about", "recorded_by")),
    *(sa.column(name, sa.Text()) for name in ("kind", "happened", "learnt", "reason", "decided_by")),
    sa.column("revision", sa.Integer()),
    sa.column("codes", JSONB()),
    sa.column("withdrawn", sa.Boolean()),
    sa.column("recorded_at", sa.DateTime(timezone=True)),
)
#: A stage of any profile is a submission or a decision by its name; each other is a step.
_SUBMISSIONS = frozenset(("referred", "notified"))
_OF_DETECTION = {"earliest_incident_on": "first_incident", "work_ended_on": "work_ended"}
_REASONS = {"not_taken": "not_so"}
_PAGE = 1000


def upgrade() -> None:
    for table, columns in (("identification_steps", _STEP_COLUMNS), ("detections", _DETECTION_COLUMNS)):
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind, nullable=True, comment=_COMMENTS.get((table, name))))
    if op.get_bind().exec_driver_sql("select 1 from cases limit 1").first() is not None:
        _create_facts()
        _store(_of_cases(), _of_steps(), _of_detections(), _of_requests())


def _create_facts() -> None:
    """Create the table of facts as mechanism_0021 does, in whichever order the two come."""
    op.create_table(
        "facts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("happened", sa.Text(), nullable=False, comment="an instant, a day, a month, a year, or unknown"),
        sa.Column("learnt", sa.Text(), nullable=True, comment="an instant or a day"),
        sa.Column("about", sa.Uuid(), nullable=True, comment="the fact that it answers"),
        sa.Column(
            "codes",
            JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="what else it says, by the names of the rules' triggers",
        ),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True, comment="of a correction or a withdrawal"),
        sa.Column("decided_by", sa.Text(), nullable=True, comment="the authority or the person that decided"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True, comment="null: by the system itself"),
        sa.PrimaryKeyConstraint("id", "revision", name=op.f("facts_pkey")),
        if_not_exists=True,
    )
    op.create_index("facts_case_id_index", "facts", ["case_id"], if_not_exists=True)


def _rows(query: str) -> Iterable[_Row]:
    return op.get_bind().execute(sa.text(query)).mappings().all()


def _store(*sources: Iterable[_Fact]) -> None:
    stored = [fact for facts in sources for fact in facts]
    for start in range(0, len(stored), _PAGE):
        op.get_bind().execute(sa.insert(_FACTS), stored[start : start + _PAGE])


def _fact(row: _Row, fact: UUID, kind: str, happened: str, codes: dict[str, str], **more: object) -> _Fact:
    usual = {"revision": 1, "learnt": None, "about": None, "withdrawn": False, "reason": None, "decided_by": None}
    recorded = {"recorded_at": _at(row["recorded_on"]), "recorded_by": None}
    return {
        "id": fact,
        "case_id": row["case_id"],
        "kind": kind,
        "happened": happened,
        "codes": codes,
        **usual,
        **recorded,
        **more,
    }


def _at(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def _of_cases() -> Iterable[_Fact]:
    for case in _rows("select id as case_id, jurisdiction, age, opened_on, opened_on as recorded_on from cases"):
        opened = case["opened_on"].isoformat()
        yield _fact(case, uuid5(case["case_id"], "law"), "law", opened, {"jurisdiction": case["jurisdiction"]})
        yield _fact(case, uuid5(case["case_id"], "person"), "person", opened, {"age": case["age"]})


def _of_steps() -> Iterable[_Fact]:
    steps = _rows(
        "select steps.*, steps.received_on as recorded_on, wrong.reason, wrong.corrected_on, wrong.by"
        " from identification_steps steps left join step_corrections wrong on wrong.step = steps.id"
    )
    for step in steps:
        received = step["received_on"].isoformat()
        happened = step["occurred_on"] or ("unknown" if step["made_elsewhere"] else received)
        codes = {name: step[name] for name in ("stage", "outcome", "authority") if step[name] is not None}
        kind = "decision" if step["outcome"] else "submission" if step["stage"] in _SUBMISSIONS else "step"
        more = {"learnt": received, "decided_by": step["authority"]}
        fact = _fact(step, step["id"], kind, happened, codes, **more)
        yield fact
        if step["corrected_on"] is not None:
            corrected = {"recorded_at": _at(step["corrected_on"]), "recorded_by": step["by"]}
            reason = _REASONS.get(step["reason"], step["reason"])
            yield {**fact, "revision": 2, "withdrawn": True, "reason": reason, **corrected}


def _of_detections() -> Iterable[_Fact]:
    for detection in _rows("select detections.*, detected_on as recorded_on from detections"):
        for field, kind in _OF_DETECTION.items():
            if detection[field] is not None:
                learnt = {"learnt": detection["detected_on"].isoformat()}
                yield _fact(detection, uuid5(detection["id"], kind), kind, detection[field], {}, **learnt)


def _of_requests() -> Iterable[_Fact]:
    """Return the requests for access and erasure, and the answers that were given."""
    asked = _rows(
        "select id, case_id, received_on as recorded_on, released_until is not null as answered, checked_at as at,"
        " 'access' as right from access_requests"
        " union all select id, case_id, cast(requested_at as date), state in ('refused', 'lifted'), decided_at,"
        " 'erasure'"
        " from erasure_requests where reason in ('asked_for_by_the_person', 'consent_withdrawn', 'objection')"
        " and exists (select from cases where cases.id = erasure_requests.case_id)"
    )
    for request in asked:
        received, codes = request["recorded_on"].isoformat(), {"right": request["right"]}
        yield _fact(request, request["id"], "rights_request", received, codes, learnt=received)
        if request["answered"] and request["at"] is not None:
            answered = request["at"].date().isoformat()
            about = {"learnt": answered, "about": request["id"]}
            yield _fact(request, uuid5(request["id"], "answer"), "rights_answer", answered, codes, **about)


def downgrade() -> None:
    if sa.inspect(op.get_bind()).has_table("facts"):
        op.execute("delete from facts")
    for table, columns in (("identification_steps", _STEP_COLUMNS), ("detections", _DETECTION_COLUMNS)):
        for name, _ in columns:
            op.drop_column(table, name)
