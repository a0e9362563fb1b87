"""Indexes by which lists across cases find what waits, however much is done."""

import sqlalchemy as sa
from alembic import op

revision = "intake_0039"
down_revision = "intake_0037"
branch_labels = None
depends_on = None

_HAS_TEAM = "somebody is on its team; a trigger notes it"
#: Whatever changes a team: a case that nobody answers for is found by this alone.
_FUNCTION = """
    create function note_team() returns trigger language plpgsql as $$
    begin
        -- Of two who leave at one time, the second looks once the first has left.
        perform from cases where id = coalesce(new.case_id, old.case_id) for no key update;
        if tg_op = 'INSERT' then
            update cases set has_team = true where id = new.case_id and not has_team;
        else
            update cases set has_team = false where id = old.case_id
                and not exists (select from case_team where case_team.case_id = old.case_id);
        end if;
        return null;
    end $$
"""
_TRIGGER = "create trigger notes_team after insert or delete on case_team for each row execute function note_team()"
#: Table, what the index's name ends in, its columns, and what is in it.
_OF_WHAT_WAITS = (
    ("cases", "closed", ("jurisdiction", "closed_on", "id"), "status = 'closed'"),
    ("consents", "standing", ("case_id", "expires_on"), "withdrawn_on is null and taken_back_at is null"),
    ("consents", "withdrawn", ("withdrawn_on", "id"), "withdrawn_on is not null"),
    ("consents", "answer_due", ("case_id", "answer_due_on"), "answer_due_on is not null"),
    (
        "referrals",
        "waiting",
        ("case_id", "reply_by"),
        "state in ('sent', 'received', 'information_requested', 'wait_listed')",
    ),
    ("referrals", "held", ("case_id", "held_on"), "state = 'held'"),
    ("disclosures", "undecided", ("received_on",), "decision is null"),
    ("disclosure_proposals", "waiting", ("lapses_at",), "state = 'waiting'"),
    ("access_requests", "open", ("case_id",), "released_until is null"),
    ("erasure_requests", "open", ("case_id",), "state in ('requested', 'proposed', 'held')"),
    ("sharings", "to_review", ("review_by",), "state in ('proposed', 'acting')"),
    ("sharings", "child_until", ("child_until",), "child_until is not null"),
    ("glass_reviews", "open", ("opened_at",), "outcome is null"),
)
#: Tables of records of which an earlier one may say the same.
_SAID_TWICE = (
    "accounts",
    "consents",
    "first_responders",
    "notifications",
    "referrals",
    "referrals_in",
    "sharings",
    "withdrawal_answers",
)
#: Indexes that answer more by their further columns: name, table, columns then, and before.
_WIDER = (
    ("identification_steps_case_id_index", "identification_steps", ("case_id", "stage", "received_on", "id")),
    ("heard_due_listed_index", "heard_due", ("case_id", "due_on")),
    ("case_team_member_index", "case_team", ("member", "case_id")),
)


def upgrade() -> None:
    for table, name, columns, where in _OF_WHAT_WAITS:
        op.create_index(f"{table}_{name}_index", table, list(columns), postgresql_where=sa.text(where))
    for table in _SAID_TWICE:
        alike = sa.text("alike is not null")
        op.create_index(f"{table}_alike_index", table, ["case_id"], postgresql_where=alike)
    has_team = sa.Column("has_team", sa.Boolean(), nullable=False, server_default="true", comment=_HAS_TEAM)
    op.add_column("cases", has_team)
    op.execute(
        "update cases set has_team = false where not exists (select from case_team where case_team.case_id = cases.id)"
    )
    op.execute(_FUNCTION)
    op.execute(_TRIGGER)
    left = sa.text("status = 'open' and not has_team")
    op.create_index("cases_without_team_index", "cases", ["id"], postgresql_where=left)
    for name, table, columns in _WIDER:
        op.drop_index(name, table_name=table)
        op.create_index(name, table, list(columns), **_more(table))


def downgrade() -> None:
    for name, table, columns in _WIDER:
        op.drop_index(name, table_name=table)
        more = _more(table) if table == "heard_due" else {}
        op.create_index(name, table, list(columns[:1]), **more)
    op.drop_index("cases_without_team_index", table_name="cases")
    op.execute("drop trigger notes_team on case_team")
    op.execute("drop function note_team()")
    op.drop_column("cases", "has_team")
    for table in reversed(_SAID_TWICE):
        op.drop_index(f"{table}_alike_index", table_name=table)
    for table, name, _columns, _where in reversed(_OF_WHAT_WAITS):
        op.drop_index(f"{table}_{name}_index", table_name=table)


def _more(table: str) -> dict[str, object]:
    if table == "case_team":
        return {"postgresql_include": ["role", "lead"]}
    return {"postgresql_where": sa.text("listed")} if table == "heard_due" else {}
