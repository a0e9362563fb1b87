"""Read and write providers as services of HSDS 3.x, the exchange format of directories. Pure.

HSDS is Open Referral's Human Services Data Specification. Data without an HSDS field is stored in attributes with our
taxonomies, whose names start with `org.casepath.`. `capacities` comes from HSDS 3.1. Addresses are never imported. A
service with the address of an accommodation is refused, because such a file must not contain it.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final, TypeAlias
from uuid import UUID, uuid5

#: A JSON value.
Json: TypeAlias = object
#: An object of JSON.
Entry: TypeAlias = Mapping[str, Json]
#: The namespace of ids that HSDS requires. It must never change.
_IDS: Final = UUID("0f6f3b0e-9a59-5d0b-8e44-7a3d3f4f2c16")
_TAXONOMY: Final = "org.casepath."
_AGENCY: Final = f"{_TAXONOMY}agency"
SHELTERS: Final = frozenset(("accommodation_emergency", "accommodation_longer"))
_STATES: Final[Mapping[str, str]] = {
    "active": "active",
    "inactive": "temporarily_closed",
    "temporarily closed": "temporarily_closed",
    "defunct": "defunct",
}
_STATUSES: Final = {"active": "active", "temporarily_closed": "temporarily closed", "defunct": "defunct"}
_AREA: Final = re.compile(r"([A-Z]{2})(-[A-Z0-9]{1,3})?")
#: Names of fields that contain a location, at any depth.
_PLACES: Final = frozenset(
    (
        *("addresses", "addresss", "address", "physical_addresses", "postal_addresses", "address_1", "address_2"),
        *("latitude", "longitude", "postal_code", "city", "transportation"),
    )
)
#: How long a count of places is valid if the file does not state it (our own choice).
_BELIEVED: Final = timedelta(days=7)


class EntryRefused(Exception):
    """A service that cannot be imported, with the reason for the file of refused services. It has no address."""

    status = 422


def id_of(service: Entry) -> UUID:
    """Return the id of a service's provider: its own where that is a UUID, else the same for the same id."""
    own = service.get("id")
    if not isinstance(own, str) or not own:
        raise EntryRefused("id: is needed")
    try:
        return UUID(own)
    except ValueError:
        return uuid5(_IDS, own)


def stated_of(service: Entry) -> dict[str, Json]:
    """Return what a service says of its provider, as the directory takes it. Raises `EntryRefused`."""
    services = _codes(service, "service_type")
    if not services:
        raise EntryRefused(f"attributes: what it offers stands in none, of the taxonomy {_TAXONOMY}service_type")
    if SHELTERS & set(services) and any(_placed(service)):
        raise EntryRefused("it is a place to live and the file said where; cut that out at its source too")
    status = service.get("status")
    if not isinstance(status, str) or status not in _STATES:
        raise EntryRefused(f"status: is one of {', '.join(_STATES)}")
    children, boys = _value(service, "children"), _value(service, "boys")
    return {
        "name": service.get("name") or "",
        "agency": _agency(service),
        "state": _STATES[status],
        "services": services,
        "languages": [code for spoken in _entries(service, "languages") if (code := spoken.get("code"))],
        **_where(service),
        "serves": _codes(service, "served_gender"),
        "takes_children": children is not None,
        "children_up_to": int(children) if children is not None and children.isdecimal() else None,
        "boys_up_to": int(boys) if boys is not None and boys.isdecimal() else None,
        "minimum_age": _years(service.get("minimum_age")),
        "maximum_age": _years(service.get("maximum_age")),
        "access": _codes(service, "access_need") or None,
        "asks_status": next(iter(_codes(service, "asked_status")), "none"),
    }


def _years(age: Json) -> int | None:
    """Return an age of HSDS, which has them as numbers, in whole years."""
    return int(age) if isinstance(age, (int, float)) and not isinstance(age, bool) and age >= 0 else None


def places_of(service: Entry, today: date) -> dict[str, Json] | None:
    """Return whether a service has places, the time of the count and its end of validity; None if unknown today.

    With several counts, the oldest one decides the time. With several units, any free place counts. Raises
    `EntryRefused`.
    """
    counts = _entries(service, "capacities")
    if not counts:
        return None
    counted_at = min(_instant(count.get("updated")) for count in counts)
    until = _value(service, "known_until")
    known_until = (counted_at.date() + _BELIEVED) if until is None else _day(until)
    if known_until < today:
        return None
    free = [_number(count.get("available")) for count in counts]
    vacancy = next(iter(_codes(service, "vacancy_state")), "free" if any(free) else "full")
    return {
        "vacancy": vacancy,
        "free_places": free[0] if len(free) == 1 else None,
        "known_until": known_until.isoformat(),
        "counted_at": counted_at.isoformat(),
    }


def without_places(service: Json) -> Json:
    """Return a service without location fields, for the file of refused services."""
    if isinstance(service, Mapping):
        return {name: without_places(value) for name, value in service.items() if name not in _PLACES}
    return [without_places(value) for value in service] if isinstance(service, list) else service


