"""The content of the operators' pages, from the services' answers. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from services.web.upstream.client import Answer
from services.web.words.texts import gettext_noop

#: Alarm limits: how many events a follower is behind, and for how many seconds an event waits for the broker.
MOST_BEHIND, LONGEST_UNPUBLISHED = 1000, 120
#: The alarms that can be seen in the services' answers, by the names of their runbooks.
ALARMS: Final = {
    "CasepathServiceDown": gettext_noop("The service does not answer."),
    "CasepathStoreUnusable": gettext_noop("The service cannot use a database."),
    "CasepathDiskFull": gettext_noop("The disk of a database is full."),
    "CasepathBrokerAway": gettext_noop("The service has no connection to the broker."),
    "CasepathBrokerDiskAlarm": gettext_noop("The broker accepts nothing, because it lacks disk space or memory."),
    "CasepathBrokerRefuses": gettext_noop("The broker refuses this service."),
    "CasepathEndingsLate": gettext_noop("An ending waits to be applied, so agencies receive nothing."),
    "CasepathUnpublished": gettext_noop("Events wait for the broker."),
    "CasepathExchangeLags": gettext_noop("The service is far behind another service."),
    "CasepathCaseParked": gettext_noop("Cases are parked. They wait for an operator."),
    "CasepathHoldOld": gettext_noop("Cases are held. The service tries again by itself."),
    "CasepathDeadLetter": gettext_noop("Messages that could not be read are in quarantine."),
    "CasepathForgery": gettext_noop("A forged or altered message arrived."),
    "CasepathProbing": gettext_noop("A caller tried many addresses that do not exist."),
    "CasepathBackupOverdue": gettext_noop("The backup is overdue."),
    "CasepathBackupFailed": gettext_noop("The last attempt to make a backup failed."),
    "CasepathDeliveriesFail": gettext_noop("Deliveries to an agency fail."),
    "CasepathAgencyQueueLong": gettext_noop("An agency does not read its queue."),
}
#: Obstacles of agencies that are alarms.
_OF_AGENCIES: Final = {
    "webhook_failing": "CasepathDeliveriesFail",
    "webhook_disabled": "CasepathDeliveriesFail",
    "queue_unread": "CasepathAgencyQueueLong",
}


@dataclass(frozen=True)
class Alarm:
    """Something that an operator must handle; `place` is the service or the agency."""

    name: str
    place: str

    @property
    def says(self) -> str:
        """Return what it means, in English; `gettext` translates it."""
        return ALARMS[self.name]


@dataclass(frozen=True)
class Following:
    """The state of one service as a follower of another one."""

    source: str
    behind: int
    held: int
    parked: int


@dataclass(frozen=True)
class Service:
    """One service; `checks` and the figures are empty if it does not answer."""

    name: str
    is_away: bool
    release: str
    checks: Mapping[str, str]
    unpublished: int
    following: Sequence[Following]
    quarantined: int

    @property
    def waiting(self) -> int:
        """Return the number of cases that are held or parked here."""
        return sum(each.held + each.parked for each in self.following)


@dataclass(frozen=True)
class OperatorPage:
    """The services, the last backup and the alarms. `is_hidden`: no service lets the reader see its state."""

    services: Sequence[Service]
    backup: Mapping[str, Any] | None
    alarms: Sequence[Alarm]
    is_hidden: bool


# control: H-DESK-6 missing-parts-are-named
def page_of(answers: Mapping[str, Answer]) -> OperatorPage:
    """Return the page about the services, from the answer of each."""
    documents = {name: answer.document for name, answer in answers.items() if answer.is_good}
    heads = {name: document["exchange"]["head"] for name, document in documents.items()}
    backups = [document["backup"] for document in documents.values() if document["backup"]]
    services = [_service(name, answer, heads) for name, answer in answers.items()]
    alarms = [alarm for name, answer in answers.items() for alarm in _alarms(name, answer, heads)]
    backup = backups[0] if backups else None
    return OperatorPage(
        services=services,
        backup=backup,
        alarms=[*alarms, *_of_backup(backup)],
        is_hidden=all(answer.is_hidden for answer in answers.values()),
    )


def _service(name: str, answer: Answer, heads: Mapping[str, int]) -> Service:
    if not answer.is_good:
        return Service(name, is_away=True, release="", checks={}, unpublished=0, following=(), quarantined=0)
    document = answer.document
    exchange = document["exchange"]
    return Service(
        name,
        is_away=False,
        release=document["release"],
        checks=document["checks"],
        unpublished=exchange["head"] - exchange["published"],
        following=[
            Following(each["source"], _behind(each, heads), each["held"], each["parked"])
            for each in exchange["following"]
        ],
        quarantined=exchange["quarantined"],
    )


def _behind(followed: Mapping[str, Any], heads: Mapping[str, int]) -> int:
    cursor = int(followed["cursor"])
    return max(0, heads.get(followed["source"], cursor) - cursor)


def _alarms(name: str, answer: Answer, heads: Mapping[str, int]) -> Iterator[Alarm]:
    if not answer.is_good:
        yield Alarm("CasepathServiceDown", name)
        return
    exchange = answer.document["exchange"]
    following = exchange["following"]
    found = {
        **_of_parts(answer.document["checks"]),
        "CasepathUnpublished": (exchange["unpublished_age_seconds"] or 0) > LONGEST_UNPUBLISHED,
        "CasepathExchangeLags": any(_behind(each, heads) > MOST_BEHIND for each in following),
        "CasepathCaseParked": any(each["parked"] for each in following),
        "CasepathHoldOld": any(each["held"] for each in following),
        "CasepathDeadLetter": exchange["quarantined"] > 0,
        "CasepathForgery": bool(exchange["forged"]),
        "CasepathProbing": bool(exchange["probing"]),
    }
    yield from (Alarm(alarm, name) for alarm, is_so in found.items() if is_so)


def _of_parts(checks: Mapping[str, str]) -> dict[str, bool]:
    stores, broker = {checks["database"], checks["keys"]}, checks["broker"]
    return {
        "CasepathDiskFull": "full" in stores,
        "CasepathStoreUnusable": bool(stores - {"ok", "full"}),
        "CasepathBrokerAway": broker == "away",
        "CasepathBrokerDiskAlarm": broker == "blocked",
        "CasepathBrokerRefuses": broker.startswith("refused"),
        "CasepathEndingsLate": checks["endings"] == "late",
    }


def _of_backup(backup: Mapping[str, Any] | None) -> Iterator[Alarm]:
    if backup and backup["failed_at"]:
        yield Alarm("CasepathBackupFailed", "intake")
    if backup and backup["is_overdue"]:
        yield Alarm("CasepathBackupOverdue", "intake")


def alarms_of_agencies(agencies: Sequence[Mapping[str, Any]]) -> list[Alarm]:
    """Return the alarms about what agencies receive."""
    found = [(_OF_AGENCIES.get(code), each["name"]) for each in agencies for code in each["obstacles"]]
    return [Alarm(alarm, name) for alarm, name in dict.fromkeys(found) if alarm is not None]


def age(made_at: str, now: datetime) -> int:
    """Return how many whole hours ago an instant was."""
    return int((now - datetime.fromisoformat(made_at)).total_seconds() // 3600)
