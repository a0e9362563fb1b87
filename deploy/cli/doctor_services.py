"""Checks of `doctor` on running services, from their metrics."""

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
    """Check each service that runs here."""
    measured = expositions(installation)
    return findings(measured, [*complaints(look()), *desk.complaints(installation)] if measured else [])


def findings(measured: Mapping[str, str], lacking: Iterable[str] = ()) -> list[Finding]:
    """Return the problems in the services' metrics, or one finding that all is well."""
    if not measured:
        return [Finding(CHECK, OK, "no service runs here now; services are checked when they run")]
    wrong = [finding for service, text in measured.items() for finding in _of_service(service, text)]
    wrong += [Finding(CHECK, FAIL, sentence, "see docs/guides/operate/troubleshoot.md") for sentence in lacking]
    return wrong or [Finding(CHECK, OK, f"{len(measured)} answer, no key is lost, and their keys are archived")]


def _of_service(service: str, text: str) -> list[Finding]:
    if not text:
        return [Finding(CHECK, FAIL, f"{service} does not answer", "./casepath status; its log says why it ended")]
    wrong = []
    lost = sum(values(text, "casepath_keys_lost"))
    if lost:
        why = f"{service} has lost {lost:,.0f} data keys: data encrypted with them cannot be read"
        fix = f"./casepath keys restore {service} FILE, the newest of its archive (docs/guides/operate/keys.md)"
        wrong.append(Finding(CHECK, FAIL, why, fix))
    age = max(values(text, "casepath_key_archive_age_seconds"), default=0.0)
    if age > ARCHIVE_SECONDS:
        why = f"the key archive of {service} is not updated: {_since(age)}"
        fix = "its log says keys.not_archived and why: is there room, and may it write to its archive?"
        wrong.append(Finding(CHECK, WARN, why, fix))
    return wrong


def _since(age: float) -> str:
    return "there is no file yet" if age == float("inf") else f"for {age:,.0f} seconds"
