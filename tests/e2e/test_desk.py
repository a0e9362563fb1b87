"""The desk as `./casepath up` starts it: newcomers find the path of a case and see exactly what the API shows them."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from deploy.cli import desk as cli_desk
from deploy.cli import running
from deploy.cli.api import Api, ApiProblem, Targets
from deploy.cli.environment import answers
from deploy.cli.installation import Installation
from deploy.cli.training import play_open_cases
from deploy.training.people import AGENCY, PEOPLE, STRANGER
from services import DESK
from shared.reference.words import words_of_code
from tests.kit.passing_time import PassingTime
from tests.kit.reader import Reader
from tests.kit.waiting import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.integration, pytest.mark.slow]

HIDDEN = "0195566e-7a10-7000-8000-0000000000ff"


@pytest.fixture(scope="module")
def desk(running_installation: Installation, installation: Targets) -> str:
    """Return the address of the desk, once it is ready and its staff are registered."""
    address = cli_desk.address(running_installation)
    wait_until(lambda: answers(f"{address}/health/ready"), "the desk is ready", 120)
    last = Api(installation, roles=[PEOPLE[-1].role], subject=PEOPLE[-1].id)
    wait_until(lambda: bool(last.get("intake", "/v1/me").json()["registered"]), "the last person is registered", 120)
    return address


@pytest.fixture(scope="module")
def case(desk: str, installation: Targets) -> str:
    """Return an open case of the training staff, once every service has received it."""
    case = play_open_cases(installation, ["NL"])[0]
    PassingTime(installation).settle()
    return case


@pytest.fixture
def reader(desk: str) -> Iterator[Reader]:
    reader = Reader(desk)
    yield reader
    reader.session.close()


def test_a_newcomer_is_at_a_cases_path_after_four_steps(reader: Reader, case: str) -> None:
    reader.open("/")
    reader.follow("Choose a fictitious staff member")
    today = reader.press("Sign in as Mila")
    assert today.status_code == 200
    assert f"/cases/{case}" in today.text
    page = reader.follow("Open the case")
    assert page.status_code == 200
    assert "<svg" in page.text
    assert "tulip" in page.text
    path = page.text.partition('id="path"')[2]
    for record in ("contact", "detection"):
        assert words_of_code("record_class", record, "en").label in path


def test_a_case_leads_to_its_timeline_its_deadlines_its_consents_and_a_print_view(reader: Reader, case: str) -> None:
    reader.sign_in("Mila")
    page = reader.open(f"/cases/{case}")
    timeline = reader.follow("Timeline of all services")
    assert timeline.status_code == 200
    assert timeline.text.partition("<tbody>")[2].count("<tr>") >= 3
    assert words_of_code("record_class", "contact", "en").label in timeline.text
    for address in sorted(set(re.findall(rf'href="(/cases/{case}/deadlines/[^"]*)"', page.text))):
        explained = reader.open(address)
        assert explained.status_code == 200
        assert "<caption>" in explained.text, "each way to count it is shown"
    reader.open(f"/cases/{case}")
    consents = reader.follow("Consents and deliveries")
    assert consents.status_code == 200
    assert 'role="alert"' not in consents.text
    reader.open(f"/cases/{case}")
    printed = reader.follow("Print view")
    assert printed.status_code == 200
    assert words_of_code("record_class", "contact", "en").label in printed.text


def test_an_alert_is_taken_from_the_first_page_and_nobody_else_is_rung(reader: Reader, case: str) -> None:
    today = reader.sign_in("Sanne")
    assert case in today.text
    # The person is a child, so their detection raised another alert.
    for waiting in (1, 0):
        reader.press("I take care of it")
        taken = reader.press("Yes: I take care of it")
        assert taken.status_code == 200
        assert 'role="status"' in taken.text
        again = reader.open("/")
        assert again.text.count("/acknowledgement") == waiting


def test_what_a_role_sees_in_html_is_what_it_sees_over_the_api(
    running_installation: Installation, installation: Targets, reader: Reader, case: str
) -> None:
    elsewhere = Api(installation, roles=["caseworker"]).post(
        "intake",
        "/v1/cases",
        {"jurisdiction": "NL", "source": "self", "channel": "chat", "language": "bg", "anonymous": True},
    )
    asked = (case, str(elsewhere.json()["id"]), HIDDEN)
    shown, allowed = {}, {}
    for person in PEOPLE:
        own = Reader(reader.address)
        assert own.sign_in(person.name).status_code == 200
        shown |= {(person.role, each): own.open(f"/cases/{each}").status_code == 200 for each in asked}
        api = Api(installation, roles=[person.role], subject=person.id)
        allowed |= {(person.role, each): _reads(api, each) for each in asked}
    assert shown == allowed
    assert shown["caseworker", case]
    assert not any(may for (_role, each), may in shown.items() if each != case)


def _reads(api: Api, case: str) -> bool:
    try:
        api.get("intake", f"/v1/cases/{case}")
    except ApiProblem:
        return False
    return True


def test_somebody_who_is_not_registered_reads_what_to_give_to_data_protection(
    running_installation: Installation, reader: Reader
) -> None:
    page = reader.sign_in(STRANGER.name)
    assert page.status_code == 403
    assert f"http://127.0.0.1:{running_installation.ports['training_sign_in']}" in page.text
    assert f"<bdi>{STRANGER.subject}</bdi>" in page.text
    assert reader.open("/search").status_code == 401


def test_after_locking_and_signing_out_no_page_of_before_is_shown(reader: Reader, case: str) -> None:
    for button in ("Lock", "Sign out"):
        reader.sign_in("Mila")
        assert reader.open(f"/cases/{case}").status_code == 200
        reader.press(button)
        assert reader.open(f"/cases/{case}").status_code == 401


def test_the_record_of_the_run_names_the_desk(running_installation: Installation) -> None:
    names = {str(each["name"]) for each in running.read(running_installation.running_file)["processes"]}
    assert {DESK, "training_sign_in"} <= names


def test_a_caseworker_records_corrects_consents_and_refers_through_forms(
    installation: Targets, reader: Reader, case: str
) -> None:
    api = Api(installation, roles=[PEOPLE[0].role], subject=PEOPLE[0].id)

    def recorded(part: str) -> list[dict[str, object]]:
        found: list[dict[str, object]] = api.get("intake", f"/v1/cases/{case}").json()[part]
        return found

    def begin(title: str) -> None:
        assert reader.open(f"/cases/{case}").status_code == 200
        reader.follow("Record or change something")
        assert reader.follow(title).status_code == 200

    reader.sign_in("Mila")
    before = {str(each["id"]) for each in recorded("detections")}
    begin("Record signs of exploitation")
    saved = reader.press(
        "Save",
        detector="community_or_peer",
        indicators=["debt_bondage", "deception"],
        exploitation_types=["DomesticServitude"],
        means_of_control=["DebtBondage"],
        work_ended_on__year="2025",
    )
    assert (saved.status_code, saved.url.partition("?")[0]) == (200, f"{reader.address}/cases/{case}")
    [detection] = [each for each in recorded("detections") if each["id"] not in before]
    assert (detection["work_ended_on"], detection["indicators"]) == ("2025", ["debt_bondage", "deception"])

    reader.open(f"/cases/{case}/do/correct-detection/{detection['id']}")
    reader.press("Save", reason="more_exact_date", work_ended_on__year="2025", work_ended_on__month="11")
    [corrected] = [each for each in recorded("detections") if each["id"] == detection["id"]]
    assert corrected["work_ended_on"] == "2025-11"
    assert corrected["means_of_control"] == ["DebtBondage"]

    begin("Record a consent")
    purpose, told = "referral_for_support", ["told_purpose", "told_uses", "told_withdrawal"]
    filled = {
        "agency": AGENCY,
        "purposes": [purpose],
        "data_categories": ["identity", "contact_safe"],
        "language": "en",
        "expires_on": "2199-12-31",
    }
    consents = len(recorded("consents"))
    refused = reader.press("Save", **filled)
    assert refused.status_code == 422, "a form that lacks a value is refused before the second question"
    assert "#f-checklist" in refused.text
    asked = reader.press("Save", checklist=told)
    assert asked.status_code == 200, "an action that cannot be undone asks first"
    assert len(recorded("consents")) == consents
    assert reader.press("Yes: Save").url.endswith("?done=1")
    assert len(recorded("consents")) == consents + 1

    drafted = {str(each["id"]) for each in recorded("referrals")}
    begin("Draft a referral")
    reader.press(
        "Save the draft",
        agency=AGENCY,
        purpose=purpose,
        service_types=["accommodation_emergency"],
        data_categories=["identity", "contact_safe"],
        reply_by__year="2199",
        reply_by__month="1",
        reply_by__day="2",
    )
    [referral] = [each for each in recorded("referrals") if each["id"] not in drafted]
    assert referral["state"] == "draft"
    saved = reader.press("Save", out_of_hours="Fictitious words <b>", told="Not agreed")
    assert saved.url == f"{reader.address}/cases/{case}/do/send-referral/{referral['id']}?done=1"
    preview = reader.press("Send the referral")
    assert "Fictitious words &lt;b&gt;" in preview.text
    assert "Not agreed" not in preview.text
    assert reader.press("Yes: Send the referral").url.endswith("?done=1")
    [sent] = [each for each in recorded("referrals") if each["id"] == referral["id"]]
    assert sent["state"] == "sent"


def test_an_age_that_a_caseworker_states_is_confirmed_by_a_supervisor(
    installation: Targets, desk: str, reader: Reader, case: str
) -> None:
    api = Api(installation, roles=[PEOPLE[0].role], subject=PEOPLE[0].id)
    reader.sign_in("Mila")
    # The first year may be the first record of an age, which needs no confirmation by a second person.
    for year in ("2012", "1990"):
        reader.open(f"/cases/{case}")
        reader.follow("Record or change something")
        reader.follow("Record or change the date of birth")
        assert reader.press("Save", birth__date__year=year, birth__disputed="no").url.endswith("?done=1")
        changes = api.get("intake", f"/v1/cases/{case}/age-changes").json()["changes"]
        if any(each["state"] == "waiting" for each in changes):
            break
    supervisor = Reader(desk)
    supervisor.sign_in(next(each.name for each in PEOPLE if each.role == "supervisor"))
    listed = supervisor.open("/confirmations")
    assert "Age until now" in listed.text
    [change] = set(re.findall(r'href="(/do/confirm-age/[^"]*)"', listed.text))
    supervisor.open(change)
    supervisor.press("Continue", confirms="yes")
    assert supervisor.press("Yes: Continue").url.endswith("/confirmations?done=1")
    assert change not in supervisor.open("/confirmations").text


def test_a_fact_recorded_at_legal_is_in_the_timeline_and_can_be_corrected(reader: Reader, case: str) -> None:
    reader.sign_in(next(each.name for each in PEOPLE if each.role == "legal_adviser"))
    reader.open(f"/cases/{case}/do/legal-fact")
    reader.press("Continue", kind="judgment_final")
    on = {"happened__year": "2025", "happened__month": "3", "happened__day": "4"}
    assert reader.press("Save", offender="known", **on).url.endswith("?done=1")
    assert '<time datetime="2025-03-04">' in reader.open(f"/cases/{case}/timeline").text
    [form] = set(
        re.findall(r'href="([^"]*/correct-legal-fact/[^"]*)"', reader.open(f"/cases/{case}/do/correct-legal-fact").text)
    )
    page = reader.open(form).text
    assert 'name="offender"' in page
    assert 'name="clock"' not in page
    assert reader.press("Save", reason="more_exact_date", happened__day="5").url.endswith("?done=1")
    assert '<time datetime="2025-03-05">' in reader.open(f"/cases/{case}/timeline").text


def test_an_operator_registers_and_changes_a_member_of_staff(reader: Reader) -> None:
    reader.sign_in(next(each.name for each in PEOPLE if each.role == "operator"))
    reader.open("/register/staff")
    reader.follow("Register a member of staff")
    saved = reader.press("Save", name="Fictitious Newcomer", agency=AGENCY, roles=["counsellor"], takes_cases="yes")
    assert saved.url.endswith("/register/staff?done=1")
    assert reader.press("Search", name="Newcomer").status_code == 200
    reader.follow("Fictitious Newcomer")
    reader.follow("Change a member of staff")
    changed = reader.press("Save", languages=["ro"], until="2199-01-31")
    assert changed.url.endswith("?done=1")
    assert "Romanian" in changed.text
    assert "2199" in changed.text


def test_a_role_has_no_form_for_what_the_service_does_not_allow(reader: Reader, case: str) -> None:
    reader.sign_in("Ioana")
    assert reader.open(f"/cases/{case}/do/consent").status_code in (403, 404)
    assert reader.open(f"/cases/{case}/do/erase-everything").status_code == 404


def test_two_people_edit_one_agreement_and_neither_loses_a_change(desk: str, reader: Reader, case: str) -> None:
    other = Reader(desk)
    form = f"/cases/{case}/do/safe-contact"
    for each in (reader, other):
        each.sign_in("Mila")
        assert each.open(form).status_code == 200
    reader.press("Save", story="Fictitious story", if_another_answers="hang_up", channels=["phone"])
    conflict = other.press("Save", code_word="daffodil", if_another_answers="hang_up", channels=["phone"])
    assert conflict.status_code == 409
    assert "<bdi>daffodil</bdi>" in conflict.text
    assert "Fictitious story" in conflict.text
    assert other.press("Save").url.endswith("?done=1")
    saved = other.open(form).text
    assert "Fictitious story" in saved
    assert "daffodil" in saved


def test_each_role_does_its_part_through_forms(desk: str, installation: Targets, case: str) -> None:
    members = {person.role: Api(installation, roles=[person.role], subject=person.id) for person in PEOPLE}

    def file_of(service: str, role: str) -> Any:
        return members[role].get(service, f"/v1/cases/{case}").json()

    adam = Reader(desk)
    adam.sign_in("Adam")
    adam.open(f"/cases/{case}/do/advice")
    advised = adam.press(
        "Save",
        status="given",
        phase="before_entry_decision",
        topics=["compensation"],
        language="en",
        interpreter="no",
        funding="legal_aid",
    )
    assert advised.url.endswith("?done=1"), advised.text
    assert any(each["topics"] == ["compensation"] for each in file_of("legal", "legal_adviser")["advice"])

    sanne = Reader(desk)
    sanne.sign_in("Sanne")
    sanne.open(f"/cases/{case}/do/assessment")
    assessed = sanne.press(
        "Save",
        type="initial",
        domains__immediate_safety__need="3",
        domains__immediate_safety__risk="prefer_not_to_say",
        domains__immediate_safety__words="Fictitious words",
        unfinished="yes",
    )
    assert assessed.url.endswith("?done=1"), re.findall("<li>(.*?)</li>", assessed.text)
    assert file_of("support", "support_worker")["assessments"][-1]["domains"].keys() == {"immediate_safety"}
    sanne.open(f"/cases/{case}/do/raise-alert")
    assert sanne.press("Raise", danger_type="family_threat", urgency="today").url.endswith("?done=1")
    [alert] = [
        each for each in file_of("support", "support_worker")["alerts"] if each["danger_type"] == "family_threat"
    ]
    sanne.open(f"/cases/{case}/do/escalate-alert/{alert['id']}")
    sanne.press("Save", reason="learnt_more", urgency="immediate")
    sanne.open(f"/cases/{case}/do/end-alert/{alert['id']}")
    sanne.press("End the alert", reason="made_safe")
    assert sanne.press("Yes: End the alert").url.endswith("?done=1")
    [ended] = [each for each in file_of("support", "support_worker")["alerts"] if each["id"] == alert["id"]]
    assert (ended["urgency"], ended["end_reason"]) == ("immediate", "made_safe")


def test_a_newcomer_opens_a_contact_and_stays_with_the_new_case(desk: str, reader: Reader) -> None:
    reader.sign_in("Mila")
    reader.follow("Record or decide")
    reader.follow("Open a contact")
    opened = reader.press(
        "Open the contact", jurisdiction="NL", source="self", channel="chat", language="bg", anonymous="yes"
    )
    assert opened.status_code == 200, opened.text
    assert re.fullmatch(r"/cases/[0-9a-f-]{36}\?done=1", opened.url.removeprefix(desk))


def test_a_second_person_confirms_what_the_first_proposed(desk: str, installation: Targets, reader: Reader) -> None:
    mila = Api(installation, roles=["caseworker"], subject=PEOPLE[0].id)
    opening = {"jurisdiction": "NL", "source": "self", "channel": "chat", "language": "bg", "anonymous": True}
    case = str(mila.post("intake", "/v1/cases", opening).json()["id"])
    supervision = {"supervisor": PEOPLE[4].id, "member": PEOPLE[0].id}
    Api(installation, roles=["operator"]).post("intake", "/v1/supervisions", supervision)
    mila.post("intake", f"/v1/cases/{case}/closing-proposals", {"reason": "lost_contact"})
    joris = Reader(desk)
    joris.sign_in("Joris")
    joris.open("/confirmations")
    joris.follow("Confirm or refuse")
    joris.press("Continue", confirms="yes")
    done = joris.press("Yes: Continue")
    assert done.url.endswith("/confirmations?done=1"), done.text
    assert mila.get("intake", f"/v1/cases/{case}").json()["status"] == "closed"
