"""The rule of a period that legal keeps, which names who should check its day, and its end if the law counts hours."""

import sqlalchemy as sa
from alembic import op

revision = "intake_0064"
down_revision = "intake_0063"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("heard_due", sa.Column("jurisdiction", sa.Text()))
    op.add_column("heard_due", sa.Column("rule_version", sa.Text()))
    op.add_column("heard_due", sa.Column("due_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("heard_due", "due_at")
    op.drop_column("heard_due", "rule_version")
    op.drop_column("heard_due", "jurisdiction")
