"""The public key with which the messages in an agency's queue are encrypted."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "partners_0022"
down_revision = "partners_0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("broker_queues", sa.Column("encryption_key", postgresql.JSONB(none_as_null=True)))


def downgrade() -> None:
    op.drop_column("broker_queues", "encryption_key")
