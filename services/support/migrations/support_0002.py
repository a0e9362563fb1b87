"""The picture of the case can be built again: nothing hangs on it by a foreign key."""

from alembic import op

revision = "support_0002"
down_revision = "support_0001"
branch_labels = None
depends_on = None

TABLES = (
    "assessments",
    "case_team",
    "counselling_courses",
    "recoveries",
    "services_delivered",
    "support_plans",
    "urgent_needs",
)


def upgrade() -> None:
    for table in TABLES:
        op.drop_constraint(op.f(f"{table}_case_id_fkey"), table, type_="foreignkey")


def downgrade() -> None:
    for table in TABLES:
        op.create_foreign_key(op.f(f"{table}_case_id_fkey"), table, "cases", ["case_id"], ["id"])
