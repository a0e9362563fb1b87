"""Codes of posters, and how often they were scanned."""

import sqlalchemy as sa
from alembic import op

revision = "intake_0062"
down_revision = "intake_0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "poster_codes",
        sa.Column("session", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False, comment="random; says nothing of the session"),
        sa.ForeignKeyConstraint(["session"], ["outreach_sessions.id"], name=op.f("poster_codes_session_fkey")),
        sa.PrimaryKeyConstraint("session", name=op.f("poster_codes_pkey")),
        sa.UniqueConstraint("code", name=op.f("poster_codes_code_key")),
    )
    op.create_table(
        "poster_scans",
        sa.Column("session", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("scans", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["session"], ["outreach_sessions.id"], name=op.f("poster_scans_session_fkey")),
        sa.PrimaryKeyConstraint("session", "language", name=op.f("poster_scans_pkey")),
    )


def downgrade() -> None:
    op.drop_table("poster_scans")
    op.drop_table("poster_codes")
