"""Allow notices about the access of staff, without a case."""

import sqlalchemy as sa
from alembic import op

revision = "mechanism_0036"
down_revision = "mechanism_0035"
branch_labels = None
depends_on = None

_COMMENT = "null: it is about staff, and no case"


def upgrade() -> None:
    op.alter_column("notices", "case_id", existing_type=sa.Uuid(), nullable=True, comment=_COMMENT)


def downgrade() -> None:
    op.execute("delete from notices where case_id is null")
    op.alter_column(
        "notices", "case_id", existing_type=sa.Uuid(), nullable=False, comment=None, existing_comment=_COMMENT
    )
