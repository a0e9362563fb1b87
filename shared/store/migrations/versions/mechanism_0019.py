"""Whose access is ended, until somebody else has looked at it: what was ended here, and what its owner told."""

import sqlalchemy as sa
from alembic import op

revision = "mechanism_0019"
down_revision = "mechanism_0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_endings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member", sa.Uuid(), nullable=False, comment="a member of staff"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("ended_by", sa.Uuid(), nullable=False, comment="a member of staff"),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False, comment="real time"),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True, comment="real time; null once it is confirmed"),
        sa.Column(
            "answered_by", sa.Uuid(), nullable=True, comment="the second person; null if nobody answered in time"
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True, comment="real time"),
        sa.Column("because", sa.Text(), nullable=True, comment="why it counts no more"),
        sa.PrimaryKeyConstraint("id", name=op.f("access_endings_pkey")),
    )
    op.create_index(op.f("access_endings_member_index"), "access_endings", ["member"])
    op.create_table(
        "ended_access",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member", sa.Uuid(), nullable=False, comment="a member of staff"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True, comment="real time; null once it is confirmed"),
        sa.PrimaryKeyConstraint("id", name=op.f("ended_access_pkey")),
    )
    op.create_index(op.f("ended_access_member_index"), "ended_access", ["member"])


def downgrade() -> None:
    op.drop_table("ended_access")
    op.drop_table("access_endings")
