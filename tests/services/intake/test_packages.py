"""The package of a referral: the named records that the person's consent covers, as they are on the day of sending."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from services.intake.agencies.referral.rules import WRITTEN, flat, goes, parted
from services.intake.agencies.referral.schemas import WritePackage
from services.intake.cases.lifecycle.actions.whole import copy_of
from shared.http import RequestPipeline
from shared.reference import codes
from shared.store.database import Database
from tests.kit.agencies import id_of
from tests.kit.client import Client, told
from tests.kit.intake.cases import done, opened, rule_of
from tests.kit.intake.referrals import consented, drafted, take, today
from tests.kit.intake.safe_contact import ANY_TIME
from tests.kit.intake.sharings import AT_ONCE

CATEGORIES = sorted(codes("data_category").values)
NAMED = ["contact_safe", "health"]
PACKAGE: dict[str, Any] = {
    "language": "bg",
    "dialect": "Rhodope, fictitious",
    "interpreter_gender": "woman",
    "risk_to_person": "high",
    "risk_to_staff": "low",
    "risk": "The recruiter knows the town, fictitious",
    "exclusions": "Nobody from the agency in Varna, fictitious",
    "dependants": "A daughter of four, fictitious",
    "urgent_health": "Insulin, fictitious",
    "told": "That nobody is paid for, fictitious",
    "out_of_hours": "The night desk, fictitious",
}
SECRETS = ("fictitious", "păpădie", "library")


def test_each_thing_in_a_package_belongs_to_one_category_of_the_published_list() -> None:
    assert sorted(name for fields in WRITTEN.values() for name in fields) == sorted(WritePackage.schema().fields)
    assert set(WRITTEN) <= set(CATEGORIES)
    assert flat(parted(PACKAGE)) == PACKAGE


@given(
    st.dictionaries(st.sampled_from(CATEGORIES), st.just({"field": 1})),
    st.sets(st.sampled_from(CATEGORIES)),
    st.lists(st.sets(st.sampled_from(CATEGORIES)), max_size=3),
)
def test_nothing_goes_that_is_not_both_named_and_covered(
    parts: dict[str, dict[str, Any]], named: set[str], covered: list[set[str]]
) -> None:
    found = set(goes(parts, named, covered))
    assert found == {each for each in parts if each in named and any(each in some for some in covered)}


def packed(client: Client, **different: Any) -> tuple[str, str]:
    case = opened(client)
    referral = drafted(client, case, **different)
    done(client, case, f"referrals/{referral}/package", PACKAGE, method="PUT")
    return case, referral


def seen(client: Client, case: str, referral: str, part: str = "") -> dict[str, Any]:
    return told(client.ask("GET", f"/v1/cases/{case}/referrals/{referral}/package{part}"))


def going(client: Client, case: str, referral: str) -> dict[str, Any]:
    return dict(seen(client, case, referral, "/preview")["package"])


@pytest.mark.integration
def test_the_preview_is_what_goes_named_and_covered_and_the_code_word_only_then(worker: Client) -> None:
    case, referral = packed(worker)
    done(worker, case, "safe-contact", ANY_TIME, method="PUT")
    assert seen(worker, case, referral)["package"] == PACKAGE
    assert going(worker, case, referral) == {}
    consented(worker, case, data_categories=["health", "account"])
    assert going(worker, case, referral) == {"urgent_health": PACKAGE["urgent_health"]}
    consent = consented(worker, case)
    found = seen(worker, case, referral, "/preview")
    assert found["package"].keys() == {"urgent_health", "out_of_hours", "safe_contact"}
    assert found["package"]["safe_contact"]["code_word"] == ANY_TIME["code_word"]
    assert found["left_out"] == ["account", "children", "identity", "third_parties"]
    done(worker, case, f"consents/{consent}/withdrawal", {"erase_requested": True})
    assert going(worker, case, referral).keys() == {"urgent_health"}


@pytest.mark.integration
def test_what_went_stays_as_it_went_and_no_more_of_it_is_given_after_a_withdrawal(
    worker: Client, database: Database
) -> None:
    case, referral = packed(worker, data_categories=CATEGORIES)
    done(worker, case, "safe-contact", ANY_TIME, method="PUT")
    consents = [consented(worker, case, data_categories=each) for each in (CATEGORIES, ["contact_safe", "health"])]
    before = going(worker, case, referral)
    take(worker, case, referral, "send")
    done(worker, case, "safe-contact", {**ANY_TIME, "code_word": "another"}, method="PUT")
    shown = seen(worker, case, referral)
    assert shown["sent"] == before == going(worker, case, referral)
    assert before.keys() == {*PACKAGE, "safe_contact"}
    assert shown["package_sent_on"] == today().isoformat()
    refused = done(worker, case, f"referrals/{referral}/package", PACKAGE, 409, "PUT")
    assert rule_of(refused) == "package_of_a_draft"
    # The remaining consent does not cover the referral. The referral is withdrawn, and no more data is given.
    done(worker, case, f"consents/{consents[0]}/withdrawal", {"erase_requested": False})
    assert going(worker, case, referral) == {}
    assert seen(worker, case, referral)["sent"] == before
    with database.transaction() as session:
        rows = session.execute(text("select referral_packages::text from referral_packages")).scalars().all()
        events = session.execute(text("select data::text from event_log")).scalars().all()
    kept = f"{rows}{events}"
    assert [each for each in SECRETS if each in kept or each.encode().hex() in str(rows)] == []


@pytest.mark.integration
def test_sharing_without_consent_covers_a_package_but_never_for_an_excluded_agency(worker: Client) -> None:
    case, referral = packed(worker)
    told(worker.ask("POST", f"/v1/cases/{case}/sharings", {**AT_ONCE, "data_categories": ["health"]}), 201)
    assert going(worker, case, referral).keys() == {"urgent_health"}
    told(worker.ask("POST", f"/v1/cases/{case}/exclusions", {"kind": "agency", "agency": "NL.COMENSHA"}), 201)
    assert going(worker, case, referral) == {}


@pytest.mark.integration
def test_who_does_not_lead_the_path_sees_no_package_and_another_cases_is_none(
    worker: Client, door: RequestPipeline
) -> None:
    case, referral = packed(worker)
    other = opened(worker)
    for part in ("", "/preview"):
        told(worker.ask("GET", f"/v1/cases/{other}/referrals/{referral}/package{part}"), 404)
        told(worker.ask("GET", f"/v1/cases/{case}/referrals/{uuid4()}/package{part}"), 404)
    outreach, counsellor = Client(door, "outreach_worker"), Client(door, "counsellor")
    for who, role in ((outreach, "outreach_worker"), (counsellor, "counsellor")):
        done(worker, case, "team", {"member": str(who.subject), "role": role}, 201)
    told(counsellor.ask("GET", f"/v1/cases/{case}/referrals/{referral}/package"), 403)
    assert seen(outreach, case, referral)["package"] == PACKAGE


@pytest.mark.integration
def test_the_person_receives_the_package_without_sharing_that_is_kept_from_them(
    worker: Client, database: Database
) -> None:
    case, referral = packed(worker)
    with database.transaction() as session:
        [given] = copy_of(session, UUID(case))["packages"]
    assert given == {"referral": UUID(referral), "agency": UUID(id_of("NL.COMENSHA")), "sent_on": None, **PACKAGE}
    told(worker.ask("POST", f"/v1/cases/{case}/sharings", {**AT_ONCE, "data_categories": ["health"]}), 201)
    with database.transaction() as session:
        assert copy_of(session, UUID(case))["packages"] == []


@pytest.mark.integration
def test_the_package_of_a_draft_goes_with_it_to_the_right_case(worker: Client) -> None:
    wrong, referral = packed(worker)
    right = opened(worker)
    move = {"record_class": "referral", "record": referral, "to_case": right}
    told(worker.ask("POST", f"/v1/cases/{wrong}/moves", move), 201)
    [moved] = told(worker.ask("GET", f"/v1/cases/{right}"))["referrals"]
    assert seen(worker, right, moved["id"])["package"] == PACKAGE
    told(worker.ask("GET", f"/v1/cases/{wrong}/referrals/{referral}/package"), 404)
