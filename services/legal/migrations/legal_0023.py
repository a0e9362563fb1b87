"""Decisions on claims and refusals of leave become facts, from which the windows to challenge them follow."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid5

import sqlalchemy as sa
from alembic import op

from shared.deadlines.derived_again import derive_every_case_again

revision = "legal_0023"
down_revision = "legal_0022"
branch_labels = None
depends_on = None

_DECIDED: Final = """
    select id, case_id, remedy, outcome, decided_on from matters
    where decided_on is not null and outcome is not null and taken_back_at is null
"""
_REFUSED: Final = """
    select step.id, step.case_id, step.happened_on, protection.basis
    from protection_steps as step join protections as protection on protection.id = step.protection
    where protection.kind = 'residence' and step.step = 'refused'
    and step.taken_back_at is null and protection.taken_back_at is null
"""
#: As the code that records a refusal today distinguishes them.
_ASYLUM: Final = ("GB.ASYLUM", "GB.HUMAN_RIGHTS", "NL.ASYLUM", "RO.ASYLUM")
_INSERT: Final = sa.text(
    "insert into facts (id, revision, case_id, kind, happened, about, codes, withdrawn, recorded_at)"
    " values (:id, 1, :case, :kind, :happened, :about, cast(:codes as jsonb), false,"
    " coalesce((select now from test_clock), now()))"
    " on conflict do nothing"
)


def upgrade() -> None:
    bind = op.get_bind()
    for fact in [*_decisions(bind), *_refusals(bind)]:
        bind.execute(_INSERT, fact)
    derive_every_case_again()
    # Of the periods that these rules add, only those that are still open are published.
    op.execute("update derivations set adopting = true")


def _decisions(bind: sa.Connection) -> Iterator[dict[str, Any]]:
    for row in bind.execute(sa.text(_DECIDED)):
        codes = {"remedy": row.remedy, "result": row.outcome}
        yield _fact(uuid5(row.id, "claim_decided"), row.case_id, "claim_decided", row.decided_on, row.id, codes)


def _refusals(bind: sa.Connection) -> Iterator[dict[str, Any]]:
    for row in bind.execute(sa.text(_REFUSED)):
        kind = "asylum_refused" if row.basis in _ASYLUM else "residence_refused"
        yield _fact(uuid5(row.id, "stated"), row.case_id, kind, row.happened_on, None, {})


def _fact(fact: UUID, case: UUID, kind: str, day: date, about: UUID | None, codes: dict[str, str]) -> dict[str, Any]:
    said = {"kind": kind, "happened": day.isoformat(), "about": about, "codes": json.dumps(codes)}
    return {"id": fact, "case": case, **said}


def downgrade() -> None:
    op.execute("delete from facts where kind in ('claim_decided', 'asylum_refused')")
