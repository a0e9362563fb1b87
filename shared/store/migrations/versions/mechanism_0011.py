"""Broken glass, and who is told of it."""

import sqlalchemy as sa
from alembic import op

revision = "mechanism_0011"
down_revision = "mechanism_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "broken_glass",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("member", sa.Uuid(), nullable=False, comment="a member of staff"),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False, comment="real time"),
        sa.PrimaryKeyConstraint("id", name=op.f("broken_glass_pkey")),
    )
    op.create_index("broken_glass_case_id_member_index", "broken_glass", ["case_id", "member"])
    op.create_table(
        "notices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("member", sa.Uuid(), nullable=False, comment="who did what it tells of"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="real time"),
        sa.Column("recipient", sa.Uuid(), nullable=True, comment="a member of staff; null if it is for a role"),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("acknowledged_by", sa.Uuid(), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("notices_pkey")),
    )
    unread = sa.text("acknowledged_at is null")
    op.create_index("notices_recipient_index", "notices", ["recipient"], postgresql_where=unread)
    op.create_index("notices_role_index", "notices", ["role"], postgresql_where=unread)


def downgrade() -> None:
    op.drop_table("notices")
    op.drop_table("broken_glass")
