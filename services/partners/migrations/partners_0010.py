"""Events that came before what they are judged by, where each told event stands, and what ends without a step."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "partners_0010"
down_revision = "partners_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "told_events",
        sa.Column(
            "source_position", sa.BigInteger(), comment="in its source's log; null: told by partners alone, or unknown"
        ),
    )
    op.create_table(
        "early_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("classification", sa.Text(), nullable=False),
        sa.Column("correlation", sa.Uuid(), nullable=False),
        sa.Column("cause", sa.Uuid()),
        sa.Column("data", JSONB(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False, comment="in its source's log"),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True), nullable=False, comment="when its source recorded it; real time"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("early_events_pkey")),
    )
    op.create_index(op.f("early_events_case_id_index"), "early_events", ["case_id"])
    op.create_index(op.f("early_events_recorded_at_index"), "early_events", ["recorded_at"])
    named = "when it got its name; real time: a key that is revoked later is cut off"
    days = "up to when it was looked whether something has ended by its day; null: nothing was in it yet"
    instant = sa.DateTime(timezone=True)
    op.add_column(
        "broker_queues", sa.Column("named_at", instant, nullable=False, server_default=sa.func.now(), comment=named)
    )
    op.add_column("broker_queues", sa.Column("days_at", instant, comment=days))


def downgrade() -> None:
    op.drop_column("broker_queues", "days_at")
    op.drop_column("broker_queues", "named_at")
    op.drop_table("early_events")
    op.drop_column("told_events", "source_position")
