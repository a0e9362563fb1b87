"""What a consent names, and the facts that begin a stage of the criminal proceedings. A rebuild reads earlier facts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "partners_0020"
down_revision = "partners_0019"
branch_labels = None
depends_on = "mechanism_0035"


def upgrade() -> None:
    for name in ("only_remedies", "only_matters", "only_stages"):
        op.add_column("grounds", sa.Column(name, postgresql.ARRAY(sa.Text())))
    op.create_table(
        "criminal_facts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("criminal_facts_pkey")),
    )
    op.create_index(op.f("criminal_facts_case_id_index"), "criminal_facts", ["case_id"])
    # A new installation has no case, and no earlier fact.
    op.execute(
        "insert into rebuilds (id, projection, heals, asked_by, state) "
        "select gen_random_uuid(), 'criminal_facts', false, 'partners', 'waiting' where exists (select from case_laws) "
        "on conflict do nothing"
    )


def downgrade() -> None:
    op.drop_table("criminal_facts")
    for name in ("only_stages", "only_matters", "only_remedies"):
        op.drop_column("grounds", name)
