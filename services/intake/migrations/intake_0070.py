"""The holders that had to erase all their data under a legal hold, also for holds of earlier releases."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "intake_0070"
down_revision = "intake_0069"
branch_labels = None
depends_on = None

#: Each event about a hold names the holders that erased all their data at that time.
ANNOUNCED = """
    update erasure_requests set erasing_holders = array(
        select distinct holder from event_log cross join jsonb_array_elements_text(data -> 'holders') as holder
        where name = 'erasure.held' and subject = erasure_requests.case_id
            and data ->> 'request' = erasure_requests.id::text
        order by holder
    )
    where held_at is not null
"""


def upgrade() -> None:
    op.add_column(
        "erasure_requests", sa.Column("erasing_holders", ARRAY(sa.Text()), nullable=False, server_default="{}")
    )
    op.execute(ANNOUNCED)


def downgrade() -> None:
    op.drop_column("erasure_requests", "erasing_holders")
