"""The beginning of each history: a case is opened and gets its team."""

from typing import Final

from tests.transcript.steps import Ask, Step, Thread

_CATEGORIES: Final = ("account", "children", "contact_safe", "health", "identity", "immigration", "location")
TEAM: Final = (("adviser", "legal_adviser"), ("support", "support_worker"), ("counsellor", "counsellor"))


def opened(thread: Thread) -> list[Step]:
    """Open the case of the history and add its team."""
    from tests.transcript.cast import STAFF

    chance = thread.chance
    body = {
        "jurisdiction": thread.law,
        "source": chance.pick("self", "ngo", "police", "labour_inspectorate", "hotline"),
        "channel": chance.pick("phone", "in_person", "outreach_event", "chat"),
        "language": chance.pick("bg", "en", "ro", "vi", "nl"),
        "anonymous": chance.odds(1, 4),
        "age": chance.pick("adult", "adult", "adult", "child", "disputed", "unknown"),
    }
    if chance.odds(1, 3):
        body["urgent_needs"] = chance.some(("accommodation_emergency", "medical_emergency", "money_subsistence"), 2)
    if chance.odds(1, 4):
        body["opened_on"] = thread.day(-20, 0)
    steps: list[Step] = [Ask("lead", "intake", "POST", "/v1/cases", body, keep="case#0")]
    for who, role in TEAM:
        member = {"member": str(STAFF[who]), "role": role}
        thread.post("lead", "intake", "team", member)
    if chance.odds(2, 5):
        consent = {
            "agency": chance.pick("@union", "@union", "@harbour"),
            "purposes": chance.pick(["referral_for_support"], ["legal_representation", "referral_for_support"]),
            "data_categories": chance.some(_CATEGORIES, 5, 3),
            "language": "en",
            "checklist": ["told_purpose", "told_uses", "told_withdrawal"],
            "expires_on": thread.day(30, 900),
        }
        thread.post("lead", "intake", "consents", consent, "consent")
    return [*steps, *thread.steps]
