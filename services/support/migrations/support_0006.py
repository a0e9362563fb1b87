"""Urgent needs have ids of their own, so that each can be put right, and name the service that met them."""

import sqlalchemy as sa
from alembic import op

revision = "support_0006"
down_revision = "support_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("urgent_needs", sa.Column("id", sa.Uuid(), nullable=True))
    op.execute("update urgent_needs set id = gen_random_uuid()")
    op.drop_constraint(op.f("urgent_needs_pkey"), "urgent_needs", type_="primary")
    op.alter_column("urgent_needs", "id", nullable=False)
    op.create_primary_key(op.f("urgent_needs_pkey"), "urgent_needs", ["id"])
    op.create_index("urgent_needs_case_id_index", "urgent_needs", ["case_id"], unique=False)
    op.add_column(
        "urgent_needs",
        sa.Column("met_by", sa.Uuid(), nullable=True, comment="the service; null: none, or before it was noted"),
    )
    # The one that met it, as far as the stored days say: nothing of old is announced as new.
    op.execute(
        """
        update urgent_needs as need set met_by = (
            select given.id from services_delivered as given
            where given.case_id = need.case_id and given.service_type = need.service_type
                and given.delivered_on = need.met_on
            order by given.id limit 1
        ) where need.met_on is not null
        """
    )


def downgrade() -> None:
    op.drop_column("urgent_needs", "met_by")
    op.drop_index("urgent_needs_case_id_index", table_name="urgent_needs")
    op.drop_constraint(op.f("urgent_needs_pkey"), "urgent_needs", type_="primary")
    op.drop_column("urgent_needs", "id")
    # Of two needs of one kind the earlier version could keep one.
    op.execute(
        "delete from urgent_needs as one using urgent_needs as other where one.case_id = other.case_id"
        " and one.service_type = other.service_type and one.ctid > other.ctid"
    )
    op.create_primary_key(op.f("urgent_needs_pkey"), "urgent_needs", ["case_id", "service_type"])
