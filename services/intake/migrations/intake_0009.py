"""The operational indicators of a detection, by which it explains itself."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "intake_0009"
down_revision = "intake_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "detections", sa.Column("operational", postgresql.ARRAY(sa.TEXT()), nullable=False, server_default="{}")
    )
    op.alter_column("detections", "operational", server_default=None)


def downgrade() -> None:
    op.drop_column("detections", "operational")
