"""Which step a fact tells of, and whether it was recorded wrongly."""

import sqlalchemy as sa
from alembic import op

revision = "legal_0004"
down_revision = "legal_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "identification_facts",
        sa.Column("step", sa.Uuid(), nullable=True, comment="null: from a release that did not say"),
    )
    op.add_column(
        "identification_facts",
        sa.Column(
            "corrected",
            sa.Boolean(),
            nullable=False,
            server_default=sa.false(),
            comment="recorded wrongly: it counts no more",
        ),
    )
    op.alter_column("identification_facts", "corrected", server_default=None)
    op.create_index(op.f("identification_facts_step_index"), "identification_facts", ["step"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("identification_facts_step_index"), table_name="identification_facts")
    op.drop_column("identification_facts", "corrected")
    op.drop_column("identification_facts", "step")
