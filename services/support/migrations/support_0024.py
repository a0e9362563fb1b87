"""Whether the person reports the place of a stay as unsafe, so that its service meets no further need."""

import sqlalchemy as sa
from alembic import op

revision = "support_0024"
down_revision = "support_0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("services_delivered", sa.Column("unsafe", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(
        "update services_delivered set unsafe = true from placements"
        " where placements.case_id = services_delivered.case_id"
        " and placements.id = services_delivered.record and placements.safe = 'no'"
    )


def downgrade() -> None:
    op.drop_column("services_delivered", "unsafe")
