"""Who may do what at intake: role x action x relation to the case."""

from collections.abc import Mapping

from shared.access.permissions import Need
from shared.reference import codes

_TEAM, _SUPERVISION, _READING, _ANY = Need.TEAM, Need.SUPERVISION, Need.READING, Need.ANY
_WORKERS = {"caseworker": _TEAM, "outreach_worker": _TEAM, "supervisor": _TEAM}
_OFFICER = "data_protection_officer"
_TEAM_ROLES = dict.fromkeys(("caseworker", "outreach_worker", "legal_adviser", "counsellor", "support_worker"), _TEAM)

#: Role x action x relation to the case.
ACCESS: Mapping[str, Mapping[str, Need]] = {
    "case.open": {"caseworker": _ANY, "outreach_worker": _ANY},
    "case.read": dict.fromkeys((*_TEAM_ROLES, "supervisor"), _READING),
    # Who the person is; the parts of it are withheld by role (`rules.sight`).
    "person.read": dict.fromkeys((*_TEAM_ROLES, "supervisor"), _READING),
    "person.record": _WORKERS,
    # Finds nothing but in cases that the caller is on the team of, or supervises.
    "person.search": dict.fromkeys((*_TEAM_ROLES, "supervisor"), _ANY),
    "person.index": {"operator": _ANY},
    "safe_contact.read": dict.fromkeys((*_TEAM_ROLES, "supervisor"), _READING),
    "safe_contact.record": _TEAM_ROLES,
    "contact.attempt": {**_TEAM_ROLES, "supervisor": _TEAM},
    # In an emergency, with a reason, and always reported to data protection.
    "glass.break": dict.fromkeys((*_TEAM_ROLES, "supervisor"), _ANY),
    "notice.read": dict.fromkeys((*_TEAM_ROLES, "supervisor", "data_protection_officer"), _ANY),
    "case.close": {"caseworker": _TEAM, "supervisor": _SUPERVISION},
    # A lost phone can't wait for the one supervisor who knows the case.
    "access.revoke": {"supervisor": _ANY, "operator": _ANY},
    "team.change": {"caseworker": _TEAM, "supervisor": _SUPERVISION},
    "team.transfer": {"caseworker": _TEAM, "supervisor": _SUPERVISION},
    "supervision.change": {"operator": _ANY},
    # Whoever hears of it records it at once; to take it back is for those who speak with the person about the case.
    "exclusion.record": {**_TEAM_ROLES, "supervisor": _SUPERVISION},
    "exclusion.lift": {"caseworker": _TEAM, "outreach_worker": _TEAM},
    "detection.record": _WORKERS,
    "consent.record": {"caseworker": _TEAM, "outreach_worker": _TEAM},
    "consent.withdraw": {"caseworker": _TEAM, "outreach_worker": _TEAM, "supervisor": _SUPERVISION},
    # What the agency said; overdue answers are looked for by those who answer for them.
    "consent.answer": {"caseworker": _TEAM, "outreach_worker": _TEAM, "supervisor": _SUPERVISION},
    "consent.follow": {"supervisor": _ANY, _OFFICER: _ANY},
    "notification.report": {"caseworker": _TEAM, "supervisor": _SUPERVISION},
    "sharing.propose": {"caseworker": _TEAM, "outreach_worker": _TEAM, "supervisor": _SUPERVISION},
    # A second person: the rule says that it is not the first.
    "sharing.read": {**_TEAM_ROLES, "supervisor": _SUPERVISION, _OFFICER: _ANY},
    "sharing.decide": {"supervisor": _SUPERVISION, _OFFICER: _ANY},
    "entry.decide": {"caseworker": _TEAM},
    "identification.record": {"caseworker": _TEAM, "supervisor": _TEAM},
    "identification.correct": {"caseworker": _TEAM, "supervisor": _TEAM},
    "first_responder.ask": {"caseworker": _TEAM, "supervisor": _TEAM},
    "clock.extend": {"caseworker": _TEAM, "supervisor": _TEAM},
    "case.reopen": {"caseworker": _TEAM, "supervisor": _SUPERVISION},
    # On both cases: who may not join one of them learns nothing of it.
    "case.merge": {"caseworker": _TEAM, "supervisor": _SUPERVISION},
    # Among cases that the caller may see too (`actions.duplicates`).
    "duplicate.read": {"caseworker": _TEAM, "outreach_worker": _TEAM, "supervisor": _SUPERVISION},
    "duplicate.decline": {"caseworker": _TEAM, "supervisor": _SUPERVISION},
    "case.link": {"caseworker": _TEAM, "supervisor": _TEAM},
    "referral.receive": _WORKERS,
    "referral.send": {"caseworker": _TEAM, "supervisor": _TEAM},
    "package.read": {"caseworker": _TEAM, "outreach_worker": _TEAM, "supervisor": _SUPERVISION},
    # Whoever is on a team has work; the list shows no case of others.
    "work_list.read": dict.fromkeys((*_TEAM_ROLES, "supervisor"), _ANY),
    "account.record": _TEAM_ROLES,
    "alert.raise": {**_TEAM_ROLES, "supervisor": _SUPERVISION},
    # Whoever gives a copy sees all of it.
    "copy.give": {"caseworker": _TEAM, "supervisor": _SUPERVISION},
    "access_request.record": {"caseworker": _TEAM, "outreach_worker": _TEAM, "legal_adviser": _TEAM},
    # In private, by somebody whom the person knows.
    "access_request.check": {"caseworker": _TEAM, "outreach_worker": _TEAM, "legal_adviser": _TEAM},
    "access_request.review": {"caseworker": _TEAM, "legal_adviser": _TEAM, "supervisor": _SUPERVISION},
    "access_request.read": {"caseworker": _TEAM, "legal_adviser": _TEAM, "supervisor": _SUPERVISION},
    "annotation.record": _TEAM_ROLES,
    # Entitled to both cases (`actions.moves`).
    "record.move": {"caseworker": _TEAM, "supervisor": _SUPERVISION},
    "disclosure.record": {"caseworker": _TEAM, "legal_adviser": _TEAM, "supervisor": _SUPERVISION},
    # Not by whoever is handed the paper at the door.
    "disclosure.decide": {"legal_adviser": _TEAM, "supervisor": _SUPERVISION},
    "disclosure.read": {"caseworker": _TEAM, "legal_adviser": _TEAM, "supervisor": _SUPERVISION},
    "outreach.record": dict.fromkeys(("outreach_worker", "caseworker", "supervisor"), _ANY),
    "outreach.read": dict.fromkeys(("outreach_worker", "caseworker", "supervisor"), _ANY),
    # The statistician sees no number that points at somebody (`rules.statistics`).
    "progression.read": {"supervisor": _ANY, "statistician": _ANY},
    # A person asks whoever they trust. Data protection decides, and needs no part in the case: it sees no more of it.
    "erasure.request": {**_TEAM_ROLES, "supervisor": _SUPERVISION, _OFFICER: _ANY},
    "erasure.check": {**_TEAM_ROLES, "supervisor": _SUPERVISION, _OFFICER: _ANY},
    "erasure.read": {**_TEAM_ROLES, "supervisor": _SUPERVISION, _OFFICER: _ANY},
    "erasure.decide": {_OFFICER: _ANY},
    "erasure.follow": {_OFFICER: _ANY, "operator": _ANY},
    "retention.review": {_OFFICER: _ANY},
    "retention.keep": {_OFFICER: _ANY},
    "legal_hold.change": {"legal_adviser": _TEAM, "supervisor": _SUPERVISION, _OFFICER: _ANY},
    # About no case: any member of staff may calculate a due date.
    "deadline.calculate": dict.fromkeys(codes("staff_role"), _ANY),
}
