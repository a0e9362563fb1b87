"""The leads of the team, who give the person the answer about an erasure. Earlier requests have none."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "intake_0068"
down_revision = "intake_0067"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("erasure_requests", sa.Column("answer_to", ARRAY(sa.Uuid()), nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column("erasure_requests", "answer_to")
