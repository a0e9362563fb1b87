"""What a follower believes: digests of what it applied, what acted and is not confirmed yet, and forgeries met."""

import sqlalchemy as sa
from alembic import op

revision = "mechanism_0016"
down_revision = "mechanism_0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "follow_digests",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False, comment="the position, modulo what is remembered"),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=True, comment="null once it was erased"),
        sa.Column(
            "digest",
            sa.LargeBinary(),
            nullable=False,
            comment="of the envelope, and of all; the second nought once erased",
        ),
        sa.PrimaryKeyConstraint("source", "slot", name=op.f("follow_digests_pkey")),
        postgresql_with={"fillfactor": "70"},
    )
    op.create_table(
        "follow_unconfirmed",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False, comment="the event"),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True, comment="the fact whose mark it raised; null if it raised none"),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("acted", sa.Boolean(), nullable=False, comment="false: it destroys, and waits"),
        sa.Column(
            "since",
            sa.BigInteger(),
            nullable=False,
            comment="the first position that it may have kept from being applied",
        ),
        sa.Column(
            "missed",
            sa.SmallInteger(),
            server_default="0",
            nullable=False,
            comment="how often the feed did not have it",
        ),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("source", "id", name=op.f("follow_unconfirmed_pkey")),
    )
    op.create_index("follow_unconfirmed_subject_index", "follow_unconfirmed", ["subject"], unique=False)
    op.create_index("follow_unconfirmed_at_index", "follow_unconfirmed", ["at"], unique=False)
    op.create_table(
        "follow_forgeries",
        sa.Column("source", sa.Text(), nullable=False, comment="whose message it claimed to be"),
        sa.Column("position", sa.BigInteger(), nullable=False, comment="its place in that source's log, as it claimed"),
        sa.Column("kind", sa.Text(), nullable=False, comment="what it did here: a code of Forgery"),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("source", "position", "kind", name=op.f("follow_forgeries_pkey")),
    )
    op.create_index("follow_forgeries_last_at_index", "follow_forgeries", ["last_at"], unique=False)
    op.create_table(
        "follow_doubted",
        sa.Column("subject", sa.Uuid(), nullable=False, comment="what was kept of it is to be built again"),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("follow_doubted_pkey")),
    )
    op.add_column(
        "follow_cursors",
        sa.Column(
            "verified", sa.BigInteger(), server_default="0", nullable=False, comment="up to where the feed has agreed"
        ),
    )
    # Of what was applied before this, nothing is remembered that could be compared.
    op.execute("update follow_cursors set verified = position")


def downgrade() -> None:
    op.drop_column("follow_cursors", "verified")
    op.drop_table("follow_doubted")
    op.drop_table("follow_forgeries")
    op.drop_table("follow_unconfirmed")
    op.drop_table("follow_digests")
