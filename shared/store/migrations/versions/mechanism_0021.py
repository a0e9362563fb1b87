"""Facts of cases, own and heard; periods say from which facts they follow, and how sure they are."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "mechanism_0021"
down_revision = "mechanism_0020"
branch_labels = None
depends_on = None


def _fact_columns() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("happened", sa.Text(), nullable=False, comment="an instant, a day, a month, a year, or unknown"),
        sa.Column("learnt", sa.Text(), nullable=True, comment="an instant or a day"),
        sa.Column("about", sa.Uuid(), nullable=True, comment="the fact that it answers"),
        sa.Column(
            "codes",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="what else it says, by the names of the rules' triggers",
        ),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "facts",
        *_fact_columns(),
        sa.Column("reason", sa.Text(), nullable=True, comment="of a correction or a withdrawal"),
        sa.Column("decided_by", sa.Text(), nullable=True, comment="the authority or the person that decided"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True, comment="null: by the system itself"),
        sa.PrimaryKeyConstraint("id", "revision", name=op.f("facts_pkey")),
        # A service's own migration may come first, and bring over what it had recorded.
        if_not_exists=True,
    )
    op.create_index("facts_case_id_index", "facts", ["case_id"], if_not_exists=True)
    op.create_table(
        "heard_facts", *_fact_columns(), sa.PrimaryKeyConstraint("id", "revision", name=op.f("heard_facts_pkey"))
    )
    op.create_index("heard_facts_case_id_index", "heard_facts", ["case_id"])
    op.create_table(
        "derivations",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("derived_at", sa.DateTime(timezone=True), nullable=False, comment="by the domain's clock"),
        sa.Column(
            "adopting",
            sa.Boolean(),
            nullable=False,
            comment="brought over: what is long past then is not announced",
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("derivations_pkey")),
    )
    for column in _clock_columns():
        op.add_column("clocks", column)
    op.alter_column("clocks", "began_on", existing_type=sa.Date(), nullable=True)
    op.create_index("clocks_key_index", "clocks", ["subject", "key"])


def _clock_columns() -> list[sa.Column]:
    texts = postgresql.ARRAY(sa.Text())
    return [
        sa.Column("key", sa.Text(), nullable=True, comment="law, code and starting fact; null: not derived yet"),
        sa.Column("began", sa.Text(), nullable=True, comment="when the starting fact happened, as far as is known"),
        sa.Column("in_time", sa.Text(), nullable=True, comment="of one that was met: yes, no or unknown"),
        sa.Column("certainty", sa.Text(), nullable=False, server_default="likely"),
        sa.Column("doubts", texts, nullable=False, server_default="{}"),
        sa.Column("because", texts, nullable=False, server_default="{}", comment="ids of the facts"),
        sa.Column("birthday", sa.Integer(), nullable=True, comment="due on this birthday; the days are its month's"),
        sa.Column("paused_on", sa.Date(), nullable=True, comment="since when its time stands still, by local days"),
        sa.Column("level", sa.Integer(), nullable=False, server_default="0", comment="warnings that lie behind"),
    ]


def downgrade() -> None:
    op.drop_index("clocks_key_index", "clocks")
    for column in _clock_columns():
        op.drop_column("clocks", column.name)
    op.drop_table("derivations")
    op.drop_table("heard_facts")
    op.drop_table("facts")
