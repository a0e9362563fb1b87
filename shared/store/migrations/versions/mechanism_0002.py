"""What operators skipped, and which release a database was last served by."""

import sqlalchemy as sa
from alembic import op

revision = "mechanism_0002"
down_revision = "mechanism_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "follow_skips",
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False, comment="the event that was never applied here"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False, comment="why it was held: the class of the error"),
        sa.Column("reason", sa.Text(), nullable=False, comment="why it was skipped: a code of SKIP_REASONS"),
        sa.Column("actor", sa.Text(), nullable=False, comment="the operator's staff id"),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False, comment="real time"
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("follow_skips_pkey")),
    )
    op.create_table(
        "follow_release",
        sa.Column("single", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "mark",
            sa.Text(),
            nullable=False,
            comment="the package's version, and the newest version of each type read",
        ),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("single = 1", name=op.f("follow_release_single_check")),
        sa.PrimaryKeyConstraint("single", name=op.f("follow_release_pkey")),
    )


def downgrade() -> None:
    op.drop_table("follow_release")
    op.drop_table("follow_skips")
