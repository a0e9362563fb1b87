"""The purposes of earlier grounds, from the consents and sharings."""

from alembic import op

revision = "intake_0072"
down_revision = "intake_0071"
branch_labels = None
depends_on = "mechanism_0039"


def upgrade() -> None:
    op.execute(
        "update agency_grounds set purposes = consents.purposes, named_categories = consents.data_categories "
        "from consents where consents.id = agency_grounds.id"
    )
    op.execute(
        "update agency_grounds set purposes = array[sharings.purpose], named_categories = sharings.data_categories "
        "from sharings where sharings.id = agency_grounds.id"
    )


def downgrade() -> None:
    pass
