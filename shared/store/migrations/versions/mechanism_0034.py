"""An exclusion names an agency of the register, by id: those so far are authorities of the law."""

from shared.store.agency_ids import name_by_code, name_by_id

revision = "mechanism_0034"
down_revision = "mechanism_0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    name_by_id("exclusions", nullable=True, comment="an agency of the register")


def downgrade() -> None:
    name_by_code("exclusions", nullable=True)
