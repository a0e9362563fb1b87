"""Agencies' queues at the broker."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "partners_0009"
down_revision = "partners_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stream_endings",
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("agency", name=op.f("stream_endings_pkey")),
    )
    op.create_table(
        "broker_queues",
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="counts the steps that people took; the ETag"),
        sa.Column(
            "queue", sa.Text(), nullable=False, comment="its name at the broker, the last part of which is drawn by lot"
        ),
        sa.Column("is_open", sa.Boolean(), nullable=False, comment="whether the agency wants one"),
        sa.Column(
            "is_declared",
            sa.Boolean(),
            nullable=False,
            comment="whether it is at the broker, as far as is known here",
        ),
        sa.Column(
            "mark",
            sa.BigInteger(),
            comment="the last sequence that the broker has confirmed; null: nothing was looked at yet",
        ),
        sa.Column(
            "discarded",
            ARRAY(sa.Text()),
            nullable=False,
            comment="queues to be deleted before anything else is published",
        ),
        sa.Column(
            "endings", sa.BigInteger(), nullable=False, comment="those of the stream, for which it was emptied already"
        ),
        sa.Column("waiting", sa.Integer(), comment="messages that waited for a reader when it was last looked at"),
        sa.Column("readers", sa.Integer(), comment="consumers, when it was last looked at"),
        sa.Column("looked_at", sa.DateTime(timezone=True)),
        sa.Column(
            "opened_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="the last time that it was opened, or got a new name",
        ),
        sa.Column("opened_by", sa.Uuid(), nullable=False, comment="a member of staff, or a key of the agency's"),
        sa.PrimaryKeyConstraint("agency", name=op.f("broker_queues_pkey")),
    )


def downgrade() -> None:
    op.drop_table("broker_queues")
    op.drop_table("stream_endings")
