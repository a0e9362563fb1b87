"""Who may do what at intake: role x action x relation to the case."""

from collections.abc import Mapping

from shared.access import Need
from shared.reference import codes

_TEAM, _ANY = Need.TEAM, Need.ANY
_WORKERS = {"caseworker": _TEAM, "outreach_worker": _TEAM, "supervisor": _TEAM}

#: Role x action x relation to the case.
ACCESS: Mapping[str, Mapping[str, Need]] = {
    "case.open": {"caseworker": _ANY, "outreach_worker": _ANY},
    "case.read": {
        **_WORKERS,
        "legal_adviser": _TEAM,
        "counsellor": _TEAM,
        "support_worker": _TEAM,
    },
    "case.close": {"caseworker": _TEAM, "supervisor": _TEAM},
    # A lost phone can't wait for the one supervisor who knows the case.
    "access.revoke": {"supervisor": _ANY, "operator": _ANY},
    "team.change": {"caseworker": _TEAM, "supervisor": _ANY},
    "detection.record": _WORKERS,
    "consent.record": {"caseworker": _TEAM, "outreach_worker": _TEAM},
    "consent.withdraw": {"caseworker": _TEAM, "outreach_worker": _TEAM, "supervisor": _TEAM},
    "entry.decide": {"caseworker": _TEAM},
    "identification.record": {"caseworker": _TEAM, "supervisor": _TEAM},
    "clock.extend": {"caseworker": _TEAM, "supervisor": _TEAM},
    "outreach.record": dict.fromkeys(("outreach_worker", "caseworker", "supervisor"), _ANY),
    "outreach.read": dict.fromkeys(("outreach_worker", "caseworker", "supervisor"), _ANY),
    # The statistician sees no number that points at somebody (`rules.statistics`).
    "progression.read": {"supervisor": _ANY, "statistician": _ANY},
    # About no case: whoever works here may ask how a date is counted.
    "deadline.calculate": dict.fromkeys(codes("staff_role"), _ANY),
}
