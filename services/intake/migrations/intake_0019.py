"""A second person: for an erasure that nobody asked for, for a disclosure, and for each access in an emergency."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, TEXT

revision = "intake_0019"
down_revision = "intake_0018"
branch_labels = None
depends_on = None

_STATES_BEFORE = "'requested', 'refused', 'lifted', 'ordered', 'complete'"
_STATES = "'requested', 'proposed', 'refused', 'lifted', 'ordered', 'complete'"
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _check_states(_STATES)
    op.add_column("erasure_requests", sa.Column("lapses_at", _MOMENT, nullable=True))
    op.add_column("erasure_requests", sa.Column("confirmed_by", sa.Uuid(), nullable=True))
    op.add_column("erasure_requests", sa.Column("confirmed_at", _MOMENT, nullable=True))
    op.add_column("disclosures", sa.Column("confirmed_by", sa.Uuid(), nullable=True))
    _create_proposals()
    _create_reviews()
    # A new database has none of the mechanism's tables yet, and nothing that waits.
    if sa.inspect(op.get_bind()).has_table("timers"):
        _bring_over_what_waits()


def _check_states(states: str) -> None:
    name = op.f("erasure_requests_state_check")
    op.drop_constraint(name, "erasure_requests")
    op.create_check_constraint(name, "erasure_requests", f"state in ({states})")


def _create_proposals() -> None:
    op.create_table(
        "disclosure_proposals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("disclosure_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("challenged", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("given", ARRAY(TEXT()), nullable=False),
        sa.Column("person_agreed", sa.Boolean(), nullable=False),
        sa.Column("person_told", sa.Boolean(), nullable=False),
        sa.Column("not_told_reason", sa.String(), nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", _MOMENT, nullable=False),
        sa.Column("lapses_at", _MOMENT, nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", _MOMENT, nullable=True),
        sa.Column("refusal", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("disclosure_proposals_case_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("disclosure_proposals_pkey")),
    )
    for column in ("case_id", "disclosure_id"):
        op.create_index(op.f(f"disclosure_proposals_{column}_index"), "disclosure_proposals", [column])


def _create_reviews() -> None:
    op.create_table(
        "glass_reviews",
        sa.Column("id", sa.Uuid(), nullable=False, comment="of the access in an emergency"),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("member", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("opened_at", _MOMENT, nullable=False, comment="real time"),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("reviewed_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("glass_reviews_case_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("glass_reviews_pkey")),
    )
    op.create_index(op.f("glass_reviews_case_id_index"), "glass_reviews", ["case_id"])


def _bring_over_what_waits() -> None:
    """Have what one person did at once come back each day, where nobody is known to have looked at it."""
    op.execute(
        "insert into timers (owner, name, due_at) select id, 'sharing.review', greatest(review_by, now()) from sharings"
        " where state = 'acting' and review_by is not null and not exists ("
        " select from timers where timers.owner = sharings.id)"
    )
    # An access in an emergency whose notice data protection has acknowledged was looked at, as it was then.
    op.execute(
        "insert into glass_reviews (id, case_id, member, reason, opened_at)"
        " select glass.id, glass.case_id, glass.member, notice.reason, notice.at from broken_glass as glass"
        " join cases on cases.id = glass.case_id"
        " join lateral (select reason, at from notices where kind = 'glass_broken' and role is not null"
        " and acknowledged_at is null and notices.case_id = glass.case_id and notices.member = glass.member"
        " and notices.at between glass.until - interval '5 hours' and glass.until order by at desc limit 1)"
        " as notice on true"
    )
    op.execute("insert into timers (owner, name, due_at) select id, 'glass.review', now() from glass_reviews")


def downgrade() -> None:
    if sa.inspect(op.get_bind()).has_table("timers"):
        op.execute("delete from timers where name in ('glass.review', 'erasure.proposal', 'disclosure.proposal')")
    op.drop_table("glass_reviews")
    op.drop_table("disclosure_proposals")
    op.drop_column("disclosures", "confirmed_by")
    for column in ("confirmed_at", "confirmed_by", "lapses_at"):
        op.drop_column("erasure_requests", column)
    op.execute("update erasure_requests set state = 'requested' where state = 'proposed'")
    _check_states(_STATES_BEFORE)
