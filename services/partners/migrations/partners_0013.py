"""Cases of which nothing goes by consent for a while, and the events that are told once it goes on."""

import sqlalchemy as sa
from alembic import op

revision = "partners_0013"
down_revision = "partners_0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "freezes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("freezes_pkey")),
    )
    op.create_index(op.f("freezes_case_id_index"), "freezes", ["case_id"], unique=False)
    op.create_table(
        "frozen_events",
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("event", sa.Uuid(), nullable=False),
        sa.Column(
            "serial",
            sa.BigInteger(),
            sa.Identity(always=True),
            nullable=False,
            comment="the order in which they came",
        ),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column(
            "sequence",
            sa.BigInteger(),
            nullable=True,
            comment="the position at which it stood, and which it left empty; null: it never was in the stream",
        ),
        sa.Column(
            "told_on",
            sa.Date(),
            nullable=False,
            comment="the day on which it was put on its way, or would have been",
        ),
        sa.PrimaryKeyConstraint("agency", "event", name=op.f("frozen_events_pkey")),
    )
    op.create_index("frozen_events_case_id_agency_index", "frozen_events", ["case_id", "agency"], unique=False)


def downgrade() -> None:
    op.drop_table("frozen_events")
    op.drop_table("freezes")
