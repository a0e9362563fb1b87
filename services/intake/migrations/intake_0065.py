"""The legal adviser who agreed to close a case although a limit of the person runs."""

import sqlalchemy as sa
from alembic import op

revision = "intake_0065"
down_revision = "intake_0064"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("closing_proposals", sa.Column("adviser", sa.Uuid()))
    op.add_column("closing_proposals", sa.Column("adviser_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("closing_proposals", "adviser_at")
    op.drop_column("closing_proposals", "adviser")
