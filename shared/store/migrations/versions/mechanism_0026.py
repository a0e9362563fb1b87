"""How often each part of a case was changed, for the ETag of that part."""

import sqlalchemy as sa
from alembic import op

revision = "mechanism_0026"
down_revision = "mechanism_0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_part_versions",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False, comment="as its address names it; empty: all that were declared"),
        sa.Column(
            "version",
            sa.Integer(),
            nullable=False,
            comment="how often it was changed; of all: by how much the case's rose",
        ),
        sa.Column("case_version", sa.Integer(), nullable=False, comment="the case's, after the last change"),
        sa.Column("act", sa.Text(), nullable=False, comment="of the last change"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="of the last change, real time"),
        sa.PrimaryKeyConstraint("case_id", "part", name=op.f("case_part_versions_pkey")),
    )


def downgrade() -> None:
    op.drop_table("case_part_versions")
