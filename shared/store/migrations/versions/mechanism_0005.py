"""Pictures can be built again, and a follower whose source lost what it had applied finds back to its log."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "mechanism_0005"
down_revision = "mechanism_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("create schema rebuild")
    op.create_table(
        "rebuilds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("projection", sa.Text(), nullable=True, comment="null: all, or all that read what was replaced"),
        sa.Column("subject", sa.Uuid(), nullable=True, comment="null: all"),
        sa.Column("heals", sa.Boolean(), nullable=False, comment="began by itself, since a source's log was replaced"),
        sa.Column("asked_by", sa.Text(), nullable=False, comment="staff id or service name"),
        sa.Column("state", sa.Text(), nullable=False, comment="waiting, building, swapping, done or failed"),
        sa.Column("reason", sa.Text(), nullable=True, comment="why it waits or failed: the class of an error"),
        sa.Column(
            "tables", postgresql.JSONB(astext_type=sa.Text()), nullable=True, comment="rows, and how many differed"
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("rebuilds_pkey")),
    )
    op.create_index(
        "rebuilds_open_index",
        "rebuilds",
        ["heals", "projection", "subject"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "rebuild_cursors",
        sa.Column("rebuild", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False, comment="the last event that was built in"),
        sa.Column("target", sa.BigInteger(), nullable=False, comment="where the live cursor was last seen"),
        sa.Column("epoch", sa.Uuid(), nullable=True),
        sa.Column("heals", sa.Boolean(), nullable=False, comment="the log of this source was replaced"),
        sa.Column("attempt_position", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("attempt_count", sa.SmallInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("rebuild", "source", name=op.f("rebuild_cursors_pkey")),
    )
    op.create_table(
        "rebuild_waiting",
        sa.Column("rebuild", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False, comment="the first event that is not built in"),
        sa.Column("name", sa.Text(), nullable=True, comment="of the event that failed here though it had not before"),
        sa.Column("version", sa.SmallInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True, comment="null: it waits since the live subject is held"),
        sa.PrimaryKeyConstraint("rebuild", "source", "subject", name=op.f("rebuild_waiting_pkey")),
    )
    op.alter_column("follow_cursors", "projected", new_column_name="position", comment="the last event that was taken")
    op.drop_column("follow_cursors", "reacted")
    op.add_column(
        "follow_cursors",
        sa.Column(
            "lives",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="the source's epochs as they were last agreed with: [epoch, after], oldest first",
        ),
    )
    op.add_column("follow_reactions", sa.Column("event", sa.Uuid(), nullable=True, comment="the cause"))
    op.add_column("follow_reactions", sa.Column("subject", sa.Uuid(), nullable=True))
    for table in ("follow_reactions", "follow_skips"):
        op.add_column(
            table,
            sa.Column(
                "vanished_at",
                sa.DateTime(timezone=True),
                nullable=True,
                comment="the source's log no longer has the event",
            ),
        )
    op.create_index(
        "follow_reactions_vanished_index",
        "follow_reactions",
        ["id"],
        postgresql_where=sa.text("vanished_at is not null"),
    )
    op.create_index("follow_skips_position_index", "follow_skips", ["source", "position"])


def downgrade() -> None:
    op.drop_index("follow_skips_position_index", table_name="follow_skips")
    op.drop_index("follow_reactions_vanished_index", table_name="follow_reactions")
    for table in ("follow_skips", "follow_reactions"):
        op.drop_column(table, "vanished_at")
    op.drop_column("follow_reactions", "subject")
    op.drop_column("follow_reactions", "event")
    op.drop_column("follow_cursors", "lives")
    op.add_column("follow_cursors", sa.Column("reacted", sa.BigInteger(), nullable=True))
    op.execute("update follow_cursors set reacted = position")
    op.alter_column("follow_cursors", "reacted", nullable=False)
    op.alter_column("follow_cursors", "position", new_column_name="projected", comment=None)
    op.drop_table("rebuild_waiting")
    op.drop_table("rebuild_cursors")
    op.drop_table("rebuilds")
    op.execute("drop schema rebuild cascade")
