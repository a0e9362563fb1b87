"""Partners holds something of cases from this release on: of orders given before, it had nothing to delete."""

from alembic import op

revision = "intake_0047"
down_revision = "intake_0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "insert into erasure_acknowledgements (request_id, holder, answer, at)"
        " select id, 'partners', 'deleted', now() from erasure_requests where state = 'ordered'"
        " on conflict do nothing"
    )


def downgrade() -> None:
    op.execute("delete from erasure_acknowledgements where holder = 'partners'")
