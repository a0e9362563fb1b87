"""The requests of the register's pages to the services, one function for each."""

from collections.abc import Mapping
from uuid import UUID

from services.web.upstream.client import Ask

#: Entries of one page. A page of agencies has as many as the service lists at once: most registers have one page.
PAGE, PAGE_OF_AGENCIES = 25, 200


def agencies(wanted: Mapping[str, str], after: str | None) -> Ask:
    """Return the request for agencies by name, kind, country or state."""
    asked = {name: text for name, text in wanted.items() if text}
    return Ask("partners", "/v1/agencies", {**asked, "limit": PAGE_OF_AGENCIES, **({"after": after} if after else {})})


def agency(agency: UUID) -> Ask:
    """Return the request for an agency, with how it is reached for a referral."""
    return Ask("partners", f"/v1/agencies/{agency}")


def on_agency(agency: UUID, step: str, *, reason: str, key: str, etag: str) -> Ask:
    """Return the request for a step with an agency: `suspension`, `resumption` or `ending`."""
    is_resumption = step == "resumption"
    return Ask(
        "partners",
        f"/v1/agencies/{agency}/{step}",
        method="POST",
        body=None if is_resumption else {"reason": reason},
        idempotency_key=key,
        if_match=etag if is_resumption else "",
    )


def staff(after: str | None) -> Ask:
    """Return the request for the members of staff."""
    return Ask("intake", "/v1/staff", {"limit": PAGE, **({"after": after} if after else {})})


def search_staff(name: str, after: str | None) -> Ask:
    """Return the request for members of staff by name; the name is in the body and in no address."""
    return Ask("intake", "/v1/staff/searches", method="POST", body={"name": name, "after": after or None})


def member(member: UUID) -> Ask:
    """Return the request for a member of staff."""
    return Ask("intake", f"/v1/staff/{member}")


def proposals(after: str | None) -> Ask:
    """Return the request for proposals to give staff access that wait for a second person."""
    return Ask("intake", "/v1/staff/proposals", {"limit": PAGE, "with": "names", **({"after": after} if after else {})})


def answer_proposal(proposal: UUID, *, confirms: bool, key: str) -> Ask:
    """Return the request by which a second person confirms a proposal, or refuses it."""
    path = f"/v1/staff/proposals/{proposal}/confirmation"
    return Ask("intake", path, method="POST", body={"confirms": confirms}, idempotency_key=key)
