"""No door without a lock, and no lock without a door."""

from typing import Any

Described = dict[str, dict[str, Any]]
OPEN_TO_ALL = {
    "/health/live",
    "/health/ready",
    "/metrics",
    "/openapi.json",
    "/docs",
    "/v1/schemas/<string:address>",
    # Of lists, the public ones; who brings a token reads the others too.
    "/v1/reference/lists",
    "/v1/reference/lists/<string:name>",
    "/v1/reference/jurisdictions/<string:code>",
    # The words of the same lists, under the same rule.
    "/v1/words",
    # What agencies may hear of says nothing of anybody; who brings an agency's key reads what that one may.
    "/v1/event-types",
    "/v1/event-types/<string:type>",
    "/asyncapi-agencies.json",
    # Calendar programs know addresses alone; the secret in this one is a key, and what it opens names nobody.
    "/v1/calendars/<string:secret>",
    # Whoever asks whether something is wrong has no account, and must not need one.
    "/v1/self-check",
    "/v1/self-checks",
    "/v1/self-checks/returns",
    # Whoever asks to be contacted has no account either. The reply shows nothing of what was sent.
    "/v1/contact-requests",
    "/v1/contact-requests/states",
    "/v1/contact-requests/changes",
    "/v1/contact-requests/withdrawals",
    # Whoever scans a poster is nobody; the reply says nothing.
    "/v1/poster-scans",
}

#: A supervisor answers for the cases of those whom they supervise.
NEEDS_A_PART = {"TEAM", "SUPERVISION", "READING"}
#: In an emergency; others are told. An alert that nobody acknowledges goes up to people without a part in the case.
WITHOUT_A_PART = {"glass.break", "alert.acknowledge", "birth_month.read"}
#: What data protection does about a case, whose file it does not see by that.
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


def test_only_what_tells_nothing_of_a_case_is_open_to_all(described: Described) -> None:
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


def test_no_role_reads_or_changes_a_case_without_a_part_in_it(described: Described) -> None:
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


def test_what_an_emergency_opens_is_read_only(described: Described) -> None:
    changing = [
        f"{service}: {route['method']} {route['path']}"
        for service, found in described.items()
        for route in found["routes"]
        if route["method"] != "GET" and "READING" in found["access"].get(route["action"], {}).values()
    ]
    assert changing == []


def test_each_post_about_a_case_takes_an_idempotency_key_or_the_cases_version(described: Described) -> None:
    repeatable = [
        f"{service}: {route['path']}"
        for service, found in described.items()
        for route in found["routes"]
        if route["method"] == "POST" and route["path"].startswith("/v1/cases")
        if not (route["creates"] or route["changes"])
    ]
    assert repeatable == []
