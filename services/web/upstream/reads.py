"""The requests of the pages to the services, one function for each."""

from uuid import UUID

from services.web.upstream.client import Ask


def me() -> Ask:
    """Return the request for the signed-in person's entry in the register of staff."""
    return Ask("intake", "/v1/me")


def work_list(after: str | None) -> Ask:
    """Return the request for a page of the person's work list."""
    return Ask("intake", "/v1/work-list", {"after": after} if after else {})


def alerts() -> Ask:
    """Return the request for the alerts that are addressed to the person."""
    return Ask("support", "/v1/alerts")


def case(case_id: UUID) -> dict[str, Ask]:
    """Return the requests for a case: the file of each service, and how the person can be contacted."""
    path = f"/v1/cases/{case_id}"
    return {
        "intake": Ask("intake", path),
        "contact": Ask("intake", f"{path}/safe-contact"),
        "legal": Ask("legal", path),
        "support": Ask("support", path),
    }


def acknowledge(alert: UUID, case_id: UUID | None, key: str) -> Ask:
    """Return the request that acknowledges an alert; `key` makes a form that is sent twice a single request."""
    path = f"/v1/alerts/{alert}" if case_id is None else f"/v1/cases/{case_id}/alerts/{alert}"
    return Ask("support", f"{path}/acknowledgement", method="POST", body={}, idempotency_key=key)


def search(name: str, birth_year: int | None) -> Ask:
    """Return the request for those of the reader's own cases in which a person has this name."""
    body: dict[str, object] = {"name": name, **({"birth_year": birth_year} if birth_year else {})}
    return Ask("intake", "/v1/searches", method="POST", body=body)
