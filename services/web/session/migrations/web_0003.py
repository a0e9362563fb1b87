"""Drafts of forms, and whose sessions have ended."""

import sqlalchemy as sa
from alembic import op

revision = "web_0003"
down_revision = "web_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", sa.Uuid(), nullable=False, comment="keyed digest of person and form; the text is bound to it"),
        sa.Column("person", sa.LargeBinary(), nullable=False, comment="keyed digest of issuer and subject"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="what the person typed, under a key of the ring"),
        sa.Column("ring_key", sa.Text(), nullable=False, comment="the name of that key"),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("drafts_pkey")),
    )
    op.create_index("drafts_person_index", "drafts", ["person"])
    op.create_index("drafts_saved_at_index", "drafts", ["saved_at"])
    op.create_table(
        "ended_sessions",
        sa.Column("cookie_hash", sa.LargeBinary(), nullable=False, comment="SHA-256 of the cookie"),
        sa.Column("person", sa.LargeBinary(), nullable=False, comment="keyed digest of issuer and subject"),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False, comment="of the person's last request"),
        sa.PrimaryKeyConstraint("cookie_hash", name=op.f("ended_sessions_pkey")),
    )
    op.create_index("ended_sessions_seen_at_index", "ended_sessions", ["seen_at"])


def downgrade() -> None:
    op.drop_table("ended_sessions")
    op.drop_table("drafts")
