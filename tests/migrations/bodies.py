"""Deviations from the example bodies of the documents: `None` removes a field."""

from collections.abc import Mapping
from typing import Any, Final

from tests.migrations.asking import IN_A_MONTH

_CASE: Final = "/v1/cases/{case}"
_FILE: Final = f"{_CASE}/matter-files/{{file}}"

BODIES: Final[Mapping[str, Mapping[str, Any]]] = {
    "POST /v1/cases": {"outreach_session": None},
    f"POST {_CASE}/consents": {
        "checklist": ["told_purpose", "told_uses", "told_withdrawal", "agrees_interview"],
        "purposes": ["accommodation_placement", "referral_for_support"],
        "data_categories": ["account", "contact_safe", "health", "identity"],
    },
    f"POST {_CASE}/disclosures/{{disclosure}}/decision": {"not_told_reason": None},
    f"POST {_CASE}/disclosures/{{disclosure}}/confirmation": {"reason": None},
    f"POST {_CASE}/contact-attempts": {"channel": "phone"},
    f"POST {_CASE}/contact-attempts/{{attempt}}/correction": {"outcome": "reached"},
    f"POST {_CASE}/matter-files": {"type": "criminal_victim", "claim": None, "remedy": None},
    f"POST {_FILE}/opening": {"decision": "accepted", "rejection": None},
    f"POST {_FILE}/dates/{{date}}/answer": {"answer": "filed"},
    f"POST {_FILE}/dates": {"unclear": None},
    f"POST {_FILE}/dates/{{date}}/move": {"unclear": None},
    f"POST {_FILE}/documents/{{document}}/receipt": {},
    f"POST {_FILE}/closing": {"outcome": "advised_only"},
    f"POST {_FILE}/proceedings": {"kind": "criminal", "person_role": "witness"},
    f"POST {_FILE}/proceedings/{{proceeding}}/steps": {
        "defendant": None,
        "stage": "reported",
        "disposal": None,
        "review": None,
    },
    f"POST {_FILE}/hearings": {"kind": "trial", "held_on": IN_A_MONTH},
    f"POST {_FILE}/protections": {
        "kind": "legal_aid",
        "basis": "pro_bono",
        "offence": None,
        "acted_on": None,
        "age_at_act": None,
    },
    f"POST {_FILE}/protections/{{protection}}/steps": {"step": "applied", "until": None, "merits": None},
    f"POST {_CASE}/notes": {"matter": None},
    f"POST {_CASE}/reconsiderations": {"about": None},
    f"POST {_CASE}/assessments": {"type": "initial"},
    f"POST {_CASE}/assessments/{{assessment}}/shares": {"domains": ["immediate_safety"]},
    f"POST {_CASE}/counselling-aims": {"course": None},
    f"POST {_CASE}/dependants": {"own_case": None},
    f"POST {_CASE}/dependants/{{dependant}}/check": {"own_case": None},
    f"POST {_CASE}/practical-help/{{help}}/progress": {"not_given_because": None},
    f"POST {_CASE}/safety-plans": {"review_on": None},
    f"POST {_CASE}/placements/{{placement}}/refusal": {"refused_by": "provider", "refused_because": "no_place"},
    f"POST {_CASE}/referrals/{{referral}}/steps": {
        "step": "send",
        "reply_by": None,
        "reason": None,
        "outcome": None,
        "conditions": None,
    },
}
#: The remedy, the entitlement and similar codes of a law, if the examples name another law's.
BY_LAW: Final[Mapping[str, Mapping[str, Mapping[str, Any]]]] = {
    "NL": {
        f"POST {_CASE}/matters": {"remedy": "NL.SCHADEFONDS"},
        f"POST {_CASE}/awards": {"remedy": "NL.SCHADEFONDS"},
        f"POST {_CASE}/notifications": {"body": "NL.POLICE"},
        f"POST {_CASE}/identification": {"stage": "comensha_registered", "occurred_on": None, "made_elsewhere": None},
    },
    "GB-EAW": {
        f"POST {_CASE}/identification": {"stage": "referred", "occurred_on": None, "made_elsewhere": None},
    },
}


def bodies(law: str) -> dict[str, Mapping[str, Any]]:
    """Return the deviations under a law."""
    return {**BODIES, **BY_LAW.get(law, {})}
