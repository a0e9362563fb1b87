"""Event types as agencies can receive them: the terms, and the fields that can leave.

Generated from the declarations (`shared.access.audiences`) and stored as a file (`make documents`), so that the agency
service knows the events of all services without containing their code. The file has the codes of shipped profiles.
Mounted profiles add theirs.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final, NotRequired, TypedDict

from shared.events.audience import Audience, Opening, Reach, Terms
from shared.events.older import OlderForm
from shared.events.openings import OF_PROFILES, OF_REMEDIES, of_remedies
from shared.reference import period_audiences, stage_audiences

#: Below the folder of the published schemas.
FILE: Final = "published/audiences.json"


class StaysInside(Exception):
    """An internal event was about to be prepared for an agency: a programming error."""


@dataclass(frozen=True)
class OutsideField:
    """A field of an event as agencies can receive it.

    `kind` is the kind of its value, or of each of its values (`shared.events.kinds`). A field with `stays` never
    leaves. An agency receives a field with a `category` only if it can receive that category of the person's data.
    """

    kind: str
    category: str | None = None
    stays: bool = False


@dataclass(frozen=True)
class OutsideType:
    """A version of an event type as agencies can receive it. `place` is its place on a person's path."""

    service: str
    name: str
    version: int
    audience: Audience
    fields: Mapping[str, OutsideField]
    older: tuple[OlderForm, ...] = ()
    place: str = ""

    def cut(self, data: Mapping[str, object], allowed: frozenset[str]) -> dict[str, object]:
        """Return the data without the fields that an agency cannot receive. Raises `StaysInside`.

        `allowed` contains the data categories of the person that it can receive now. Undeclared fields never leave.
        Values are removed as a whole, never made less precise.
        """
        if not self.audience.leaves:
            raise StaysInside(f"{self.service}.{self.name} v{self.version}")
        return {name: value for name, value in data.items() if self._goes(name, allowed)}

    def in_version(
        self, version: int, data: Mapping[str, object], codes: Mapping[str, str]
    ) -> dict[str, object] | None:
        """Return filtered data in an earlier version of this type; None if that version is not offered.

        `codes` maps the ids of authorities of the law to their codes.
        """
        if version == self.version:
            return dict(data)
        form = next((form for form in self.older if form.version == version), None)
        return None if form is None else form.of(data, codes)

    def leaving(self, *kinds: str) -> frozenset[str]:
        """Return the names of the fields of some kinds that can leave, such as `Reference`."""
        return frozenset(name for name, field in self.fields.items() if field.kind in kinds and not field.stays)

    def categories(self) -> dict[str, str | None]:
        """Return the data category of each field that can leave; None means no category."""
        return {name: field.category for name, field in self.fields.items() if not field.stays}

    def _goes(self, name: str, allowed: frozenset[str]) -> bool:
        declared = self.fields.get(name)
        if declared is None or declared.stays:
            return False
        return declared.category is None or declared.category in allowed


class TermsDocument(TypedDict):
    """`Terms` in the file."""

    category: str | None
    purposes: list[str]
    own_limit: NotRequired[bool]
    instead: NotRequired[str]
    reported_to: NotRequired[list[str]]
    of_a_claim: NotRequired[bool]
    matters: NotRequired[list[str]]


class FieldDocument(TypedDict):
    """`OutsideField` in the file."""

    kind: str
    category: NotRequired[str]
    stays: NotRequired[bool]


class OlderDocument(TypedDict):
    """`OlderForm` in the file."""

    version: int
    leaves_out: list[str]
    by_code: list[str]
    refused: str


class TypeDocument(TypedDict):
    """`OutsideType` in the file."""

    service: str
    name: str
    version: int
    place: NotRequired[str]
    reach: str
    because: str
    agency: str | None
    record: str | None
    opens: TermsDocument | None
    by: str | None
    codes: dict[str, TermsDocument | None]
    fields: dict[str, FieldDocument]
    older: list[OlderDocument]


