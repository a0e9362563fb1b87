"""Every case is adopted: decisions on record become facts, and windows to challenge them follow.

Deadlines end only when every reading has ended.
"""

from shared.deadlines.derived_again import derive_every_case_again, forget_to_derive_again

revision = "legal_0023"
down_revision = "legal_0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    derive_every_case_again()


def downgrade() -> None:
    forget_to_derive_again()
