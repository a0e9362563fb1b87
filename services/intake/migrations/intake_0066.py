"""The limits of a person that ran when the legal adviser agreed to close a case."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "intake_0066"
down_revision = "intake_0065"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("closing_proposals", sa.Column("adviser_limits", postgresql.ARRAY(sa.Uuid())))


def downgrade() -> None:
    op.drop_column("closing_proposals", "adviser_limits")