def as_document(kind: OutsideType) -> TypeDocument:
    """Convert a type for the file."""
    audience = kind.audience
    return {
        "service": kind.service,
        "name": kind.name,
        "version": kind.version,
        "place": kind.place,
        "reach": audience.reach.value,
        "because": audience.because,
        "agency": audience.agency,
        "record": audience.record,
        "opens": _terms_document(audience.terms),
        "by": audience.by,
        "codes": {code: _terms_document(terms) for code, terms in sorted(audience.codes.items())},
        "fields": {name: _field_document(field) for name, field in kind.fields.items()},
        "older": [
            {
                "version": form.version,
                "leaves_out": sorted(form.leaves_out),
                "by_code": sorted(form.by_code),
                "refused": form.refused,
            }
            for form in kind.older
        ],
    }


def from_document(document: TypeDocument) -> OutsideType:
    """Read a type from the file."""
    audience = Audience(
        Reach(document["reach"]),
        document["because"],
        terms=_terms(document["opens"]),
        by=document["by"],
        codes={code: _terms(terms) for code, terms in document["codes"].items()},
        agency=document["agency"],
        record=document["record"],
    )
    fields = {name: OutsideField(**stated) for name, stated in document["fields"].items()}
    older = tuple(
        OlderForm(form["version"], frozenset(form["leaves_out"]), frozenset(form["by_code"]), form["refused"])
        for form in document["older"]
    )
    service, name, version = document["service"], document["name"], document["version"]
    return OutsideType(service, name, version, audience, fields, older, document.get("place", ""))


def outside_type(service: str, name: str, version: int) -> OutsideType | None:
    """Return an event version of any service; None if this release does not know it, so that it never leaves."""
    return catalogue().get((service, name, version))


@cache
def catalogue() -> Mapping[tuple[str, str, int], OutsideType]:
    """Return all types of all services, by service, name and version."""
    documents: list[TypeDocument] = json.loads((Path(__file__).parent / FILE).read_bytes())["types"]
    kinds = [_with_profiles(from_document(document)) for document in documents]
    return {(kind.service, kind.name, kind.version): kind for kind in kinds}


def _with_profiles(kind: OutsideType) -> OutsideType:
    """Add the codes of mounted profiles to a type about a period, stage or remedy, with the terms that they state."""
    audience = kind.audience
    added = {code: terms for code, terms in _stated(kind).items() if code not in audience.codes}
    return replace(kind, audience=replace(audience, codes={**audience.codes, **added})) if added else kind


def _stated(kind: OutsideType) -> Mapping[str, Opening]:
    if kind.name.startswith("clock.") and kind.audience.by == "code":
        return {code: OF_PROFILES[word] for code, word in period_audiences().items()}
    if kind.name.startswith("identification.") and kind.audience.by == "stage":
        return {code: OF_PROFILES[word] for code, word in stage_audiences().items()}
    if kind.name in OF_REMEDIES and kind.audience.by == "remedy":
        return of_remedies(kind.name)
    return {}


def _field_document(declared: OutsideField) -> FieldDocument:
    document: FieldDocument = {"kind": declared.kind}
    if declared.category is not None:
        document["category"] = declared.category
    if declared.stays:
        document["stays"] = True
    return document


def _terms_document(terms: Opening) -> TermsDocument | None:
    if terms is None:
        return None
    document: TermsDocument = {"category": terms.category, "purposes": sorted(terms.purposes)}
    if terms.own_limit:
        document["own_limit"] = True
    if terms.instead is not None:
        document["instead"] = terms.instead
    if terms.reported_to:
        document["reported_to"] = sorted(terms.reported_to)
    if terms.of_a_claim:
        document["of_a_claim"] = True
    if terms.matters:
        document["matters"] = sorted(terms.matters)
    return document


def _terms(document: TermsDocument | None) -> Opening:
    if document is None:
        return None
    return Terms(
        document["category"],
        frozenset(document["purposes"]),
        own_limit=document.get("own_limit", False),
        instead=document.get("instead"),
        reported_to=frozenset(document.get("reported_to", ())),
        of_a_claim=document.get("of_a_claim", False),
        matters=frozenset(document.get("matters", ())),
    )
