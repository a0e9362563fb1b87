"""What `doctor` says of the providers that people sign in with: whether they answer, and how old known keys are."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final

from deploy.cli.compose import is_of_docker, services_up
from deploy.cli.declared_providers import declared
from deploy.cli.environment_record import PRODUCTION, environment_name
from deploy.cli.findings import FAIL, OK, UNKNOWN, WARN, Finding
from deploy.cli.installation import Installation
from deploy.cli.service_metrics import expositions, inside
from shared.access.providers.declared import Provider
from shared.access.providers.key_fetcher import LOOKS
from shared.access.providers.keys import LONGEST_UNCONFIRMED
from shared.access.providers.looks import Look, look

CHECK: Final = "sign-in"
PAGE: Final = "docs/guides/operate/identity.md"
FETCHER: Final = "key-fetcher"
#: It asks each provider, one after the other.
_LOOKS: Final = (f"http://{FETCHER}:8105{LOOKS}", 45.0)
NOT_ASKED: Final = f"{FETCHER} could not be asked"
#: Keys are compared every five minutes; for so long, failures may be the provider's own affair.
LATELY: Final = timedelta(hours=1)
_HOUR: Final = timedelta(hours=1)
_SECONDS: Final = 3.0
_AGE: Final = re.compile(r'^casepath_provider_keys_age_seconds\{provider="([^"]*)"\} (\S+)$', re.MULTILINE)
_START_ANEW: Final = "restart the services: ./casepath down and up, or docker compose up --force-recreate --wait"
#: The fix for each reason that services log, by the start of the reason.
_FIXES: Final[Mapping[str, str]] = {
    "another_issuer": "--issuer is to be what its discovery document names, letter by letter: ./casepath provider add",
    "keys_are_at_another_host": "name its key set: ./casepath provider add … --keys-at https://…",
    "no_usable_keys": "have it publish signing keys with an id (RSA of 2048 bits or more, or elliptic curves)",
    "SSL": "name its own authority (./casepath provider add … --certificates authority.pem), or renew its certificate",
    "Name": "its host name does not resolve here: check --issuer and your DNS",
    "status_": f"its answer is not a discovery document: check --issuer ({PAGE}), or use --keys-at",
    "no_": f"its answer is not a discovery document: check --issuer ({PAGE}), or use --keys-at",
    "too_": "the answer is too large or too slow for a provider: check for a proxy in between",
}
_AWAY: Final = "start it, or allow TLS from this machine to its host; services use their known keys for 24 hours"


def sign_in(installation: Installation) -> list[Finding]:
    """Check each declared provider as services see it, and the keys that running services know."""
    providers = declared(installation)
    if not providers:
        return [_none_declared(installation)]
    if is_of_docker(installation) and FETCHER not in services_up(installation):
        why = f"{FETCHER} does not run: services in Docker need it to fetch the providers' keys"
        fix = "docker compose up --wait"
        return [Finding(CHECK, WARN, why, fix), *_of_ages(providers, _ages(installation))]
    return findings(providers, _looks(installation, providers), _ages(installation))


def findings(
    providers: Iterable[Provider], looks: Iterable[Look], ages: Mapping[str, Mapping[str, timedelta]]
) -> list[Finding]:
    """Return what was found: of each provider, and of the keys that each running service knows (by issuer)."""
    return [*(_of_look(one) for one in looks), *_of_ages(providers, ages)]


def _none_declared(installation: Installation) -> Finding:
    if environment_name(installation) == PRODUCTION:
        return Finding(
            CHECK, WARN, "no provider is declared: staff cannot sign in", f"./casepath provider add ({PAGE})"
        )
    return Finding(CHECK, OK, "no provider is declared; tokens are made by a key of this installation")


def _of_look(one: Look) -> Finding:
    if one.trouble == NOT_ASKED:
        return Finding(CHECK, UNKNOWN, f"{NOT_ASKED} about {one.issuer}", f"docker compose logs {FETCHER}")
    if one.trouble:
        fix = next((fix for begins, fix in _FIXES.items() if one.trouble.startswith(begins)), _AWAY)
        return Finding(CHECK, FAIL, f"{one.issuer} does not answer as a provider ({one.trouble})", fix)
    said = f"{one.issuer} publishes {one.published} keys, of which {one.usable} can be used"
    if not one.algorithms:
        fix = "./casepath provider add … --algorithm, with what it signs access tokens by"
        return Finding(CHECK, FAIL, f"{said}, none by an algorithm that is declared", fix)
    return Finding(CHECK, OK, f"{said}, for {', '.join(one.algorithms)}")


def _of_ages(providers: Iterable[Provider], ages: Mapping[str, Mapping[str, timedelta]]) -> list[Finding]:
    aged = []
    for provider in providers:
        for service, by_issuer in ages.items():
            if (finding := _of_age(provider.issuer, service, by_issuer.get(provider.issuer))) is not None:
                aged.append(finding)
    return aged


def _of_age(issuer: str, service: str, age: timedelta | None) -> Finding | None:
    """Return what is wrong with the keys that a service knows of a provider; None where nothing is."""
    if age is None:
        return Finding(CHECK, WARN, f"{service} runs since before {issuer} was declared", _START_ANEW)
    if age <= LATELY:
        return None
    fix = f"its log says why (provider.away, with a reason): {PAGE}"
    if age == timedelta.max:
        return Finding(CHECK, FAIL, f"{service} has no keys of {issuer} yet: staff cannot sign in there", fix)
    why = f"the keys of {issuer} at {service} were compared with it {age / _HOUR:.0f} hours ago"
    if age > LONGEST_UNCONFIRMED:
        return Finding(CHECK, FAIL, f"{why}, and are no longer valid: staff cannot sign in there", fix)
    return Finding(CHECK, WARN, f"{why}; after 24 hours they count no more", fix)


def _looks(installation: Installation, providers: Iterable[Provider]) -> list[Look]:
    if not is_of_docker(installation):
        return [look(provider) for provider in providers]
    # Asked by HTTP from a service's container: a second Python in its own would take more memory than it may.
    answers = {
        stated["issuer"]: Look(**stated) for stated in json.loads(inside(installation, "intake", *_LOOKS) or "[]")
    }
    return [answers.get(one.issuer, Look(one.issuer, trouble=NOT_ASKED)) for one in providers]


def _ages(installation: Installation) -> dict[str, Mapping[str, timedelta]]:
    """Return by running service how long ago the keys that it knows were compared with each provider's."""
    return {service: ages_in(text) for service, text in expositions(installation).items() if text}


def ages_in(exposition: str) -> dict[str, timedelta]:
    """Read from a service's metrics how old the keys of each provider are; the longest time where it has none."""
    longest = timedelta.max.total_seconds()
    found = {issuer: float(seconds) for issuer, seconds in _AGE.findall(exposition)}
    return {
        issuer: timedelta.max if seconds >= longest else timedelta(seconds=seconds) for issuer, seconds in found.items()
    }
