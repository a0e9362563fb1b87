"""Every route has an entry in the access table, and every entry has a route."""

from typing import Any

Described = dict[str, dict[str, Any]]
OPEN_TO_ALL = {
    "/health/live",
    "/health/ready",
    "/metrics",
    "/openapi.json",
    "/asyncapi.json",
    "/docs",
    "/v1/schemas/<string:address>",
    # Without a token, only the public lists.
    "/v1/reference/lists",
    "/v1/reference/lists/<string:name>",
    "/v1/reference/jurisdictions/<string:code>",
    # The translations of these lists, by the same rule.
    "/v1/words",
    # Event types name no person. With the key of an agency, only the types that it can receive.
    "/v1/event-types",
    "/v1/event-types/<string:type>",
    "/asyncapi-agencies.json",
    "/openapi-agencies.json",
    "/docs/agencies",
    # Calendar programs send no token. The secret in the address is the key, and the calendar names no person.
    "/v1/calendars/<string:secret>",
    # The person who checks their own situation has no account and needs none.
    "/v1/self-check",
    "/v1/self-checks",
    "/v1/self-checks/returns",
    # The person who requests contact has no account. No reply repeats what they sent.
    "/v1/contact-requests",
    "/v1/contact-requests/states",
    "/v1/contact-requests/changes",
    "/v1/contact-requests/withdrawals",
    # Scanning a poster needs no account; the response has no content.
    "/v1/poster-scans",
}

#: The relations that let a role see a case: team membership, supervision of a member, or emergency access.
NEEDS_A_PART = {"TEAM", "SUPERVISION", "READING"}
#: Actions for people without a part in the case: to open it in an emergency, which notifies others, and to acknowledge
#: an alert that was escalated to them.
WITHOUT_A_PART = {"glass.break", "alert.acknowledge", "birth_month.read"}
#: Actions of data protection on a case without reading its file.
RIGHTS = {
    *(
        "erasure.request",
        "erasure.check",
        "erasure.read",
        "erasure.decide",
        "erasure.confirm",
        "disclosure.confirm",
        "glass.review",
        "legal_hold.change",
        "retention.keep",
        "sharing.decide",
        "sharing.read",
    ),
}
DATA_PROTECTION = "data_protection_officer"


def test_each_route_has_an_entry_in_the_access_table(described: Described) -> None:
    unguarded = [
        f"{service}: {route['method']} {route['path']} ({route['action']})"
        for service, found in described.items()
        for route in found["routes"]
        if route["action"] is not None and route["action"] not in found["access"]
    ]
    assert unguarded == []


def test_only_routes_without_data_of_a_case_are_open_to_all(described: Described) -> None:
    open_routes = {
        route["path"] for found in described.values() for route in found["routes"] if route["action"] is None
    }
    assert open_routes <= OPEN_TO_ALL


def test_each_action_of_the_access_table_has_a_route(described: Described) -> None:
    unused = [
        f"{service}: {action}"
        for service, found in described.items()
        for action in found["access"].keys() - {route["action"] for route in found["routes"]}
    ]
    assert unused == []


def test_every_role_needs_a_part_in_a_case_to_read_or_change_it(described: Described) -> None:
    wide = {
        (route["action"], role)
        for found in described.values()
        for route in found["routes"]
        if "<uuid:case>" in route["path"] and route["action"] not in WITHOUT_A_PART
        for role, need in found["access"].get(route["action"], {}).items()
        if role != DATA_PROTECTION or route["action"] not in RIGHTS
        if need not in NEEDS_A_PART or (need == "SUPERVISION" and role != "supervisor")
    }
    assert wide == set()


def test_emergency_access_is_read_only(described: Described) -> None:
    changing = [
        f"{service}: {route['method']} {route['path']}"
        for service, found in described.items()
        for route in found["routes"]
        if route["method"] != "GET" and "READING" in found["access"].get(route["action"], {}).values()
    ]
    assert changing == []


def test_each_post_about_a_case_needs_an_idempotency_key_or_a_version(described: Described) -> None:
    repeatable = [
        f"{service}: {route['path']}"
        for service, found in described.items()
        for route in found["routes"]
        if route["method"] == "POST" and route["path"].startswith("/v1/cases")
        if not (route["creates"] or route["changes"])
    ]
    assert repeatable == []
