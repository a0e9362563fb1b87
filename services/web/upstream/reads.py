"""The requests of the pages to the services, one function for each."""

from typing import Final
from uuid import UUID

from services.web.path.rules import KEEPERS, TIMELINES
from services.web.upstream.client import Ask

#: The most entries that a service lists at once.
MOST_ENTRIES: Final = 500


def me() -> Ask:
    """Return the request for the signed-in person's entry in the register of staff."""
    return Ask("intake", "/v1/me")


def work_list(**narrowed: str) -> Ask:
    """Return the request for a page of the person's or their team's work list, with names of people and of staff."""
    return Ask("intake", "/v1/work-list", {"with": "names,team", **narrowed})


def contact_requests() -> Ask:
    """Return the request for the requests to be contacted that no staff member has taken."""
    return Ask("intake", "/v1/contact-requests", {"which": "waiting"})


def alerts(known: str = "", wait: int = 0) -> Ask:
    """Return the request for the alerts that are addressed to the person.

    `known` is the mark of the alerts that the page shows. With `wait`, the answer comes when they change, or after so
    many seconds.
    """
    query: dict[str, str | int] = {"after": known, **({"wait": wait} if wait else {})}
    return Ask("support", "/v1/alerts", query, waits=wait)


def alerts_with_taken() -> Ask:
    """Return the request for these alerts, and for the open ones that a colleague takes care of."""
    return Ask("support", "/v1/alerts", {"with": "taken"})


def confirmations() -> Ask:
    """Return the request for the decisions that wait for the person as a second person."""
    return Ask("intake", "/v1/confirmations")


def case(case_id: UUID) -> dict[str, Ask]:
    """Return the requests for a case: intake's file with the parts of the page, and the three timelines."""
    file = Ask("intake", f"/v1/cases/{case_id}", {"with": "name,safe-contact,team"})
    return {"intake": file, **timelines(case_id)}


def summary(case_id: UUID) -> Ask:
    """Return the request for the number of a case and the person's name."""
    return Ask("intake", f"/v1/cases/{case_id}", {"with": "name"})


def timelines(case_id: UUID, *, lane: str = "", after: str = "", limit: int = MOST_ENTRIES) -> dict[str, Ask]:
    """Return the requests for a page of the timelines of a case, which have the same order at all services."""
    chosen: dict[str, str | int] = {"limit": limit, **({"lane": lane} if lane else {})}
    query = {**chosen, **({"after": after} if after else {})}
    return {f"timeline_{name}": Ask(name, f"/v1/cases/{case_id}/timeline", query) for name in TIMELINES}


def explanations(case_id: UUID, deadline: UUID) -> dict[str, Ask]:
    """Return the requests for the explanation of a deadline; only the service that keeps it knows it."""
    path = f"/v1/cases/{case_id}/clocks/{deadline}/explanation"
    return {name: Ask(name, path) for name in KEEPERS}


def consents(case_id: UUID) -> dict[str, Ask]:
    """Return the requests for the consents of a case, and for the data that each agency received."""
    return {"intake": Ask("intake", f"/v1/cases/{case_id}"), "deliveries": deliveries(case_id)}


def deliveries(case_id: UUID) -> Ask:
    """Return the request for the data that each agency received about a case."""
    return Ask("partners", f"/v1/cases/{case_id}/deliveries")


def withdrawal_preview(case_id: UUID, consent: UUID) -> Ask:
    """Return the request for the effects of withdrawing a consent."""
    return Ask("intake", f"/v1/cases/{case_id}/consents/{consent}/withdrawal-preview")


def withdraw(case_id: UUID, consent: UUID, *, erase: bool | None, key: str, version: str) -> Ask:
    """Return the request that withdraws a consent, if the case still has the version that the person saw."""
    path = f"/v1/cases/{case_id}/consents/{consent}/withdrawal"
    body = {"erase_requested": erase}
    return Ask("intake", path, method="POST", body=body, idempotency_key=key, if_match=version)


def acknowledge(alert: UUID, case_id: UUID | None, key: str) -> Ask:
    """Return the request that acknowledges an alert; `key` makes a form that is sent twice a single request."""
    path = f"/v1/alerts/{alert}" if case_id is None else f"/v1/cases/{case_id}/alerts/{alert}"
    return Ask("support", f"{path}/acknowledgement", method="POST", body={}, idempotency_key=key)


def search(name: str, birth_year: int | None) -> Ask:
    """Return the request for those of the reader's own cases in which a person has this name, with names."""
    body: dict[str, object] = {"name": name, **({"birth_year": birth_year} if birth_year else {})}
    return Ask("intake", "/v1/searches", {"with": "names"}, method="POST", body=body)


def look_up(number: str) -> Ask:
    """Return the request for the case with this number, open or closed, if the reader may see it."""
    return Ask("intake", "/v1/case-numbers/lookup", method="POST", body={"number": number})
