"""What a person may have, until when, and what was asked for."""

import sqlalchemy as sa
from alembic import op

revision = "support_0015"
down_revision = "support_0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "entitlements",
        sa.Column("profile", sa.Text(), nullable=False, comment="by whose law or practice"),
        sa.Column("entitlement", sa.Text(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True, comment="it asks for what comes next, and ends nothing"),
        sa.Column("asked_on", sa.Date(), nullable=True, comment="when somebody asked for longer"),
        sa.Column("ended_on", sa.Date(), nullable=True, comment="as somebody recorded it"),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True, comment="the agency that decided or did it; null: this one"),
        sa.Column("happened", sa.Text(), nullable=True, comment="an instant, a day, a month, a year, or unknown"),
        sa.Column("learnt", sa.Text(), nullable=True, comment="an instant, a day, a month, or a year"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=True, comment="null: by the system itself"),
        sa.Column("alike", sa.Uuid(), nullable=True),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("entitlements_pkey")),
    )
    op.create_index("entitlements_case_id_index", "entitlements", ["case_id"], unique=False)


def downgrade() -> None:
    op.drop_table("entitlements")
