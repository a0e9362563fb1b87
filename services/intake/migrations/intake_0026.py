"""Former names and genders take a reason on record; an erasure under a legal hold goes as far as it may."""

import sqlalchemy as sa
from alembic import op

revision = "intake_0026"
down_revision = "intake_0025"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "former_details_reasons",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("member", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("given_at", _MOMENT, nullable=False),
        sa.Column("until", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("former_details_reasons_case_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("former_details_reasons_pkey")),
    )
    op.create_index("former_details_reasons_case_id_member_index", "former_details_reasons", ["case_id", "member"])
    op.create_table(
        "former_name_searches",
        sa.Column("member", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("until", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("member", name=op.f("former_name_searches_pkey")),
    )
    op.create_table(
        "anonymity_choices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("chosen_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("anonymity_choices_case_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("anonymity_choices_pkey")),
    )
    op.create_index(op.f("anonymity_choices_case_id_index"), "anonymity_choices", ["case_id"])
    op.add_column(
        "cases",
        sa.Column(
            "revision", sa.Integer(), nullable=False, server_default="1", comment="of what was stated at the opening"
        ),
    )
    comment = "until when the person was taken for a child, who is of age by a birth put right"
    op.add_column("sharings", sa.Column("child_until", sa.Date(), nullable=True, comment=comment))
    op.add_column("erasure_requests", sa.Column("held_at", _MOMENT, nullable=True))
    _check_states("'requested', 'proposed', 'refused', 'lifted', 'held', 'ordered', 'complete'")
    # An erasure goes on by itself once its last hold has ended; whoever looks counts the day where the case is.
    if op.get_bind().exec_driver_sql("select 1 from legal_holds limit 1").first() is not None:
        op.execute(
            "insert into timers (owner, name, due_at) select id, 'legal_hold.ended', (until + 1)::timestamptz"
            " from legal_holds on conflict do nothing"
        )


def _check_states(states: str) -> None:
    op.drop_constraint(op.f("erasure_requests_state_check"), "erasure_requests", type_="check")
    op.create_check_constraint(op.f("erasure_requests_state_check"), "erasure_requests", f"state in ({states})")


def downgrade() -> None:
    op.execute("update erasure_requests set state = 'requested' where state = 'held'")
    _check_states("'requested', 'proposed', 'refused', 'lifted', 'ordered', 'complete'")
    op.drop_column("erasure_requests", "held_at")
    op.drop_column("sharings", "child_until")
    op.drop_column("cases", "revision")
    op.drop_table("anonymity_choices")
    op.drop_table("former_name_searches")
    op.drop_table("former_details_reasons")
