"""Periods derived again: they are over only in every reading."""

from shared.deadlines.derived_again import derive_every_case_again, forget_to_derive_again

revision = "intake_0056"
down_revision = "intake_0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    derive_every_case_again()


def downgrade() -> None:
    forget_to_derive_again()
