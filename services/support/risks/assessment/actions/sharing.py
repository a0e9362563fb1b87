"""Share parts of an assessment: a copy for the person, and domains for an agency that they agreed to."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.support.cases.case.actions import Change
from services.support.cases.case.models import CASES, SCORES
from services.support.cases.case.rules import Answered
from services.support.cases.task.actions import is_any_open
from services.support.risks.assessment import rules
from services.support.risks.assessment.actions.reading import opened_scores
from services.support.risks.assessment.models import Assessment, AssessmentShare
from services.support.risks.assessment.schemas import ShareDomains
from shared.access.permissions import NotFound, Sight
from shared.access.views import Shown
from shared.casework.cases import one
from shared.reference import codes
from shared.reference.words import words_of_code
from shared.store.database import NamedRow


def share_domains(change: Change, assessment_id: UUID, command: ShareDomains) -> UUID:
    """Share some domains of an assessment with an agency that the person agreed to.

    Return the id of the share. Raises `NotFound`, and `FactRefused` without the person's consent
    to this agency.
    """
    assessment = change.one(Assessment, assessment_id)
    rules.check_goes_out(is_absent=is_any_open(change.session, change.case, rules.WHILE_ABSENT))
    scores = opened_scores(change.session, change.case, assessment.id, assessment.scores) or {}
    rules.check_shared(
        command.domains, scores, CASES.granted(change.session, change.case, command.agency, change.now), SCORES
    )
    share = change.add(
        AssessmentShare,
        assessment=assessment.id,
        agency=command.agency,
        domains=command.domains,
        shared_on=change.today,
        shared_by=UUID(change.by.subject),
    )
    return share.id


def end_share(change: Change, assessment_id: UUID, share_id: UUID) -> None:
    """Stop sharing domains of an assessment.

    Raises `NotFound`.
    """
    share = change.one(AssessmentShare, share_id)
    if share.assessment != assessment_id:
        raise NotFound
    share.ended_on = share.ended_on or change.today


def shared_alone(
    assessments: Iterable[Mapping[str, object]], shares: Iterable[NamedRow], sight: Sight
) -> list[dict[str, object]]:
    """Return assessments with only the domains that were shared with the reader's agency.

    The agency that leads the case sees all domains, and each agency sees all domains that its own staff recorded.
    """
    if sight.categories is None:
        return [dict(assessment) for assessment in assessments]
    allowed = _allowed(shares, sight)
    return [
        dict(assessment)
        if assessment["recorded_by"] in sight.colleagues
        else {**assessment, **_cut(assessment, allowed.get(assessment["id"], set()))}
        for assessment in assessments
    ]


def _allowed(shares: Iterable[NamedRow], sight: Sight) -> dict[object, set[str]]:
    """Return the domains that the reader's agency may have, by assessment."""
    allowed: dict[object, set[str]] = {}
    for share in shares:
        if share["agency"] == sight.agency and share["ended_on"] is None:
            allowed.setdefault(share["assessment"], set()).update(share["domains"])
    return allowed


def _cut(assessment: Answered, allowed: Collection[str]) -> dict[str, object]:
    """Return the fields that name domains, with only the allowed domains and no former domains."""
    listed = ("high_domains", "unasked_domains", "open_safety_domains")
    lists = {name: [domain for domain in assessment[name] or () if domain in allowed] for name in listed}
    mapped = {
        name: {domain: entry for domain, entry in (assessment[name] or {}).items() if domain in allowed}
        for name in ("domains", "changes")
    }
    return {**lists, **mapped, "former_domains": []}


def read_persons_copy(
    session: Session, case: UUID, assessment_id: UUID, language: str, sight: Sight
) -> tuple[Shown, int]:
    """Return an assessment as the person takes it with them, in the caller's language.

    It has the domains in the order of the person's priorities. The staff of another agency only see the domains that
    were shared with it. Raises `NotFound`, and `StepForbidden` if the person wants no copy.
    """
    assessment = one(session, Assessment, case, assessment_id)
    rules.check_copy(assessment.person_copy)
    scores = opened_scores(session, case, assessment.id, assessment.scores) or {}
    if sight.categories is not None and assessment.recorded_by not in sight.colleagues:
        shares = select(AssessmentShare.__table__).where(AssessmentShare.assessment == assessment.id)
        allowed = _allowed(session.execute(shares).mappings(), sight).get(assessment.id, set())
        scores = {name: entry for name, entry in scores.items() if name in allowed}
    first = sorted(scores, key=lambda name: (-(scores[name].get("priority") or 0), name))
    domains = [_copied(name, scores[name], language) for name in first]
    copied = {"language": language, "assessed_on": assessment.assessed_on, "domains": domains}
    return copied, CASES.version(session, case)


def _copied(domain: str, entry: Answered, language: str) -> dict[str, object]:
    names = ("priority", "words", "harder", "helps", "wants")
    return {name: entry.get(name) for name in names} | {
        "domain": words_of_code("need_domain", domain, language).label,
        "need": _in_words("need_word", entry["need"], language),
        "risk": _in_words("risk_word", entry["risk"], language),
    }


def _in_words(code_list: str, score: int | str, language: str) -> str:
    """Return a score, or the reason for no score, as words: a colour or a number only would not be accessible."""
    code = codes(code_list).values[score] if isinstance(score, int) else score
    return words_of_code(code_list, code, language).label
