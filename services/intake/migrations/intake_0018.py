"""What goes along with a referral, sealed by category."""

import sqlalchemy as sa
from alembic import op

revision = "intake_0018"
down_revision = "intake_0017"
branch_labels = None
depends_on = None

SEALED = ("identity", "account", "third_parties", "children", "health", "contact_safe", "went")


def upgrade() -> None:
    op.create_table(
        "referral_packages",
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.LargeBinary(), nullable=True) for name in SEALED),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("referral_packages_case_id_fkey")),
        sa.PrimaryKeyConstraint("referral_id", name=op.f("referral_packages_pkey")),
    )
    op.create_index(op.f("referral_packages_case_id_index"), "referral_packages", ["case_id"])


def downgrade() -> None:
    op.drop_table("referral_packages")
