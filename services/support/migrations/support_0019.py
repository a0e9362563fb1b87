"""The reasons of an alert, by record, and the danger fields of notes and sessions."""

import sqlalchemy as sa
from alembic import op

revision = "support_0019"
down_revision = "support_0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert_reasons",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("alert", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False, comment="the service that has the record"),
        sa.Column("record_class", sa.Text(), nullable=False),
        sa.Column("record", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "not_standing_since",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="the record was corrected; a person confirms whether the alert still applies",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("alert_reasons_pkey")),
    )
    op.create_index("alert_reasons_case_id_index", "alert_reasons", ["case_id"], unique=False)
    op.create_index("alert_reasons_record_index", "alert_reasons", ["record"], unique=False)
    op.add_column(
        "notes", sa.Column("danger", sa.Text(), nullable=True, comment="whether it says danger; null: nobody said so")
    )
    op.add_column(
        "counselling_sessions",
        sa.Column(
            "danger", sa.Text(), nullable=True, comment="whether the counsellor sees danger; null: nobody said so"
        ),
    )


def downgrade() -> None:
    op.drop_column("counselling_sessions", "danger")
    op.drop_column("notes", "danger")
    op.drop_table("alert_reasons")
