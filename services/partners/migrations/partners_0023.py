"""End the sandboxes that received invented events: revoke their keys, and delete the events.

Their positions stay, redacted. They have no agreement, so they receive nothing. Create a new sandbox instead.
"""

from alembic import op

revision = "partners_0023"
down_revision = "partners_0022"
branch_labels = None
depends_on = None


ENDING = (
    (
        "update agency_keys set revoked_at = now() where revoked_at is null "
        "and agency in (select agency from subscriptions where is_sandbox)"
    ),
    "update subscriptions set is_paused = true where is_sandbox",
    "delete from told_events where classification = 'fictitious'",
)


def upgrade() -> None:
    for statement in ENDING:
        op.execute(statement)


def downgrade() -> None:
    pass
