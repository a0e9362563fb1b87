"""Addresses under which advisers' calendars are read, and what each has shown."""

import sqlalchemy as sa
from alembic import op

revision = "legal_0017"
down_revision = "legal_0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_feeds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False, comment="of the secret part of its address"),
        sa.Column("busy_only", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, comment="real time, as the two below"),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("calendar_feeds_pkey")),
        sa.UniqueConstraint("digest", name=op.f("calendar_feeds_digest_key")),
    )
    op.create_index(op.f("calendar_feeds_member_index"), "calendar_feeds", ["member"])
    op.create_table(
        "calendar_entries",
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("feed", sa.Uuid(), nullable=False),
        sa.Column("record", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "takes_time",
            sa.Boolean(),
            nullable=False,
            comment="a hearing; false: a day by which something must be done",
        ),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False, comment="real time"),
        sa.Column("is_cancelled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("uid", name=op.f("calendar_entries_pkey")),
        sa.UniqueConstraint("feed", "record", name=op.f("calendar_entries_feed_record_key")),
    )
    op.create_index(op.f("calendar_entries_case_id_index"), "calendar_entries", ["case_id"])


def downgrade() -> None:
    op.drop_table("calendar_entries")
    op.drop_table("calendar_feeds")
