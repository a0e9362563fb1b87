"""What the installation is: one row, which is never changed."""

import sqlalchemy as sa
from alembic import op

revision = "mechanism_0018"
down_revision = "mechanism_0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "installation",
        sa.Column("single", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "environment", sa.Text(), nullable=False, comment="production, training or development; never changed"
        ),
        sa.Column(
            "at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
            comment="of the first start",
        ),
        sa.CheckConstraint("single = 1", name=op.f("installation_single_check")),
        sa.PrimaryKeyConstraint("single", name=op.f("installation_pkey")),
    )
    op.execute("""
        create function installation_stays() returns trigger language plpgsql as $$
        begin
            raise exception 'an installation stays what it is: % on % is refused', tg_op, tg_table_name
                using errcode = 'insufficient_privilege';
        end $$
    """)
    op.execute("""
        create trigger stays before update or delete or truncate on installation
        for each statement execute function installation_stays()
    """)
    op.execute("revoke update, delete, truncate on installation from public, current_user")


def downgrade() -> None:
    op.drop_table("installation")
    op.execute("drop function installation_stays()")
