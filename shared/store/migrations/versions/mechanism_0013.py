"""What may be handed over of what is kept about a person."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "mechanism_0013"
down_revision = "mechanism_0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "releases",
        sa.Column("id", sa.Uuid(), nullable=False, comment="the person's request, or the demand"),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("covers", postgresql.ARRAY(sa.Text()), nullable=False, comment="copy, access_report"),
        sa.Column(
            "classes",
            postgresql.ARRAY(sa.Text()),
            nullable=True,
            comment="for another than the person: these classes of records and no other",
        ),
        sa.Column("third_parties", sa.Boolean(), nullable=False, comment="with what tells of others"),
        sa.Column("privileged", sa.Boolean(), nullable=False, comment="with what is legally privileged"),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False, comment="real time"),
        sa.PrimaryKeyConstraint("id", name=op.f("releases_pkey")),
    )
    op.create_index("releases_case_id_index", "releases", ["case_id"])


def downgrade() -> None:
    op.drop_table("releases")
