"""A heard period names the facts that the question about its doubts is about."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, TEXT

revision = "intake_0058"
down_revision = "intake_0057"
branch_labels = None
depends_on = None

_COMMENT = "facts that the question about a period is about"


def upgrade() -> None:
    column = sa.Column("ask_about", ARRAY(TEXT()), nullable=False, server_default="{}", comment=_COMMENT)
    op.add_column("heard_due", column)


def downgrade() -> None:
    op.drop_column("heard_due", "ask_about")
