"""`config`: show each setting, its value and its origin, and settings that no service reads."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, cast

import attrs
import click

from deploy.cli.compose import is_of_docker
from deploy.cli.console import print_table, say
from deploy.cli.environment_record import docker_settings, environment_in_force
from deploy.cli.errors import CommandRefused
from deploy.cli.findings import OK, WARN, Finding
from deploy.cli.installation import SERVICES, Installation, here
from deploy.cli.result import Result, with_json
from services import DESK, PUBLIC
from services.web.public.settings import PublicSettings
from services.web.settings import DeskSettings
from shared.runtime.settings import Settings
from shared.runtime.variables import PREFIX

#: A secret, or a value that can contain one: the command shows that it is set, and not its value.
_SECRET = re.compile(r"(KEY|KEYS|RING|KEY_SET|URL|URI|PASSWORD|TOKEN|PROVIDERS|CERTIFICATES)$")
_HANDED_ON = re.compile(r"^ +(CASEPATH_\w+): (?:\$\{CASEPATH_\w+(?::-([^}]*))?[^}]*\}|(.*?))$", re.MULTILINE)
_PER_SERVICE = "<SERVICE>_"


@dataclass(frozen=True)
class Explained:
    """A setting of the services: its value, origin and meaning."""

    name: str
    value: str
    origin: str
    meaning: str


@click.group(short_help="Show the settings.")
def config() -> None:
    r"""Show the settings of the services.

    \b
    Examples:
      ./casepath config explain
      ./casepath config explain CASEPATH_TRUSTED_HEADER
    """


@config.command()
@click.argument("names", nargs=-1)
@with_json
def explain(*, names: tuple[str, ...]) -> Iterator[Result]:
    r"""Show each setting as a service would read it now, and its origin.

    Secrets are not shown. A setting of one service is shown once per service.

    \b
    Examples:
      ./casepath config explain
      ./casepath config explain RATE_CLIENT CASEPATH_INTAKE_LISTEN
    """
    settings = list(explained(here()))
    if names:
        asked = {
            name.upper() if name.upper().startswith(f"{PREFIX}_") else f"{PREFIX}_{name.upper()}" for name in names
        }
        settings = [setting for setting in settings if setting.name in asked]
        strangers = asked - {setting.name for setting in settings}
        if strangers:
            raise CommandRefused(
                f"No service reads {', '.join(sorted(strangers))}.",
                next_step="docs/reference/configuration.md has all that are",
            )
    yield Result({"settings": [asdict(setting) for setting in settings]})
    print_table(["setting", "value", "from"], [[setting.name, setting.value, setting.origin] for setting in settings])
    for setting in settings if names else ():
        say(f"{setting.name}: {setting.meaning}")


def explained(installation: Installation) -> Iterator[Explained]:
    """Return every setting of the services of this installation."""
    handed_on = compose_environment(installation) if is_of_docker(installation) else None
    of_desk = {attribute.name for attribute in attrs.fields(cast("Any", DeskSettings))}
    of_public = {attribute.name: attribute for attribute in attrs.fields(cast("Any", PublicSettings))}
    of_services = {attribute.name: attribute for attribute in attrs.fields(cast("Any", Settings))}
    desk_attributes = {attribute.name: attribute for attribute in attrs.fields(cast("Any", DeskSettings))}
    attributes = of_public | desk_attributes | of_services
    for attribute in attributes.values():
        meaning = str(attribute.metadata["environ_config"].help)
        if not meaning or meaning.startswith(f"{_PER_SERVICE}URL"):
            continue
        default = attribute.default if isinstance(attribute.default, (str, int)) else ""
        owners: Iterable[str] = [""]
        if meaning.startswith(_PER_SERVICE):
            readers = [
                *(SERVICES if attribute.name in of_services else ()),
                *([DESK] if attribute.name in of_desk else ()),
                *([PUBLIC] if attribute.name in of_public else ()),
            ]
            owners = [f"{service.upper()}_" for service in readers]
        for owner in owners:
            name = f"{PREFIX}_{owner}{attribute.name.upper()}"
            value, origin = _look_up(installation, name, str(default), handed_on)
            shown = "set" if value and _SECRET.search(name) else value
            yield Explained(name, shown, origin, meaning.removeprefix(f"{_PER_SERVICE}: "))


def _look_up(
    installation: Installation, name: str, default: str, handed_on: Mapping[str, str] | None
) -> tuple[str, str]:
    """Return a setting's value, and where it comes from, in the order in which a service or docker compose looks."""
    if handed_on is not None:
        return _in_docker(installation, name, default, handed_on)
    if name == f"{PREFIX}_ENVIRONMENT":
        return environment_in_force(installation), "the record in the state folder, or its first start"
    for variable in (name, f"{name}_FILE"):
        if value := installation.variables.get(variable):
            place = ".env" if docker_settings(installation).get(variable) == value else "the environment"
            return value, f"{place} ({variable})"
    return default, "the release's default" if default else "unset, or made by ./casepath up"


def _in_docker(installation: Installation, name: str, default: str, handed_on: Mapping[str, str]) -> tuple[str, str]:
    if f"{name}_FILE" in handed_on:
        return "set", f"a file in secrets/ ({name}_FILE in docker-compose.yml)"
    if name not in handed_on:
        return default, "the release's default; docker-compose.yml does not hand it on"
    written = docker_settings(installation).get(name)
    if value := installation.variables.get(name) or written:
        return value, ".env" if value == written else "this shell"
    return handed_on[name], "docker-compose.yml"


def compose_environment(installation: Installation) -> dict[str, str]:
    """Return the variables that docker-compose.yml hands on to services, each with its value by default."""
    file = installation.checkout / "docker-compose.yml"
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    return {name: (by_default or fixed or "").strip() for name, by_default, fixed in _HANDED_ON.findall(text)}


def settings_read(installation: Installation) -> list[Finding]:
    """Look for settings in `.env` that nothing here reads: a mistyped one does nothing, and says nothing."""
    written = docker_settings(installation)
    if not written:
        return []
    sources = [*installation.checkout.glob("*.yml"), *installation.checkout.glob("deploy/**/*.yml")]
    sources += installation.checkout.glob("deploy/cli/**/*.py")
    readable = "".join(path.read_text(encoding="utf-8") for path in sources)
    unread = [name for name in written if name.startswith(f"{PREFIX}_") and name not in readable]
    if not unread:
        return [Finding("settings", OK, "each in .env is read by something")]
    fix = "./casepath config explain shows those that there are; docs/reference/configuration.md what each means"
    return [Finding("settings", WARN, f"nothing reads {', '.join(sorted(unread))} in .env", fix)]
