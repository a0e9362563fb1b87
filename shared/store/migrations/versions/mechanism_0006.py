"""Whose tokens count no more."""

import sqlalchemy as sa
from alembic import op

revision = "mechanism_0006"
down_revision = "mechanism_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "revoked_access",
        sa.Column("member", sa.Uuid(), nullable=False, comment="a member of staff"),
        sa.Column(
            "before",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="tokens issued until then count no more",
        ),
        sa.PrimaryKeyConstraint("member", name=op.f("revoked_access_pkey")),
    )


def downgrade() -> None:
    op.drop_table("revoked_access")
