"""Which cases are one person's, kept by every service that works on cases."""

import sqlalchemy as sa
from alembic import op

revision = "mechanism_0027"
down_revision = "mechanism_0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Where cases were merged before, intake has made the table already, to bring them over (intake_0025).
    op.create_table(
        "joined_cases",
        sa.Column("merge", sa.Uuid(), nullable=False),
        sa.Column("kept", sa.Uuid(), nullable=False, comment="the case that stands for the person"),
        sa.Column("alias", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("merge", name=op.f("joined_cases_pkey")),
        if_not_exists=True,
    )
    op.create_index("joined_cases_kept_index", "joined_cases", ["kept"], if_not_exists=True)
    op.create_index("joined_cases_alias_index", "joined_cases", ["alias"], if_not_exists=True)


def downgrade() -> None:
    op.drop_table("joined_cases")
