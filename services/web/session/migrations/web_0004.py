"""The last visit of each person, and the choice of a sound for alerts in a session."""

import sqlalchemy as sa
from alembic import op

revision = "web_0004"
down_revision = "web_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "visits",
        sa.Column("person", sa.LargeBinary(), nullable=False, comment="keyed digest of issuer and subject"),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False, comment="of the person's last request"),
        sa.PrimaryKeyConstraint("person", name=op.f("visits_pkey")),
    )
    op.create_index("visits_seen_at_index", "visits", ["seen_at"])
    op.add_column(
        "sessions",
        sa.Column(
            "visited_before", sa.DateTime(timezone=True), comment="the end of the person's previous visit; null: none"
        ),
    )
    op.add_column(
        "sessions",
        sa.Column("sound", sa.Boolean(), nullable=False, server_default=sa.false(), comment="a sound for new alerts"),
    )


def downgrade() -> None:
    op.drop_column("sessions", "sound")
    op.drop_column("sessions", "visited_before")
    op.drop_table("visits")
