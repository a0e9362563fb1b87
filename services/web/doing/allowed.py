"""Decide which actions a person can take on a case now, from its file. Pure.

The services decide. Each file lists the actions and whether its reader may take them. The desk adds the records that an
action can be about.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

from services.web.doing.act import Act
from services.web.doing.table import ACTS, CASE_ACTS
from services.web.doing.table.facts import ANSWERS
from services.web.words.texts import gettext_noop

#: The role that records at legal.
ADVISER: Final = "legal_adviser"
ROLE, _RELATION, _RESTRICTED = "role", "relation", "restricted"
WHY_NOT: Final = {
    ROLE: gettext_noop("Your roles do not include this action."),
    _RELATION: gettext_noop("Your part in this case does not include this action."),
    _RESTRICTED: gettext_noop("The case is restricted."),
}


def fits(act: Act, record: Mapping[str, Any]) -> bool:
    """Return whether an action can be about this record of the case."""
    name, values = act.only_if
    is_standing = not record.get("taken_back_at") and not record.get("withdrawn")
    has_form = not (act.is_correction and act.decides) or record.get(act.decides) in act.shows
    return is_standing and has_form and (not name or record.get(name) in values)


def why_not(act: Act, case: Mapping[str, Any]) -> str:
    """Return why the person cannot do this now, from the actions that the case's file lists; empty if they can."""
    for each in case.get("actions") or ():
        if each["action"] == act.operation.action:
            return (
                "" if each["allowed"] else str(each.get("message") or WHY_NOT.get(str(each["reason"]), WHY_NOT[ROLE]))
            )
    return WHY_NOT[ROLE]


def is_refused(action: str, case: Mapping[str, Any]) -> bool:
    """Return whether the case's file forbids this action to the reader now. Pages then have no link to it."""
    return any(each["action"] == action and not each["allowed"] for each in case.get("actions") or ())


def answers_for(roles: Collection[str], case: Mapping[str, Any] | None = None) -> dict[str, str]:
    """Return the forms that answer questions about deadlines, as far as the reader may use them.

    `case`: its file at intake, if the page has read it. Only advisers record at legal.
    """

    def may_use(act: Act) -> bool:
        if act.service != "intake":
            return ADVISER in roles
        return case is None or not is_refused(act.operation.action, case)

    return {question: form for question, form in ANSWERS.items() if may_use(ACTS[form.partition("?")[0]])}


def acts_on(case: Mapping[str, Any], service: str, records: str) -> list[tuple[Mapping[str, Any], list[Act]]]:
    """Return the records in a list of a case's file, each with the actions that the person may take on it now."""
    acts = [act for act in CASE_ACTS if (act.service, act.records) == (service, records) and not why_not(act, case)]
    return [(record, [act for act in acts if fits(act, record)]) for record in case.get(records) or ()]