def service_of(provider: Entry) -> dict[str, Json]:
    """Return a provider as a service, with its organization; without an address, for there is none."""
    own = UUID(str(provider["id"]))
    agency, children, counted_at = provider["agency"], provider["children_up_to"], provider["counted_at"]
    attributes = [
        *(_attribute(own, "service_type", code) for code in _texts(provider, "services")),
        *(_attribute(own, "served_gender", code) for code in _texts(provider, "serves")),
        _attribute(own, "asked_status", str(provider["asks_status"])),
    ]
    if provider["takes_children"]:
        attributes.append(_attribute(own, "children", "children", "any" if children is None else str(children)))
    if provider["boys_up_to"] is not None:
        attributes.append(_attribute(own, "boys", "boys", str(provider["boys_up_to"])))
    attributes += [_attribute(own, "access_need", code) for code in _texts(provider, "access")]
    if counted_at is not None:
        attributes.append(_attribute(own, "vacancy_state", str(provider["vacancy"])))
        attributes.append(_attribute(own, "known_until", "known_until", str(provider["known_until"])))
    areas = _texts(provider, "regions") or [str(provider["country"])]
    return {
        "id": str(own),
        "name": provider["name"],
        "status": _STATUSES[str(provider["state"])],
        "organization": _organization(own, provider["name"], agency),
        "languages": [{"id": _id(own, "language", code), "code": code} for code in _texts(provider, "languages")],
        "service_areas": [
            {"id": _id(own, "area", area), "name": area, "extent": area, "extent_type": "text"} for area in areas
        ],
        "capacities": [] if counted_at is None else [_capacity(own, provider)],
        **{name: provider[name] for name in ("minimum_age", "maximum_age") if provider[name] is not None},
        "attributes": attributes,
    }


def page_of(services: list[dict[str, Json]]) -> dict[str, Json]:
    """Return services as HSDS has a page of them, the only one."""
    ends = {"total_pages": 1, "page_number": 1, "first_page": True, "last_page": True, "empty": not services}
    return {"total_items": len(services), "size": len(services), **ends, "contents": services}


def _organization(own: UUID, name: Json, agency: Json) -> dict[str, Json]:
    described = {"name": name, "description": name}
    if agency is None:
        return {"id": _id(own, "organization"), **described}
    registered = {"identifier_scheme": _AGENCY, "identifier_type": _AGENCY, "identifier": str(agency)}
    identifiers = [{"id": _id(own, "identifier"), **registered}]
    return {"id": str(agency), **described, "organization_identifiers": identifiers}


def _capacity(own: UUID, provider: Entry) -> dict[str, Json]:
    places = provider["free_places"]
    return {
        "id": _id(own, "capacity"),
        "unit": {"id": str(uuid5(_IDS, "place")), "name": "place"},
        # HSDS requires a number. Without a count, 1 means "some places are free"; `vacancy_state` has the details.
        "available": places if places is not None else int(provider["vacancy"] == "free"),
        "updated": provider["counted_at"],
    }


def _attribute(own: UUID, code_list: str, code: str, value: str | None = None) -> dict[str, Json]:
    term = {"id": str(uuid5(_IDS, f"{code_list}/{code}")), "code": code, "name": code, "description": code}
    attribute: dict[str, Json] = {"id": _id(own, code_list, code), "link_id": str(own), "link_entity": "service"}
    attribute["taxonomy_term"] = {**term, "taxonomy": f"{_TAXONOMY}{code_list}"}
    return attribute if value is None else {**attribute, "value": value}


def _id(own: UUID, *what: str) -> str:
    return str(uuid5(own, "/".join(what)))


def _agency(service: Entry) -> str | None:
    """Return the agency of the register that the file binds a service to by its id."""
    organization = service.get("organization")
    if not isinstance(organization, Mapping):
        return None
    for identifier in _entries(organization, "organization_identifiers"):
        if identifier.get("identifier_scheme") == _AGENCY:
            return str(identifier.get("identifier"))
    return None


def _where(service: Entry) -> dict[str, Json]:
    """Return the country and the regions of a service's areas. Raises `EntryRefused`."""
    extents = [str(area.get("extent")) for area in _entries(service, "service_areas")]
    areas = [area for extent in extents if (area := _AREA.fullmatch(extent))]
    countries = {area[1] for area in areas}
    if len(countries) != 1:
        raise EntryRefused("service_areas: their extents are codes of ISO 3166-1 or 3166-2, of one country")
    return {"country": countries.pop(), "regions": [area[0] for area in areas if area[2]]}


def _codes(service: Entry, code_list: str) -> list[str]:
    return [code for code, _ in _terms(service, code_list)]


def _value(service: Entry, code_list: str) -> str | None:
    return next((value for _, value in _terms(service, code_list)), None)


def _terms(service: Entry, code_list: str) -> Iterator[tuple[str, str]]:
    """Walk the codes of a list, and their values, among the attributes of a service."""
    for attribute in _entries(service, "attributes"):
        term = attribute.get("taxonomy_term")
        if isinstance(term, Mapping) and term.get("taxonomy") == f"{_TAXONOMY}{code_list}":
            yield str(term.get("code")), str(attribute.get("value"))


def _entries(entry: Entry, name: str) -> list[Entry]:
    """Return the objects of a list, none where it is missing. Raises `EntryRefused`."""
    objects = entry.get(name) or []
    if not isinstance(objects, list) or not all(isinstance(one, Mapping) for one in objects):
        raise EntryRefused(f"{name}: is a list of objects")
    return objects


def _texts(provider: Entry, name: str) -> list[str]:
    texts = provider[name]
    return [str(text) for text in texts] if isinstance(texts, list) else []


def _placed(value: Json) -> Iterator[str]:
    """Yield the names of location fields at any depth."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name in _PLACES and inner not in (None, "", [], {}):
                yield name
            yield from _placed(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _placed(inner)


def _instant(text: Json) -> datetime:
    try:
        read = datetime.fromisoformat(str(text))
    except ValueError:
        raise EntryRefused("capacities: `updated` is an instant, such as 2026-11-27T09:00:00+01:00") from None
    return read if read.tzinfo is not None else read.replace(tzinfo=UTC)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise EntryRefused(f"{_TAXONOMY}known_until: its value is a day, such as 2026-11-27") from None


def _number(value: Json) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise EntryRefused("capacities: `available` is a number")
    return int(value)
