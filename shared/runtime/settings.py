"""The settings of a service from its environment, read once at the start. Invalid values are reported immediately."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from uuid import UUID

import attrs
import environ

from shared.access import agencies
from shared.exchange.broker.agency_queues import is_address_of_agencies
from shared.http.rates import Rate
from shared.outbound import DirectRinger, Guard, Outbound, Outlets, believing
from shared.reference import JURISDICTIONS, BrokenReference
from shared.reference.danger import Dangers, load_dangers
from shared.reference.danger import shipped as shipped_dangers
from shared.reference.instruments import Instruments, installed, shipped
from shared.runtime.common_settings import CommonSettings, read_settings
from shared.runtime.variables import PREFIX, SettingRefused

#: Read again from their files at every use.
_FOLLOWED = ("AMQP_URI", "AGENCIES_AMQP_URI", "DATABASE_URL", "KEYS_DATABASE_URL", "SIGNING_KEY", "KEY_SET")


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


def _contact_agencies(named: str | Mapping[str, UUID]) -> Mapping[str, UUID]:
    """Return the agency of each jurisdiction. Raises `SettingRefused`."""
    if not isinstance(named, str):
        return named
    found: dict[str, UUID] = {}
    for entry in named.split():
        jurisdiction, equals, agency = entry.rpartition("=")
        try:
            of_entry = agencies.id_of(agency)
        except agencies.UnknownAgency:
            of_entry = None
        if of_entry is None or (equals and jurisdiction not in JURISDICTIONS):
            raise SettingRefused(
                f"{PREFIX}_CONTACT_AGENCIES must be an agency's id in the register or an authority's code, or "
                f"JURISDICTION=agency pairs. The jurisdictions are {', '.join(JURISDICTIONS)}."
            )
        found |= dict.fromkeys((jurisdiction,) if equals else JURISDICTIONS, of_entry)
    return MappingProxyType(found)


@environ.config(prefix=PREFIX, frozen=True)
class Settings(CommonSettings):
    """The settings of a service with an event log."""

    amqp_uri: str = environ.var(
        help="<SERVICE>_: the broker with this service's own account, amqp://user:password@host:port/vhost (amqps:// "
        "for TLS); a cluster's nodes with ; between. Where it is not set, CASEPATH_AMQP_URI is: one account for all "
        "may more than each needs, and ./casepath doctor says so"
    )
    signing_key: str = environ.var(
        help="<SERVICE>_: the private key (Ed25519, JSON Web Key) that signs this service's tokens"
    )
    keys_database_url: str = environ.var(
        help="<SERVICE>_: the database of this service's data keys, apart from its data and in no backup with it"
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
    key_fetcher: str = environ.var(
        "",
        help="where the process answers that fetches the providers' keys for services that can't leave their network; "
        "empty: each fetches them itself",
    )
    http_workers: int = environ.var(10, converter=int, help="requests worked on at once")
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
    rate_contacts: str = environ.var(
        "5/3600",
        validator=_is_rate,
        help="requests to be contacted that one visitor's network sends; the same form",
    )
    rate_scans: str = environ.var(
        "10/3600",
        validator=_is_rate,
        help="scans of posters that are counted of one visitor's network; the same form",
    )
    contact_agencies: Mapping[str, UUID] = environ.var(
        "",
        converter=_contact_agencies,
        help="intake's: the agency whose caseworkers read requests to be contacted, by its id in the register or an "
        "authority's code. One for all jurisdictions, or one each as `NL=<agency> RO=<agency>` "
        "([public site](../guides/operate/public.md)); empty: the public site offers no such request",
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
        "([deliveries](../guides/operate/deliveries.md#queues-at-the-broker)); amqp:// on this machine alone. "
        "Empty: it is open to none",
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
        "the register, or an authority's code. They are told only that one waits "
        "([who is told](../guides/operate/alerts.md)); empty: every supervisor is",
    )
    instruments: Instruments = environ.var(
        "",
        converter=_instruments,
        help="support's: the folder of questionnaires, and of their words, that this installation adds "
        "([questionnaires](../guides/operate/instruments.md)); empty: those of the repository alone",
    )
    dangers: Dangers = environ.var(
        "",
        converter=_dangers,
        help="a file of rows that this installation adds to the table of dangers "
        "([what raises an alert](../guides/operate/alerts.md)); it cannot remove any; "
        "empty: the rows of the repository alone",
    )
    webhook_networks: str = environ.var(
        "",
        validator=_is_outlet,
        help="private networks to which webhooks may go, such as 10.20.0.0/16, separated by spaces; empty: none, and "
        "they reach the public internet alone ([webhooks](../guides/operate/deliveries.md#webhooks))",
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
        "([alerts](../guides/operate/alerts.md#ring-people)); empty: partners rings them itself",
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
        "agencies receive nothing until it is ([agencies](../guides/operate/agencies.md))",
    )
    unread_words: bool = environ.bool_var(
        False,
        help="1: the public, too, is answered in languages whose words no native speaker has read yet; staff are in "
        "any case, and are told so. ./casepath reference words lists who has read what",
    )


def load(service: str, ports: Mapping[str, int], variables: Mapping[str, str]) -> Settings:
    """Read the settings of one service from environment variables.

    `ports` holds every service's usual port. Raises `SettingRefused`, naming the variable.
    """
    settings = read_settings(Settings, service, ports, variables, followed=_FOLLOWED)
    _check_outlets(settings)
    return settings


def _outlets(settings: Settings) -> Outlets:
    return Outlets.read(settings.webhook_networks, settings.webhook_ports, settings.webhook_plain_hosts)


def outbound(settings: Settings) -> Outbound:
    """Return the sender of webhooks, limited to allowed destinations.

    Raises `SettingRefused` for unreadable certificates.
    """
    try:
        return Outbound(Guard(_outlets(settings)), believing(settings.webhook_certificates))
    except (ValueError, OSError):
        raise SettingRefused(f"{PREFIX}_WEBHOOK_CERTIFICATES holds no certificates (PEM).") from None


def direct_ringer(settings: Settings) -> DirectRinger:
    """Return the sender of notifications from this process. Raises `SettingRefused`."""
    try:
        return DirectRinger.configured(
            _outlets(settings), settings.webhook_certificates, settings.ring_mail_server, settings.ring_mail_from
        )
    except ValueError:
        raise SettingRefused(
            f"{PREFIX}_RING_MAIL_SERVER is no smtp:// or smtps:// address, or {PREFIX}_RING_MAIL_FROM has no @."
        ) from None


def _check_outlets(settings: Settings) -> None:
    """Refuse, in production, unencrypted destinations and this machine itself. Raises `SettingRefused`."""
    if settings.environment == "production" and _outlets(settings).is_open_to_itself:
        raise SettingRefused(
            f"{PREFIX}_WEBHOOK_PLAIN_HOSTS or {PREFIX}_WEBHOOK_NETWORKS opens this machine or sends in the open, which "
            "only training and development may."
        )
    outbound(settings)
