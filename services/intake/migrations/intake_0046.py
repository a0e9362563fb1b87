"""Of support's assessments intake keeps whether somebody has to act at once, and no longer how high the risk is.

What was heard of earlier releases is cut to that.
"""

import sqlalchemy as sa
from alembic import op

revision = "intake_0046"
down_revision = "intake_0045"
branch_labels = None
depends_on = "mechanism_0021"

URGENT, NOT_KNOWN = "urgent", "unknown"


def upgrade() -> None:
    op.add_column("heard_risks", sa.Column("urgent", sa.Boolean(), nullable=True))
    op.execute(sa.text("update heard_risks set urgent = overall_risk = :urgent").bindparams(urgent=URGENT))
    op.alter_column("heard_risks", "urgent", nullable=False)
    op.drop_column("heard_risks", "overall_risk")


def downgrade() -> None:
    op.add_column("heard_risks", sa.Column("overall_risk", sa.String(), nullable=True))
    cut = sa.text("update heard_risks set overall_risk = case when urgent then :urgent else :not_known end")
    op.execute(cut.bindparams(urgent=URGENT, not_known=NOT_KNOWN))
    op.alter_column("heard_risks", "overall_risk", nullable=False)
    op.drop_column("heard_risks", "urgent")
