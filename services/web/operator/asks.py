"""The requests of the operators' pages to the services, one function for each."""

from uuid import UUID

from services.web.upstream.client import Ask


def operation(service: str) -> Ask:
    """Return the request for the summary of a service."""
    return Ask(service, "/v1/operation")


def holds(service: str, after: str | None) -> Ask:
    """Return the request for the cases whose events wait at a service."""
    return Ask(service, "/v1/holds", {"limit": 50, **({"after": after} if after else {})})


def retry(service: str, source: str, subject: UUID | None, key: str) -> Ask:
    """Return the request that has a service try one case again, or all."""
    body: dict[str, object] = {"all": True} if subject is None else {"subject": str(subject)}
    named = {"source": source} if source else {}
    return Ask(service, "/v1/holds/retry", method="POST", body={**body, **named}, idempotency_key=key)


def receptions(after: str | None) -> Ask:
    """Return the request for the reception summaries of all agencies."""
    return Ask("partners", "/v1/reception", {"after": after} if after else {})


def agency(agency: UUID) -> dict[str, Ask]:
    """Return the requests for one agency's reception summary and for each of its conditions."""
    path = f"/v1/agencies/{agency}"
    return {
        "reception": Ask("partners", "/v1/reception", {"agency": str(agency)}),
        "agreements": Ask("partners", f"{path}/agreements"),
        "subscription": Ask("partners", f"{path}/subscription"),
        "keys": Ask("partners", f"{path}/keys"),
        "webhooks": Ask("partners", f"{path}/webhooks"),
        "queue": Ask("partners", f"{path}/broker-queue"),
    }


def webhook(agency: UUID, webhook: UUID, after: str | None) -> dict[str, Ask]:
    """Return the requests for a webhook and its attempts."""
    path = f"/v1/agencies/{agency}/webhooks/{webhook}"
    return {
        "webhook": Ask("partners", path),
        "attempts": Ask("partners", f"{path}/attempts", {"limit": 25, **({"after": after} if after else {})}),
    }


def on_webhook(agency: UUID, webhook: UUID, step: str, *, after: int | None, key: str, etag: str) -> Ask:
    """Return the request for a step with a webhook: `redelivery`, `test` or `resumption`."""
    path = f"/v1/agencies/{agency}/webhooks/{webhook}/{step}"
    body: dict[str, object] | None = {"after": after} if step == "redelivery" else None
    return Ask(
        "partners", path, method="POST", body=body, idempotency_key=key, if_match=etag if step == "resumption" else ""
    )
