"""The staff members that every service stores, and the digests that identify their sign-ins."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.legal.service import PARTS
from shared.access import staff
from shared.access.staff import subject_digest
from shared.events.envelope import Event
from shared.exchange.follower.apply import Application
from shared.store.database import Database
from tests.kit.agencies import id_of, works_for
from tests.kit.builders import an_event

TEXTS = st.text(max_size=12)


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_a_sign_in_has_its_own_digest(issuer: str, subject: str, other_issuer: str, other_subject: str) -> None:
    same = (issuer, subject) == (other_issuer, other_subject)
    assert (subject_digest("key", issuer, subject) == subject_digest("key", other_issuer, other_subject)) is same


def test_without_the_key_nobody_can_make_a_digest() -> None:
    assert subject_digest("key", "issuer", "ann@example.org") != subject_digest("other", "issuer", "ann@example.org")
    assert "ann" not in subject_digest("key", "issuer", "ann@example.org")


def told(position: int, name: str, member: UUID, **data: object) -> Event:
    return an_event(id=uuid4(), name=name, subject=member, position=position, data={"member": str(member), **data})


@pytest.mark.integration
def test_a_revocation_that_overtakes_what_was_said_of_somebody_does_not_undo_it(database: Database) -> None:
    ann, application = uuid4(), Application(database, PARTS.following)
    standing = {
        "agency": id_of("NL.COMENSHA"),
        "roles": ["caseworker"],
        "languages": [],
        "takes_cases": True,
        "until": None,
        "subjects": [],
    }
    with database.transaction() as session:
        application.apply_ahead(session, told(2, "access.revoked", ann, before="2026-03-02T10:00:00Z"))
        application.take_in(session, "intake", [told(1, "staff.registered", ann, **standing)])
        found = staff.find(session, ann)
    assert found is not None
    assert found.roles == ("caseworker",)


@pytest.mark.integration
def test_what_was_said_before_somebody_left_brings_them_back_nowhere(database: Database) -> None:
    ann, application = uuid4(), Application(database, PARTS.following)
    standing = {"agency": id_of("NL.COMENSHA"), "roles": ["caseworker"], "languages": [], "takes_cases": True}
    with database.transaction() as session:
        application.apply_ahead(session, told(2, "staff.left", ann, successor=str(uuid4())))
        before = told(1, "staff.registered", ann, until=None, subjects=["0" * 64], **standing)
        application.take_in(session, "intake", [before])
        found = staff.find(session, ann)
    assert found is not None
    assert (found.state, found.subjects) == (staff.LEFT, ())


@pytest.mark.integration
def test_a_sign_in_that_a_copy_has_as_two_peoples_is_nobodys(database: Database) -> None:
    ann, bea, digest = uuid4(), uuid4(), "0" * 64
    for member in (ann, bea):
        works_for(database, member, id_of("NL.COMENSHA"), "caseworker")
    with database.transaction() as session:
        for member, subjects in ((ann, (digest,)), (bea, (digest, "1" * 64))):
            standing = staff.find(session, member)
            assert standing is not None
            staff.keep(session, replace(standing, subjects=subjects))
        assert staff.by_subject(session, digest) is None
        assert (found := staff.by_subject(session, "1" * 64)) is not None
    assert found.id == bea
