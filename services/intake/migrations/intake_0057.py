"""An index of the conflicts of interest that supervisors see."""

from alembic import op

revision = "intake_0057"
down_revision = "intake_0056"
branch_labels = None
depends_on = None

CONCURRENTLY = (
    (
        "create index concurrently if not exists heard_due_conflict_index on heard_due (case_id) "
        "where listed and what = 'conflict_of_interest'"
    ),
)


def upgrade() -> None:
    op.create_index(
        "heard_due_conflict_index",
        "heard_due",
        ["case_id"],
        postgresql_where="listed and what = 'conflict_of_interest'",
        if_not_exists=True,
    )


def downgrade() -> None:
    op.drop_index("heard_due_conflict_index", "heard_due")
