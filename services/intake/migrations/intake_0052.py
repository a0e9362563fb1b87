"""For whom alone something is due that waits in a matter of legal."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "intake_0052"
down_revision = "intake_0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "heard_due",
        sa.Column(
            "members",
            ARRAY(sa.Text()),
            nullable=True,
            comment="for whom alone it is there, by their ids; null: by role",
        ),
    )


def downgrade() -> None:
    op.drop_column("heard_due", "members")
