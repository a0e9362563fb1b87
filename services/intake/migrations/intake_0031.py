"""Whether the person of a step is a foreigner by the law, where a period is one of foreigners."""

import sqlalchemy as sa
from alembic import op

revision = "intake_0031"
down_revision = "intake_0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("identification_steps", sa.Column("foreigner", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("identification_steps", "foreigner")
