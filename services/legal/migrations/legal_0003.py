"""The detections from which limitations run."""

import sqlalchemy as sa
from alembic import op

revision = "legal_0003"
down_revision = "legal_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "detection_facts",
        sa.Column("detection", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("earliest_incident_on", sa.String(), nullable=True, comment="perhaps only a year or month"),
        sa.Column("work_ended_on", sa.String(), nullable=True, comment="perhaps only a year or month"),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("detection", name=op.f("detection_facts_pkey")),
    )
    op.create_index(op.f("detection_facts_case_id_index"), "detection_facts", ["case_id"], unique=False)


def downgrade() -> None:
    op.drop_table("detection_facts")
