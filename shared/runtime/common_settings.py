"""The settings that every process has, including processes without nameko and without a database mapper.

Each kind of process has a subclass of `CommonSettings`: `shared.runtime.settings` has the one for the services with
event logs. This module loads neither nameko nor eventlet nor SQLAlchemy.
"""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, TypeVar, cast

import attrs
import environ

from shared.access.providers.declared import Provider, ProvidersRefused, read
from shared.runtime.variables import ENVIRONMENTS, PREFIX, PRODUCTION, SettingRefused, from_files
from shared.store.file_address import FileAddress

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


def _providers(declared: str | tuple[Provider, ...]) -> tuple[Provider, ...]:
    # attrs converts a value again when it creates settings from other settings.
    try:
        return read(declared) if isinstance(declared, str) else declared
    except ProvidersRefused as refused:
        raise SettingRefused(f"{PREFIX}_PROVIDERS can't be used: {refused}.") from None


@environ.config(prefix=PREFIX, frozen=True)
class CommonSettings:
    """The settings of any process; `<SERVICE>_` marks the settings that differ from process to process."""

    environment: str = environ.var(
        "production",
        validator=one_of(ENVIRONMENTS),
        help="production, training or development; only the last two allow a moved clock. Each database stores it. "
        "If `./casepath` runs the service, its first start sets the value",
    )
    database_url: str = environ.var(
        help="<SERVICE>_: this service's own database, postgresql://user:password@host:port/name"
    )
    listen: str = environ.var(help="<SERVICE>_: host:port to listen on")
    metrics_listen: str = environ.var(
        "",
        validator=is_listening,
        help="<SERVICE>_: host:port that serves `/metrics` and no other path, in place of the service's own port. "
        "Empty: the service's own port serves it",
    )
    key_ring: str = environ.var(
        help="<SERVICE>_: the key ring that wraps those keys (JSON; ./casepath init creates it). If it is given as a "
        "file, changes apply without a restart"
    )
    #: The file that the ring was read from, if there was one; no variable sets this.
    key_ring_path: Path | None = environ.var(
        "", converter=lambda source: source if isinstance(source, Path) else None, help=""
    )
    providers: tuple[Provider, ...] = environ.var(
        "",
        converter=_providers,
        help="the OpenID Connect providers that people sign in with (TOML; see [sign-in](operate/identity.md)); "
        "empty: none",
    )
    log_format: str = environ.var("json", validator=one_of(("json", "console")), help="json, or console for people")
    log_level: str = environ.var(
        "info", validator=one_of(("debug", "info", "warning", "error")), help="debug, info, warning or error"
    )
    addresses: dict[str, str] = environ.var(
        "", converter=lambda urls: urls or {}, help="<SERVICE>_URL: the address of a service's feed for the others"
    )
    trusted_header: str = environ.var(
        "", help="the header in which your proxy states the client's address (X-Forwarded-For); empty: none is trusted"
    )


Kind = TypeVar("Kind", bound=CommonSettings)


def read_settings(
    kind: type[Kind],
    service: str,
    ports: Mapping[str, int],
    variables: Mapping[str, str],
    followed: Collection[str] = ("DATABASE_URL",),
) -> Kind:
    """Read the settings of one process from environment variables.

    `ports` has the default port of every service and of this process. If a variable in `followed` came from a file,
    the file is read again at each use. Raises `SettingRefused`, naming the variable.
    """
    variables_read = from_files(variables)
    own = f"{PREFIX}_{service.upper().replace('-', '_')}_"
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
        raise SettingRefused(f"{where} is not set (nor {where}_FILE). See docs/configuration.md.") from None
    except SettingRefused:
        raise
    except ValueError as error:
        raise SettingRefused(f"A setting of {service} can't be used: {_without_value(error)}") from None
    _check_providers(settings)
    ring_file = variables.get(f"{own}KEY_RING_FILE")
    # environ-config makes attrs classes at run time, which types can't see.
    evolved: Kind = attrs.evolve(
        cast("Any", settings),
        addresses=addresses(ports, variables_read),
        key_ring_path=Path(ring_file) if ring_file else None,
        **_from_files(settings, variables, own, followed),
    )
    return evolved


# control: H-DESK-1 training-refused-in-production
def _check_providers(settings: CommonSettings) -> None:
    """Raise `SettingRefused` for a training provider in production: every visitor could sign in as any person."""
    if settings.environment == PRODUCTION and any(provider.training for provider in settings.providers):
        raise SettingRefused(
            f"{PREFIX}_PROVIDERS declares a training provider, which a production installation never accepts."
        )


def _from_files(
    settings: CommonSettings, variables: Mapping[str, str], own: str, followed: Collection[str]
) -> dict[str, FileAddress]:
    """Return the addresses and keys that came from files; later connections and signatures read the files again."""
    addresses_read = {}
    for name in followed:
        file = variables.get(f"{own}{name}_FILE")
        if file is None and f"{own}{name}" not in variables:
            file = variables.get(f"{PREFIX}_{name}_FILE")
        if file is not None:
            addresses_read[name.lower()] = FileAddress.of(Path(file), str(getattr(settings, name.lower())))
    return addresses_read


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
