"""Store the facts behind a question about doubtful dates with its period."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "mechanism_0037"
down_revision = "mechanism_0036"
branch_labels = None
depends_on = None

_COMMENT = "facts that the question is about"


def upgrade() -> None:
    texts = postgresql.ARRAY(sa.Text())
    op.add_column("clocks", sa.Column("ask_about", texts, nullable=False, server_default="{}", comment=_COMMENT))


def downgrade() -> None:
    op.drop_column("clocks", "ask_about")
