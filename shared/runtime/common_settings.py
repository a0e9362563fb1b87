"""The settings of a process with a database, including processes without nameko and without a database mapper.

Each kind of process has a subclass of `CommonSettings`: `shared.runtime.settings` has the one for the services with
event logs. This module loads neither nameko nor eventlet nor SQLAlchemy.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, TypeVar, cast

import attrs
import environ

from shared.access.providers.declared import Provider, ProvidersRefused, read
from shared.runtime.process_settings import ProcessSettings, own_prefix, read_process_settings
from shared.runtime.variables import PREFIX, PRODUCTION, SettingRefused
from shared.store.file_address import FileAddress


def _providers(declared: str | tuple[Provider, ...]) -> tuple[Provider, ...]:
    # attrs converts a value again when it creates settings from other settings.
    try:
        return read(declared) if isinstance(declared, str) else declared
    except ProvidersRefused as refused:
        raise SettingRefused(
            f"{PREFIX}_PROVIDERS is not valid: {refused}. Correct the setting, and start again."
        ) from None


@environ.config(prefix=PREFIX, frozen=True)
class CommonSettings(ProcessSettings):
    """The settings of any process with a database and sign-in providers."""

    database_url: str = environ.var(
        help="<SERVICE>_: this service's own database, postgresql://user:password@host:port/name"
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
        help="the OpenID Connect providers that people sign in with (TOML; see [sign-in]"
        "(../guides/operate/identity.md)); empty: none",
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
    settings = read_process_settings(kind, service, ports, variables)
    _check_providers(settings)
    own = own_prefix(service)
    ring_file = variables.get(f"{own}KEY_RING_FILE")
    # environ-config makes attrs classes at run time, which types can't see.
    evolved: Kind = attrs.evolve(
        cast("Any", settings),
        key_ring_path=Path(ring_file) if ring_file else None,
        **_from_files(settings, variables, own, followed),
    )
    return evolved


# control: H-DESK-1 training-refused-in-production
def _check_providers(settings: CommonSettings) -> None:
    """Raise `SettingRefused` for a training provider in production: every visitor could sign in as any person."""
    if settings.environment == PRODUCTION and any(provider.training for provider in settings.providers):
        raise SettingRefused(
            f"{PREFIX}_PROVIDERS declares a training provider, which a production installation never accepts. "
            "Declare your own provider."
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
