"""Outreach sessions, and the contacts that came of them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "intake_0002"
down_revision = "intake_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outreach_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("setting", sa.String(), nullable=False),
        sa.Column("languages", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("topics", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("partner", sa.String(), nullable=True),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.Column("spoke_with", sa.Integer(), nullable=False),
        sa.Column("contacts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("outreach_sessions_pkey")),
    )
    op.create_index(op.f("outreach_sessions_region_index"), "outreach_sessions", ["region"], unique=False)
    op.add_column("cases", sa.Column("outreach_session", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("cases_outreach_session_fkey"), "cases", "outreach_sessions", ["outreach_session"], ["id"]
    )
    op.create_index(op.f("cases_outreach_session_index"), "cases", ["outreach_session"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("cases_outreach_session_index"), table_name="cases")
    op.drop_constraint(op.f("cases_outreach_session_fkey"), "cases", type_="foreignkey")
    op.drop_column("cases", "outreach_session")
    op.drop_index(op.f("outreach_sessions_region_index"), table_name="outreach_sessions")
    op.drop_table("outreach_sessions")
