"""The settings that every process has, also one that carries neither nameko nor a database mapper.

The settings of one kind of process are a class below `CommonSettings`: `shared.runtime.settings` has those of the
services with event logs. This module loads neither nameko nor eventlet nor SQLAlchemy.
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
        raise ValueError("has to be host:port", attribute)


def _providers(declared: str | tuple[Provider, ...]) -> tuple[Provider, ...]:
    # What was converted once is converted again where settings are made of others.
    try:
        return read(declared) if isinstance(declared, str) else declared
    except ProvidersRefused as refused:
        raise SettingRefused(f"{PREFIX}_PROVIDERS can't be used: {refused}.") from None


@environ.config(prefix=PREFIX, frozen=True)
class CommonSettings:
    """The settings of any process; `<SERVICE>_` is before those that differ from process to process."""

    environment: str = environ.var(
        "production",
        validator=one_of(ENVIRONMENTS),
        help="production, training or development; only the last two let the clock be moved. Each database remembers "
        "it, and where `./casepath` runs the service, its first start decides",
    )
    database_url: str = environ.var(
        help="<SERVICE>_: this service's own database, postgresql://user:password@host:port/name"
    )
    listen: str = environ.var(help="<SERVICE>_: host:port to listen on")
    metrics_listen: str = environ.var(
        "",
        validator=is_listening,
        help="<SERVICE>_: host:port at which `/metrics` is served, and nothing else; then it is served nowhere else. "
        "Empty: where the service listens",
    )
    key_ring: str = environ.var(
        help="<SERVICE>_: the key ring that wraps those keys (JSON; ./casepath init makes it). As a file, it is taken "
        "over when it changes, without a restart"
    )
    #: The file that the ring was read from, if it was one; not set by a variable of its own.
    key_ring_path: Path | None = environ.var(
        "", converter=lambda source: source if isinstance(source, Path) else None, help=""
    )
    providers: tuple[Provider, ...] = environ.var(
        "",
        converter=_providers,
        help="the OpenID Connect providers that people sign in with (TOML; [who signs in](operate/identity.md)); "
        "empty: none",
    )
    log_format: str = environ.var("json", validator=one_of(("json", "console")), help="json, or console for a person")
    log_level: str = environ.var(
        "info", validator=one_of(("debug", "info", "warning", "error")), help="debug, info, warning or error"
    )
    addresses: dict[str, str] = environ.var(
        "", converter=lambda urls: urls or {}, help="<SERVICE>_URL: where the others reach a service's feed"
    )
    trusted_header: str = environ.var(
        "", help="the header in which our own proxy says whom it speaks for (X-Forwarded-For); empty: none is believed"
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

    `ports` holds every service's usual port, and that of this process. Of the variables in `followed`, those that
    came from a file are read again whenever they are used. Raises `SettingRefused`, naming the variable.
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
    """Raise `SettingRefused` for a training provider in production: anybody could sign in as anybody there."""
    if settings.environment == PRODUCTION and any(provider.training for provider in settings.providers):
        raise SettingRefused(
            f"{PREFIX}_PROVIDERS declares a training provider, which a production installation never accepts."
        )


def _from_files(
    settings: CommonSettings, variables: Mapping[str, str], own: str, followed: Collection[str]
) -> dict[str, FileAddress]:
    """Return the addresses and keys that came from files: whoever connects or signs later reads them again."""
    addresses_read = {}
    for name in followed:
        file = variables.get(f"{own}{name}_FILE")
        if file is None and f"{own}{name}" not in variables:
            file = variables.get(f"{PREFIX}_{name}_FILE")
        if file is not None:
            addresses_read[name.lower()] = FileAddress.of(Path(file), str(getattr(settings, name.lower())))
    return addresses_read


def _without_value(error: ValueError) -> str:
    """Attrs puts the refused value into the message's arguments; only its first words are ours to show."""
    attribute = error.args[1].name if len(error.args) > 1 else "a number was expected"
    return f"{PREFIX}_{attribute.upper()}" if len(error.args) > 1 else attribute


def addresses(ports: Mapping[str, int], variables: Mapping[str, str]) -> dict[str, str]:
    """Where each service is reached: `CASEPATH_<SERVICE>_URL`, else its usual port on this machine."""
    return {
        name: variables.get(f"{PREFIX}_{name.upper()}_URL", f"http://127.0.0.1:{port}").rstrip("/")
        for name, port in ports.items()
    }
