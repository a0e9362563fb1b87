"""The settings that a process has without a database, keys or sign-in providers.

`CommonSettings` adds those. This module loads none of the libraries that they need.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar, cast

import attrs
import environ

from shared.access import visitors
from shared.runtime.variables import ENVIRONMENTS, PREFIX, SettingRefused, from_files

#: These differ from process to process: an error names the variable of the process.
_PER_SERVICE = ("AMQP_URI", "DATABASE_URL", "LISTEN", "SIGNING_KEY", "KEYS_DATABASE_URL", "KEY_RING", "ADDRESS")


def one_of(allowed: tuple[str, ...]) -> Callable[[object, "attrs.Attribute[str]", str], object]:
    """Return a validator that accepts these values only."""
    return attrs.validators.in_(allowed)


def is_listening(_settings: object, attribute: "attrs.Attribute[str]", value: str) -> None:
    """Raise `ValueError` unless the value is empty or host:port."""
    host, _, port = value.rpartition(":")
    if value and not (host and port.isdecimal()):
        raise ValueError("must be host:port", attribute)


def _is_secret(_settings: object, attribute: "attrs.Attribute[str]", value: str) -> None:
    if value and len(value) < visitors.SHORTEST_SECRET:
        raise ValueError(f"must have at least {visitors.SHORTEST_SECRET} characters", attribute)


def _is_folder(_settings: object, attribute: "attrs.Attribute[str]", value: str) -> None:
    if value and not Path(value).is_dir():
        raise ValueError("is not a folder", attribute)


@environ.config(prefix=PREFIX, frozen=True)
class ProcessSettings:
    """The settings of any process; `<SERVICE>_` marks the settings that differ from process to process."""

    environment: str = environ.var(
        "production",
        validator=one_of(ENVIRONMENTS),
        help="production, training or development; only the last two allow a moved clock. Each database stores it. "
        "If `./casepath` runs the service, its first start sets the value",
    )
    listen: str = environ.var(help="<SERVICE>_: host:port to listen on")
    metrics_listen: str = environ.var(
        "",
        validator=is_listening,
        help="<SERVICE>_: host:port that serves `/metrics` and no other path, in place of the service's own port. "
        "Empty: the service's own port serves it",
    )
    log_format: str = environ.var(
        "json", validator=one_of(("json", "console")), help="json, or console for reading in a terminal"
    )
    log_level: str = environ.var(
        "info", validator=one_of(("debug", "info", "warning", "error")), help="debug, info, warning or error"
    )
    addresses: dict[str, str] = environ.var(
        "", converter=lambda urls: urls or {}, help="<SERVICE>_URL: the address of a service's feed for the others"
    )
    trusted_header: str = environ.var(
        "",
        help="the header in which your proxy states the client's address (X-Forwarded-For). Empty: no header is "
        "trusted",
    )
    public_secret: str = environ.var(
        "",
        validator=_is_secret,
        help="the secret that `web-public` and intake share. With it, intake counts requests per visitor's network "
        "([public site](../guides/operate/public.md)); empty: all visitors count as one address",
    )
    profiles: str = environ.var(
        "",
        validator=_is_folder,
        help="the folder with your own legal profiles, the same for all processes "
        "([add a country](../guides/operate/countries.md)). A process with an invalid file does not start. Empty: "
        "only the profiles of the repository",
    )


Kind = TypeVar("Kind", bound=ProcessSettings)


def read_process_settings(
    kind: type[Kind], service: str, ports: Mapping[str, int], variables: Mapping[str, str]
) -> Kind:
    """Read the settings of one process from environment variables.

    `ports` has the default port of every service and of this process. Raises `SettingRefused`, naming the variable.
    """
    variables_read = from_files(variables)
    own = own_prefix(service)
    effective = {
        f"{PREFIX}_{name.removeprefix(own)}": value for name, value in variables_read.items() if name.startswith(own)
    }
    effective = {**variables_read, **effective}
    effective.setdefault(f"{PREFIX}_LISTEN", f"127.0.0.1:{ports[service]}")
    try:
        settings: Kind = environ.to_config(kind, environ=effective)
    except environ.MissingEnvValueError as error:
        name = str(error.args[0])
        where = name.replace(f"{PREFIX}_", own) if name.split("_", 1)[1] in _PER_SERVICE else name
        raise SettingRefused(
            f"{where} is not set (nor {where}_FILE). Set it: see docs/reference/configuration.md."
        ) from None
    except SettingRefused:
        raise
    except ValueError as error:
        raise SettingRefused(
            f"A setting of {service} is not valid: {_without_value(error)}. Correct the setting, and start again."
        ) from None
    _check_profiles(settings, variables)
    # environ-config makes attrs classes at run time, which types can't see.
    evolved: Kind = attrs.evolve(cast("Any", settings), addresses=addresses(ports, variables_read))
    return evolved


def _check_profiles(settings: ProcessSettings, variables: Mapping[str, str]) -> None:
    """Raise `SettingRefused` unless the folder is in the variable that `shared.reference` reads at import."""
    name = f"{PREFIX}_PROFILES"
    if settings.profiles != variables.get(name, ""):
        raise SettingRefused(f"{name} must be set directly, not as a file and not for one service. Set {name}.")


def own_prefix(service: str) -> str:
    """Return the start of the names of the variables that belong to one process."""
    return f"{PREFIX}_{service.upper().replace('-', '_')}_"


def _without_value(error: ValueError) -> str:
    """Return the name of the refused setting, without the refused value that attrs adds to the error's arguments."""
    attribute = error.args[1].name if len(error.args) > 1 else "a number was expected"
    return f"{PREFIX}_{attribute.upper()}" if len(error.args) > 1 else attribute


def addresses(ports: Mapping[str, int], variables: Mapping[str, str]) -> dict[str, str]:
    """Return each service's address: `CASEPATH_<SERVICE>_URL`, or else its default port on this machine."""
    return {
        name: variables.get(f"{PREFIX}_{name.upper()}_URL", f"http://127.0.0.1:{port}").rstrip("/")
        for name, port in ports.items()
    }
