"""The settings of a process from its environment; read once at start, wrong values named at once."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import attrs
import environ

from shared.access import agencies
from shared.access.providers import Provider, ProvidersRefused, read
from shared.exchange.broker.agency_queues import is_address_of_agencies
from shared.http.rates import Rate
from shared.outbound import DirectRinger, Guard, Outbound, Outlets, believing
from shared.reference import BrokenReference
from shared.reference.danger import Dangers, load_dangers
from shared.reference.danger import shipped as shipped_dangers
from shared.reference.instruments import Instruments, installed, shipped
from shared.runtime.variables import ENVIRONMENTS, PREFIX, SettingRefused, from_files
from shared.store.file_address import FileAddress


def _one_of(allowed: tuple[str, ...]) -> Callable[[object, "attrs.Attribute[str]", str], object]:
    return attrs.validators.in_(allowed)


def _is_rate(_settings: object, attribute: "attrs.Attribute[str]", value: str) -> None:
    try:
        Rate.read(value)
    except ValueError as error:
        raise ValueError(str(error), attribute) from None


def _is_positive(_settings: object, attribute: "attrs.Attribute[float]", value: float) -> None:
    if not value > 0:
        raise ValueError("has to be more than 0", attribute)


def _is_outlet(_settings: object, attribute: "attrs.Attribute[str]", value: str) -> None:
    try:
        Outlets.read(**{"networks": "", "ports": "", "plain_hosts": "", attribute.name.removeprefix("webhook_"): value})
    except ValueError:
        raise ValueError("can't be read", attribute) from None


def _is_listening(_settings: object, attribute: "attrs.Attribute[str]", value: str) -> None:
    host, _, port = value.rpartition(":")
    if value and not (host and port.isdecimal()):
        raise ValueError("has to be host:port", attribute)


def _providers(declared: str | tuple[Provider, ...]) -> tuple[Provider, ...]:
    # What was converted once is converted again where settings are made of others.
    try:
        return read(declared) if isinstance(declared, str) else declared
    except ProvidersRefused as refused:
        raise SettingRefused(f"{PREFIX}_PROVIDERS can't be used: {refused}.") from None


def _instruments(folder: str | Instruments) -> Instruments:
    """Return the questionnaires of the repository and those of a folder. Raises `SettingRefused`."""
    if isinstance(folder, Instruments):
        return folder
    try:
        return installed(Path(folder)) if folder else shipped()
    except BrokenReference as broken:
        raise SettingRefused(f"{PREFIX}_INSTRUMENTS can't be used: {broken}.") from None


def _dangers(file: str | Dangers) -> Dangers:
    """Return the table of dangers with the rows of a file. Raises `SettingRefused`."""
    if isinstance(file, Dangers):
        return file
    try:
        return load_dangers(Path(file)) if file else shipped_dangers()
    except BrokenReference as broken:
        raise SettingRefused(f"{PREFIX}_DANGERS can't be used: {broken}.") from None


def _is_broker(_settings: object, attribute: "attrs.Attribute[str]", value: str) -> None:
    if value and not is_address_of_agencies(value):
        raise ValueError("has to be amqps://host:port/vhost, or amqp:// on this machine", attribute)


def _agency(named: str | UUID | None) -> UUID | None:
    if not isinstance(named, str):
        return named
    try:
        return agencies.id_of(named.strip()) if named.strip() else None
    except agencies.UnknownAgency:
        raise SettingRefused(
            f"{PREFIX}_ALERTS_AGENCY is neither an agency's id in the register nor an authority's code."
        ) from None


@environ.config(prefix=PREFIX, frozen=True)
class Settings:
    """The settings of one service; `<SERVICE>_` is before those that differ from service to service."""

    environment: str = environ.var(
        "production",
        validator=_one_of(ENVIRONMENTS),
        help="production, training or development; only the last two let the clock be moved. Each database remembers "
        "it, and where `./casepath` runs the service, its first start decides",
    )
    amqp_uri: str = environ.var(
        help="<SERVICE>_: the broker with this service's own account, amqp://user:password@host:port/vhost (amqps:// "
        "for TLS); a cluster's nodes with ; between. Where it is not set, CASEPATH_AMQP_URI is: one account for all "
        "may more than each needs, and ./casepath doctor says so"
    )
    database_url: str = environ.var(
        help="<SERVICE>_: this service's own database, postgresql://user:password@host:port/name"
    )
    listen: str = environ.var(help="<SERVICE>_: host:port to listen on")
    metrics_listen: str = environ.var(
        "",
        validator=_is_listening,
        help="<SERVICE>_: host:port at which `/metrics` is served, and nothing else; then it is served nowhere else. "
        "Empty: where the service listens",
    )
    signing_key: str = environ.var(
        help="<SERVICE>_: the private key (Ed25519, JSON Web Key) that signs this service's tokens"
    )
    keys_database_url: str = environ.var(
        help="<SERVICE>_: the database of this service's data keys, apart from its data and in no backup with it"
    )
    key_ring: str = environ.var(
        help="<SERVICE>_: the key ring that wraps those keys (JSON; ./casepath init makes it). As a file, it is taken "
        "over when it changes, without a restart"
    )
    #: The file that the ring was read from, if it was one; not set by a variable of its own.
    key_ring_path: Path | None = environ.var(
        "", converter=lambda source: source if isinstance(source, Path) else None, help=""
    )
    key_archive: str = environ.var("", help="<SERVICE>_: the folder in which those keys are archived; empty: nowhere")
    key_days: int = environ.var(
        7, converter=int, help="days for which archived keys are kept: after them nothing opens what was erased"
    )
    backup_record: str = environ.var(
        "",
        help="the file in which `./casepath backup` notes its outcome; a service that is given it serves it as metrics",
    )
    backup_hours: int = environ.var(
        36,
        converter=int,
        help="hours after which a backup is overdue in production, for the alarm, `status` and `doctor`; 0 where "
        "backups are made by other means",
    )
    key_set: str = environ.var(help="the public keys of every issuer (JSON Web Key Set)")
    subject_key: str = environ.var(
        help="the secret of this installation, the same at all its services, under which the sign-ins of its staff are "
        "kept as digests (./casepath init makes it); with another one, nobody who was registered can sign in"
    )
    providers: tuple[Provider, ...] = environ.var(
        "",
        converter=_providers,
        help="the OpenID Connect providers that people sign in with (TOML; [who signs in](operate/identity.md)); "
        "empty: none",
    )
    key_fetcher: str = environ.var(
        "",
        help="where the process answers that fetches the providers' keys for services that can't leave their network; "
        "empty: each fetches them itself",
    )
    log_format: str = environ.var("json", validator=_one_of(("json", "console")), help="json, or console for a person")
    log_level: str = environ.var(
        "info", validator=_one_of(("debug", "info", "warning", "error")), help="debug, info, warning or error"
    )
    http_workers: int = environ.var(10, converter=int, help="requests worked on at once")
    addresses: dict[str, str] = environ.var(
        "", converter=lambda urls: urls or {}, help="<SERVICE>_URL: where the others reach a service's feed"
    )

    connections: int = environ.var(
        500, converter=int, help="connections held at once; one address has half of them at most"
    )
    caller_at_once: int = environ.var(
        2,
        converter=int,
        help="requests of one caller worked on at once, each begun when those before it have taken 0.1 s; a caller is "
        "who a token names, or else an address",
    )
    caller_in_hand: int = environ.var(
        32, converter=int, help="the same with those that wait for their turn; more are answered 429, at once"
    )
    rate_caller: str = environ.var(
        "1200/60",
        validator=_is_rate,
        help="requests of one member of staff, as many/seconds, or off; each replica counts",
    )
    rate_agency: str = environ.var(
        "1200/60",
        validator=_is_rate,
        help="requests of one agency by all its keys; the same form. Each answer says what is left (`RateLimit`)",
    )
    rate_client: str = environ.var(
        "600/60", validator=_is_rate, help="requests of one address without a token that counts; the same form"
    )
    rate_codes: str = environ.var(
        "30/3600", validator=_is_rate, help="return codes of the self-check that one address asks for or tries"
    )
    agencies_amqp_uri: str = environ.var(
        "",
        help="<SERVICE>_: of partners, its account at the broker in the virtual host of the agencies; empty: the "
        "virtual host agencies at the address of CASEPATH_PARTNERS_AMQP_URI",
    )
    agencies_broker: str = environ.var(
        "",
        validator=_is_broker,
        help="where agencies reach the broker, such as amqps://broker.example.org:5671/agencies "
        "([agencies](operate/agencies.md#queues-at-the-broker)); amqp:// on this machine alone. Empty: it is open to "
        "none",
    )
    broker_sign_in: str = environ.var(
        "",
        help="<SERVICE>_: host:port at which partners answers the broker who an agency is, on loopback or the inner "
        "network; empty: nowhere, and no agency signs in at the broker",
    )
    alerts_agency: UUID | None = environ.var(
        "",
        converter=_agency,
        help="the agency to whose supervisors an alert goes that nobody takes within the agency of the case: its id in "
        "the register, or an authority's code. They are told only that one waits ([who is told](operate/alerts.md)); "
        "empty: every supervisor is",
    )
    instruments: Instruments = environ.var(
        "",
        converter=_instruments,
        help="support's: the folder of questionnaires, and of their words, that this installation adds "
        "([questionnaires](operate/instruments.md)); empty: those of the repository alone",
    )
    dangers: Dangers = environ.var(
        "",
        converter=_dangers,
        help="a file of rows that this installation adds to the table of dangers "
        "([what raises an alert](operate/alerts.md)); it cannot remove any; empty: the rows of the repository alone",
    )
    webhook_networks: str = environ.var(
        "",
        validator=_is_outlet,
        help="private networks to which webhooks may go, such as 10.20.0.0/16, separated by spaces; empty: none, and "
        "they reach the public internet alone ([webhooks](operate/agencies.md))",
    )
    webhook_ports: str = environ.var(
        "443", validator=_is_outlet, help="ports to which webhooks may go, separated by spaces; also as 8000-8999"
    )
    webhook_plain_hosts: str = environ.var(
        "",
        validator=_is_outlet,
        help="hosts, by name or address, to which webhooks may go without TLS (http); never in production",
    )
    webhook_certificates: str = environ.var(
        "",
        help="certificates (PEM) of authorities of agencies' own, believed for webhooks in the place of the system's; "
        "as a rule a file",
    )
    ring_sender: str = environ.var(
        "",
        help="http://host:port of the ring sender, which rings agencies' on-call notifiers for partners "
        "([alerts](operate/alerts.md#ring-people)); empty: partners rings them itself",
    )
    ring_mail_server: str = environ.var(
        "",
        help="the mail server that takes rings by e-mail: smtp://user:password@host:587 (STARTTLS) or smtps://; as a "
        "rule a file. Empty: no ring goes by e-mail",
    )
    ring_mail_from: str = environ.var("", help="the sender's address of rings by e-mail")
    oldest_ending: float = environ.var(
        30.0,
        converter=float,
        validator=_is_positive,
        help="partners': seconds for which an ending, such as a withdrawal, may wait to be applied; after that, "
        "agencies receive nothing until it is ([agencies](operate/agencies.md))",
    )
    unread_words: bool = environ.bool_var(
        False,
        help="1: the public, too, is answered in languages whose words no native speaker has read yet; staff are in "
        "any case, and are told so. ./casepath reference words lists who has read what",
    )
    trusted_header: str = environ.var(
        "", help="the header in which our own proxy says whom it speaks for (X-Forwarded-For); empty: none is believed"
    )


def load(service: str, ports: Mapping[str, int], variables: Mapping[str, str]) -> Settings:
    """Read the settings of one service from environment variables.

    `ports` holds every service's usual port. Raises `SettingRefused`, naming the variable.
    """
    variables_read = from_files(variables)
    own = f"{PREFIX}_{service.upper()}_"
    effective = {
        f"{PREFIX}_{name.removeprefix(own)}": value for name, value in variables_read.items() if name.startswith(own)
    }
    effective = {**variables_read, **effective}
    effective.setdefault(f"{PREFIX}_LISTEN", f"127.0.0.1:{ports[service]}")
    try:
        settings: Settings = environ.to_config(Settings, environ=effective)
    except environ.MissingEnvValueError as error:
        name = str(error.args[0])
        where = name.replace(f"{PREFIX}_", own) if name.split("_", 1)[1] in _PER_SERVICE else name
        raise SettingRefused(f"{where} is not set (nor {where}_FILE). See docs/configuration.md.") from None
    except SettingRefused:
        raise
    except ValueError as error:
        raise SettingRefused(f"A setting of {service} can't be used: {_without_value(error)}") from None
    # environ-config makes attrs classes at run time, which types can't see.
    ring_file = variables.get(f"{own}KEY_RING_FILE")
    evolved: Settings = attrs.evolve(
        cast("Any", settings),
        addresses=addresses(ports, variables_read),
        key_ring_path=Path(ring_file) if ring_file else None,
        **_followed(settings, variables, own),
    )
    _check_outlets(evolved)
    return evolved


def _followed(settings: Settings, variables: Mapping[str, str], own: str) -> dict[str, FileAddress]:
    """Return the addresses and keys that came from files: whoever connects or signs later reads them again."""
    followed = {}
    for name in ("AMQP_URI", "AGENCIES_AMQP_URI", "DATABASE_URL", "KEYS_DATABASE_URL", "SIGNING_KEY", "KEY_SET"):
        file = variables.get(f"{own}{name}_FILE")
        if file is None and f"{own}{name}" not in variables:
            file = variables.get(f"{PREFIX}_{name}_FILE")
        if file is not None:
            followed[name.lower()] = FileAddress.of(Path(file), str(getattr(settings, name.lower())))
    return followed


def _outlets(settings: Settings) -> Outlets:
    return Outlets.read(settings.webhook_networks, settings.webhook_ports, settings.webhook_plain_hosts)


def outbound(settings: Settings) -> Outbound:
    """Return what sends to where webhooks may go. Raises `SettingRefused` for certificates that can't be read."""
    try:
        return Outbound(Guard(_outlets(settings)), believing(settings.webhook_certificates))
    except (ValueError, OSError):
        raise SettingRefused(f"{PREFIX}_WEBHOOK_CERTIFICATES holds no certificates (PEM).") from None


def direct_ringer(settings: Settings) -> DirectRinger:
    """Return what rings notifiers from this process. Raises `SettingRefused`."""
    try:
        return DirectRinger.configured(
            _outlets(settings), settings.webhook_certificates, settings.ring_mail_server, settings.ring_mail_from
        )
    except ValueError:
        raise SettingRefused(
            f"{PREFIX}_RING_MAIL_SERVER is no smtp:// or smtps:// address, or {PREFIX}_RING_MAIL_FROM has no @."
        ) from None


def _check_outlets(settings: Settings) -> None:
    """Refuse, in production, to send to this machine itself, or in the open. Raises `SettingRefused`."""
    if settings.environment == "production" and _outlets(settings).is_open_to_itself:
        raise SettingRefused(
            f"{PREFIX}_WEBHOOK_PLAIN_HOSTS or {PREFIX}_WEBHOOK_NETWORKS opens this machine or sends in the open, which "
            "only training and development may."
        )
    outbound(settings)


_PER_SERVICE = ("AMQP_URI", "DATABASE_URL", "LISTEN", "SIGNING_KEY", "KEYS_DATABASE_URL", "KEY_RING")


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
