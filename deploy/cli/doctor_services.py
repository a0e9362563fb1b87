"""What `doctor` says of the services that run here, by what they themselves measure."""

from collections.abc import Iterable, Mapping

from deploy.cli import desk
from deploy.cli.findings import FAIL, OK, WARN, Finding
from deploy.cli.installation import Installation
from deploy.cli.readiness import complaints, look
from deploy.cli.service_metrics import expositions, values

CHECK = "services"
#: An archive of keys that has not been written for longer lacks keys that a lost key database would take with it.
ARCHIVE_SECONDS = 60


def services(installation: Installation) -> list[Finding]:
    """Look at each service that runs here."""
    measured = expositions(installation)
    return findings(measured, [*complaints(look()), *desk.complaints(installation)] if measured else [])


def findings(measured: Mapping[str, str], lacking: Iterable[str] = ()) -> list[Finding]:
    """Return what is wrong by the services' metrics, and what they lack; one finding that all is well otherwise."""
    if not measured:
        return [Finding(CHECK, OK, "none runs here now; they are looked at when they do")]
    wrong = [finding for service, text in measured.items() for finding in _of_service(service, text)]
    wrong += [Finding(CHECK, FAIL, sentence, "see docs/guides/operate/troubleshoot.md") for sentence in lacking]
    return wrong or [Finding(CHECK, OK, f"{len(measured)} answer, no key is lost, and their keys are archived")]


def _of_service(service: str, text: str) -> list[Finding]:
    if not text:
        return [Finding(CHECK, FAIL, f"{service} does not answer", "./casepath status; its log says why it ended")]
    wrong = []
    lost = sum(values(text, "casepath_keys_lost"))
    if lost:
        why = f"{service} lacks {lost:,.0f} data keys that nobody destroyed: what is sealed with them can't be opened"
        fix = f"./casepath keys restore {service} FILE, the newest of its archive (docs/guides/operate/keys.md)"
        wrong.append(Finding(CHECK, FAIL, why, fix))
    age = max(values(text, "casepath_key_archive_age_seconds"), default=0.0)
    if age > ARCHIVE_SECONDS:
        why = f"the archive of {service}'s keys stands still: {_since(age)}"
        fix = "its log says keys.not_archived and why: is there room, and may it write to its archive?"
        wrong.append(Finding(CHECK, WARN, why, fix))
    return wrong


def _since(age: float) -> str:
    return "there is no file yet" if age == float("inf") else f"for {age:,.0f} seconds"
