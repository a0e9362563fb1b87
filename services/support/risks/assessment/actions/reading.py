"""The results of assessments and their changes over time, unsealed for readers who see scores."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.support.cases.case.rules import Answered
from services.support.risks.assessment import rules
from services.support.risks.assessment.models import Assessment
from shared import encryption
from shared.encryption import Cell
from shared.reference import codes
from shared.store.database import NamedRow

#: In a correction, the previous scores: sealed, in hexadecimal.
SCORES = "scores"
Domains = Mapping[str, Answered]


def finding_of(session: Session, case: UUID, assessment: UUID, domains: Domains, day: date) -> dict[str, object]:
    """Return the columns that follow from the scores of an assessment."""
    scores = read_scores(domains)
    finding = rules.assess(scores, day, codes("need_domain").values)
    unasked = finding.unasked_domains
    return {
        SCORES: encryption.of(session).seal(case, _cell(assessment), json.dumps(domains)),
        "overall_risk": finding.overall_risk,
        "high_domains": list(finding.high_domains),
        "unasked_domains": None if unasked is None else list(unasked),
        "reassess_on": finding.reassess_on,
    }


def read_scores(domains: Domains) -> dict[str, rules.Scores]:
    """Return the scores of each domain, without its words."""
    return {name: rules.Scores.of(entry) for name, entry in domains.items()}


def with_scores(
    session: Session, case: UUID, assessments: Sequence[NamedRow], corrected: Iterable[NamedRow]
) -> list[dict[str, object]]:
    """Return the rows of a case's assessments with their scores and the scores before corrections.

    Each assessment is compared with the previous one.
    """
    former: dict[UUID, list[bytes]] = {}
    for correction in corrected:
        sealed = (correction["was"] or {}).get(SCORES)
        if sealed is not None:
            former.setdefault(correction["record"], []).append(bytes.fromhex(sealed))
    opened = {row["id"]: opened_scores(session, case, row["id"], row[SCORES]) for row in assessments}
    compared = _compared(assessments, opened)
    return [
        {
            **assessment,
            **compared[assessment["id"]],
            "domains": opened[assessment["id"]],
            "former_domains": [
                {"domains": opened_scores(session, case, assessment["id"], sealed)}
                for sealed in former.get(assessment["id"], ())
            ],
            "unasked": None if assessment["unasked_domains"] is None else len(assessment["unasked_domains"]),
        }
        for assessment in assessments
    ]


def _compared(
    assessments: Iterable[NamedRow], opened: Mapping[UUID, Domains | None]
) -> dict[UUID, Mapping[str, object]]:
    """Return by id the changes of each assessment since the previous one, and the open questions."""
    before: Mapping[str, rules.Scores] | None = None
    compared: dict[UUID, Mapping[str, object]] = {}
    for row in sorted(assessments, key=lambda row: (row["assessed_on"], row["id"])):
        domains = opened[row["id"]]
        scores = read_scores(domains or {})
        compared[row["id"]] = {
            "answered": None if domains is None else len(rules.answered(scores)),
            "of": len(codes("need_domain").values),
            "open_safety_domains": rules.open_safety_domains(scores),
            "changes": rules.changes(before, scores),
        }
        if row["taken_back_at"] is None and domains is not None:
            before = scores
    return compared


def without_scores(corrected: Iterable[NamedRow]) -> list[dict[str, object]]:
    """Return the rows of a case's corrections without scores, which only assessments show."""
    return [
        {**row, "was": row["was"] and {name: value for name, value in row["was"].items() if name != SCORES}}
        for row in corrected
    ]


def opened_scores(session: Session, case: UUID, assessment: UUID, sealed: bytes | None) -> Domains | None:
    """Return the scores of an assessment; None if they were dropped before releases could seal them."""
    if sealed is None:
        return None
    scores: Domains = json.loads(encryption.of(session).unseal(case, _cell(assessment), sealed))
    return scores


def _cell(assessment: UUID) -> Cell:
    return Cell("assessments", SCORES, assessment)


def last_risk(session: Session, case: UUID) -> str | None:
    """Return the risk of the latest valid assessment; None if there is none."""
    counts = (Assessment.case_id == case, Assessment.taken_back_at.is_(None))
    last = select(Assessment.overall_risk).where(*counts)
    return session.scalars(last.order_by(Assessment.assessed_on.desc(), Assessment.id.desc()).limit(1)).one_or_none()
