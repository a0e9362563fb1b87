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
        raise SettingRefused(
            f"{PREFIX}_INSTRUMENTS is not valid: {broken}. Correct the file, and start again."
        ) from None


def _dangers(file: str | Dangers) -> Dangers:
    """Return the table of dangers with the rows of a file. Raises `SettingRefused`."""
    if isinstance(file, Dangers):
        return file
    try:
        return load_dangers(Path(file)) if file else shipped_dangers()
    except BrokenReference as broken:
        raise SettingRefused(f"{PREFIX}_DANGERS is not valid: {broken}. Correct the file, and start again.") from None


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
            f"{PREFIX}_ALERTS_AGENCY is not an agency's id in the register, or an authority's code. Set it to one "
            "of them."
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
                f"{PREFIX}_CONTACT_AGENCIES does not name agencies. Set it to an agency's id in the register, an "
                "authority's code, or JURISDICTION=agency pairs. The jurisdictions are "
                f"{', '.join(JURISDICTIONS)}."
            )
        found |= dict.fromkeys((jurisdiction,) if equals else JURISDICTIONS, of_entry)
    return MappingProxyType(found)


@environ.config(prefix=PREFIX, frozen=True)
class Settings(CommonSettings):
    """The settings of a service with an event log."""

    amqp_uri: str = environ.var(
        help="<SERVICE>_: address of the broker with this service's own account, "
        "amqp://user:password@host:port/vhost (amqps:// for TLS). Separate the nodes of a cluster with ;. "
        "Default: CASEPATH_AMQP_URI. A shared account has more rights than a service needs, and ./casepath "
        "doctor reports it"
    )
    signing_key: str = environ.var(
        help="<SERVICE>_: the private key (Ed25519, JSON Web Key) that signs this service's tokens"
    )
    keys_database_url: str = environ.var(
        help="<SERVICE>_: the database of this service's data keys. It is separate from the data, and never in the "
        "same backup"
    )
    key_archive: str = environ.var("", help="<SERVICE>_: the folder of the key archive; empty: keys are not archived")
    key_days: int = environ.var(
        7, converter=int, help="days for which archived keys are kept. After that, erased data cannot be decrypted"
    )
    backup_record: str = environ.var(
        "",
        help="the file in which `./casepath backup` records its result. A service with this setting exports the "
        "result as metrics",
    )
    backup_hours: int = environ.var(
        36,
        converter=int,
        help="hours after which a backup is overdue in production, for the alarm, `status` and `doctor`. Set 0 if "
        "other tools make the backups",
    )
    key_set: str = environ.var(help="the public keys of every issuer (JSON Web Key Set)")
    subject_key: str = environ.var(
        help="the secret of this installation, the same for all services. Sign-ins of staff are stored as digests "
        "with it (./casepath init creates it). After a change, registered staff cannot sign in"
    )
    key_fetcher: str = environ.var(
        "",
        help="address of the process that fetches the providers' keys for services without internet access. Empty: "
        "each service fetches them",
    )
    http_workers: int = environ.var(10, converter=int, help="number of requests that are processed at the same time")
    connections: int = environ.var(
        500, converter=int, help="number of open connections; one address gets at most half of them"
    )
    caller_at_once: int = environ.var(
        2,
        converter=int,
        help="number of requests of one caller that are processed at the same time. A further one starts when the "
        "earlier ones have run for 0.1 s. A caller is the subject of a token, otherwise an address",
    )
    caller_in_hand: int = environ.var(
        32, converter=int, help="the same number, including waiting requests. Further requests get 429 at once"
    )
    rate_caller: str = environ.var(
        "1200/60",
        validator=_is_rate,
        help="rate limit of one staff member, as requests/seconds, or off; each replica counts by itself",
    )
    rate_agency: str = environ.var(
        "1200/60",
        validator=_is_rate,
        help="rate limit of one agency, over all its keys; the same form. Each response has the rest in `RateLimit`",
    )
    rate_client: str = environ.var(
        "600/60", validator=_is_rate, help="rate limit of one address without a valid token; the same form"
    )
    rate_codes: str = environ.var(
        "30/3600",
        validator=_is_rate,
        help="rate limit of one address for return codes of the self-check, created or tried",
    )
    rate_contacts: str = environ.var(
        "5/3600",
        validator=_is_rate,
        help="rate limit of one visitor's network for contact requests; the same form",
    )
    rate_scans: str = environ.var(
        "10/3600",
        validator=_is_rate,
        help="rate limit of one visitor's network for counted scans of posters; the same form",
    )
    contact_agencies: Mapping[str, UUID] = environ.var(
        "",
        converter=_contact_agencies,
        help="for intake: the agency whose caseworkers read contact requests, by its id in the register or an "
        "authority's code. Either one for all jurisdictions, or one for each: `NL=<agency> RO=<agency>` "
        "([public site](../guides/operate/public.md)). Empty: the public site has no contact form",
    )
    agencies_amqp_uri: str = environ.var(
        "",
        help="<SERVICE>_: for partners: its account at the broker in the agencies' virtual host. Empty: the virtual "
        "host `agencies` at CASEPATH_PARTNERS_AMQP_URI",
    )
    agencies_broker: str = environ.var(
        "",
        validator=_is_broker,
        help="address of the broker for agencies, such as amqps://broker.example.org:5671/agencies "
        "([deliveries](../guides/operate/deliveries.md#queues-at-the-broker)); amqp:// only on this machine. "
        "Empty: agencies cannot connect",
    )
    broker_sign_in: str = environ.var(
        "",
        help="<SERVICE>_: host:port at which partners authenticates agencies for the broker, on loopback or the "
        "internal network. Empty: agencies cannot sign in at the broker",
    )
    alerts_agency: UUID | None = environ.var(
        "",
        converter=_agency,
        help="the agency whose supervisors are notified of an alert that the case's agency does not acknowledge: "
        "its id in the register, or an authority's code. The notification says only that an alert waits "
        "([recipients](../guides/operate/alerts.md)). Empty: all supervisors are notified",
    )
    instruments: Instruments = environ.var(
        "",
        converter=_instruments,
        help="for support: the folder of additional questionnaires and their translations "
        "([questionnaires](../guides/operate/instruments.md)). Empty: only those of the repository",
    )
    dangers: Dangers = environ.var(
        "",
        converter=_dangers,
        help="a file with additional rows for the table of dangers ([what raises an "
        "alert](../guides/operate/alerts.md)). It cannot remove rows. Empty: only the rows of the repository",
    )
    webhook_networks: str = environ.var(
        "",
        validator=_is_outlet,
        help="private networks that webhooks can reach, such as 10.20.0.0/16, separated by spaces. Empty: webhooks "
        "reach only the public internet ([webhooks](../guides/operate/deliveries.md#webhooks))",
    )
    webhook_ports: str = environ.var(
        "443",
        validator=_is_outlet,
        help="ports that webhooks can reach, separated by spaces, or a range such as 8000-8999",
    )
    webhook_plain_hosts: str = environ.var(
        "",
        validator=_is_outlet,
        help="hosts, by name or address, that webhooks can reach without TLS (http); never in production",
    )
    webhook_certificates: str = environ.var(
        "",
        help="certificates (PEM) of the agencies' own authorities. Webhooks trust these instead of the system's. "
        "Usually a file",
    )
    ring_sender: str = environ.var(
        "",
        help="http://host:port of the ring sender, which calls the on-call notifiers of agencies for partners "
        "([alerts](../guides/operate/alerts.md#ring-people)). Empty: partners calls them",
    )
    ring_mail_server: str = environ.var(
        "",
        help="the mail server for on-call notifications: smtp://user:password@host:587 (STARTTLS) or smtps://. "
        "Usually a file. Empty: no notification is sent by e-mail",
    )
    ring_mail_from: str = environ.var("", help="the sender's address of on-call notifications by e-mail")
    oldest_ending: float = environ.var(
        30.0,
        converter=float,
        validator=_is_positive,
        help="for partners: maximum seconds until an ending, such as a withdrawal, is applied. After that, agencies "
        "receive nothing until it is applied ([agencies](../guides/operate/agencies.md))",
    )
    unread_words: bool = environ.bool_var(
        False,
        help="1: public pages also use languages that no native speaker has reviewed. Staff pages always do, with a "
        "notice. ./casepath reference words lists the reviews",
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
        raise SettingRefused(
            f"{PREFIX}_WEBHOOK_CERTIFICATES contains no certificates (PEM). Name a file with certificates."
        ) from None


def direct_ringer(settings: Settings) -> DirectRinger:
    """Return the sender of notifications from this process. Raises `SettingRefused`."""
    try:
        return DirectRinger.configured(
            _outlets(settings), settings.webhook_certificates, settings.ring_mail_server, settings.ring_mail_from
        )
    except ValueError:
        raise SettingRefused(
            f"{PREFIX}_RING_MAIL_SERVER is not an smtp:// or smtps:// address, or {PREFIX}_RING_MAIL_FROM has no "
            "@. Correct these settings."
        ) from None


def _check_outlets(settings: Settings) -> None:
    """Refuse, in production, unencrypted destinations and this machine itself. Raises `SettingRefused`."""
    if settings.environment == "production" and _outlets(settings).is_open_to_itself:
        raise SettingRefused(
            f"{PREFIX}_WEBHOOK_PLAIN_HOSTS or {PREFIX}_WEBHOOK_NETWORKS allows local or unencrypted webhooks, "
            "which production does not. Unset them."
        )
    outbound(settings)
