"""Decisions that wait for a second person, as labels and texts."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from flask import g

from services.web.doing.table import OTHER_ACTS
from services.web.doing.table.staff import OPENS
from services.web.words.texts import gettext as _

#: The code lists of the reasons that confirmations name, by their kinds.
_REASONS: Final = {
    "closing": "closure_reason",
    "age": "age",
    "disclosure": "disclosure_basis",
    "sharing": "sharing_without_consent_reason",
    "erasure": "erasure_reason",
    "emergency": "break_glass_reason",
}
TITLES: Final = {act.code.removeprefix("confirm-"): act.title for act in OTHER_ACTS if act.code.startswith("confirm-")}


def confirmation_facts(each: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the facts that a second person needs for a decision: the proposal, its author, and the last day."""
    speech, kind = g.speech, str(each["kind"])
    who = each["by_name"] or _("a colleague whose name is hidden from you")
    facts = [(_("What"), _(TITLES.get(kind, kind)))]
    if each["number"]:
        facts.append((_("Case"), each["number"]))
    facts.append((_("Proposed by"), who))
    if each["at"]:
        facts.append((_("Proposed"), speech.moment(each["at"])))
    facts += _proposed(kind, each)
    if each["demanded_by"]:
        facts.append((_("Demanded by"), speech.word("disclosure_demander", each["demanded_by"])))
    if each["given"]:
        facts.append((_("Would be given"), speech.words("data_category", each["given"])))
    if each["due_at"]:
        facts.append((_("Decide by"), speech.moment(each["due_at"])))
    return facts


# control: H-DANGER-8 second-person-reads-the-change
def _proposed(kind: str, each: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Walk what exactly is proposed."""
    speech = g.speech
    if each["member_name"]:
        yield _("Member of staff"), each["member_name"]
    if each["before"]:
        yield _("Age until now"), speech.word("age", each["before"])
    if kind == "staff":
        yield _("What opens"), _(OPENS.get(str(each["reason"]), str(each["reason"])))
    elif each["reason"]:
        label = _("Stated age") if kind == "age" else _("Reason")
        yield label, speech.word(_REASONS.get(kind, "any"), each["reason"])
    if kind == "closing":
        yield from _closing(each)
    if each["roles"]:
        yield _("Roles"), speech.words("staff_role", each["roles"])
    for sign_in in each["sign_ins"] or ():
        yield _("Sign-in"), f"{sign_in['issuer']}, {sign_in['subject']}"


def _closing(each: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Walk what is open in a case that would be closed, and why it should be closed although something is open."""
    speech = g.speech
    if each["closed_on"]:
        yield _("Would be closed on"), speech.day(each["closed_on"])
    left = each["open"]
    if left is None:
        yield _("Still open"), _("This cannot be shown. Open the case before you decide.")
    elif not left:
        yield _("Still open"), _("nothing")
    else:
        yield _("Still open"), "; ".join(_left_open(one) for one in left)
    if each["although_open"]:
        yield _("Why close it although something is open"), speech.word("closed_although", each["although_open"])


def _left_open(one: Mapping[str, Any]) -> str:
    code_list = {"period": "clock_code", "urgent_need": "service_type", "alert": "danger_type"}.get(one["what"], "any")
    what = g.speech.word("due_item", one["what"])
    return f"{what}: {g.speech.word(code_list, one['code'])}" if one["code"] else what


def offer_facts(each: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what an offered referral states."""
    speech = g.speech
    facts = [(_("Services"), speech.words("service_type", each["service_types"] or ()))]
    lists = {"agency_type": "org_type", "referred_because": "referral_reason", "language": "language", "age": "age"}
    labels = {"agency_type": _("Agency"), "referred_because": _("Reason"), "language": _("Language"), "age": _("Age")}
    facts += [(labels[name], speech.word(lists[name], each[name])) for name in lists if each[name]]
    if each["urgent"]:
        facts.append((_("Urgency"), _("Urgent")))
    if each["due_on"]:
        facts.append((_("Decide by"), speech.day(each["due_on"])))
    return facts
