"""The end of an older way of keeping periods, for the services' migrations: one after all that brings facts over."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

#: How many warnings of its day each period had: of what was told, as `due_soon@<its end>/<when>`, those of that end.
_WARNED = """
    update clocks set level = (
        select count(*) from unnest(announced) told
        where told like 'due%' and cast(split_part(split_part(told, '@', 2), '/', 1) as timestamptz) = ends_at
    )
"""


def bring_over_periods(*, wait: str = "0 minutes") -> None:
    """Plan a derivation of every case, for when the service runs; drop what started and stopped its clocks.

    By the domain's time, as all timers are. A case that is brought over announces nothing that is long past
    (`derivations.adopting`), and warns of nothing that it has warned of. `wait`: for how long at most, where facts have
    yet to be heard (an interval of SQL).
    """
    op.execute(
        "insert into derivations (case_id, derived_at, adopting) "
        "select id, timestamptz '1900-01-01 00:00:00+00', true from cases on conflict do nothing"
    )
    op.execute(
        "delete from timers where name like 'due_soon@%' or name like 'due@%' or name like 'end@%' or name = 'derive'"
    )
    first = sa.text(
        "insert into timers (owner, name, due_at) "
        "select id, 'derive', coalesce((select now from test_clock), now()) + cast(:wait as interval) from cases"
    )
    op.get_bind().execute(first, {"wait": wait})
    op.execute(_WARNED)
    drop_old_clocks()


def drop_old_clocks() -> None:
    """Drop what started and stopped clocks before they were derived."""
    op.drop_table("clock_requests")
    op.drop_column("clocks", "announced")
    op.drop_column("clocks", "paused_at")


def give_back_periods() -> None:
    """Make again what an older release needs, empty: what it held can't be told from the facts."""
    op.add_column("clocks", sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
    texts = postgresql.ARRAY(sa.Text())
    announced: sa.Column[list[str]] = sa.Column("announced", texts, server_default="{}", nullable=False)
    op.add_column("clocks", announced)
    op.create_table(
        "clock_requests",
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("cause", sa.Uuid(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("jurisdiction", sa.Text(), nullable=True),
        sa.Column("begins", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("position", name=op.f("clock_requests_pkey")),
    )
    op.create_index("clock_requests_subject_index", "clock_requests", ["subject", "code"])
