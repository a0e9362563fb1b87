"""Checks at the start for permanent obstacles to running a service, each reported in a sentence."""

from urllib.parse import urlsplit

from joserfc.errors import JoseError
from sqlalchemy.exc import SQLAlchemyError

from shared.access.signing import ServiceTokens
from shared.access.tokens import STAFF, Verifier, issuers_in
from shared.encryption import MIGRATIONS, FileRing, RingRefused
from shared.exchange.broker import BrokerRefused, BrokerUnsure, Link, topology
from shared.exchange.broker.errors import VARIABLE
from shared.exchange.follower import Following
from shared.runtime import environment
from shared.runtime.host import database_roles
from shared.runtime.process import ServiceParts
from shared.runtime.settings import Settings
from shared.store.database import Database, engine_for
from shared.store.migration import DatabaseNewer, DatabaseTooOld, MigrationSet, pending_migrations

#: Explanations of the server's messages. The messages themselves can contain a host or a user, and are not repeated.
_DATABASE_SAYS = {
    "password authentication failed": "refuses the user or the password",
    "does not exist": "does not exist on that server",
    "permission denied": "does not let the user in",
}


def reason_not_to_start(parts: ServiceParts, chosen: Settings) -> str | None:
    """Return what permanently prevents the service from working. An unavailable broker is not such an obstacle."""
    service = parts.following.service
    return (
        _keys_trouble(service, chosen)
        or _ring_trouble(service, chosen)
        or _database_trouble(service, parts.migrations, chosen)
        or _environment_trouble(chosen)
        or _key_database_trouble(service, chosen)
        or _broker_trouble(parts.following, chosen)
    )


def _keys_trouble(service: str, chosen: Settings) -> str | None:
    refused = (JoseError, ValueError, TypeError, KeyError, AttributeError)  # for any other text in place of a key
    try:
        ServiceTokens(service, chosen.signing_key)
    except refused:
        return (
            f"its signing key can't be used. Check CASEPATH_{service.upper()}_SIGNING_KEY; ./casepath init makes keys."
        )
    try:
        Verifier(chosen.key_set)
    except refused:
        return "the set of public keys can't be used. Check CASEPATH_KEY_SET; ./casepath init makes it."
    if chosen.environment == environment.PRODUCTION and STAFF in issuers_in(chosen.key_set):
        return (
            "the set of public keys holds the development key that speaks for people, and this is a production "
            "installation: whoever has its private half could act as anybody. ./casepath init takes it away "
            "(where ./casepath up runs everything, its next start does)."
        )
    return None


def _ring_trouble(service: str, chosen: Settings) -> str | None:
    try:
        FileRing(chosen.key_ring)
    except RingRefused as refused:
        return (
            f"{refused}. Check CASEPATH_{service.upper()}_KEY_RING, and put its file back from your copy: "
            "a new ring opens nothing that is stored already (docs/guides/operate/keys.md)."
        )
    return None


def _database_trouble(service: str, migrations: MigrationSet, chosen: Settings) -> str | None:
    variable = f"CASEPATH_{service.upper()}_DATABASE_URL"
    return _trouble_of(migrations, "its database", chosen.database_url, variable, chosen.environment)


def _environment_trouble(chosen: Settings) -> str | None:
    """Compare the setting of the service with the kind that its database stores. The first start stores it."""
    database = Database(engine_for(chosen.database_url, pool_size=1))
    try:
        with database.transaction() as session:
            remembered = environment.remember(session, chosen.environment)
    except SQLAlchemyError as error:
        return f"its database can't be asked what this installation is ({type(error).__name__}). Start again."
    finally:
        database.engine.dispose()
    if not environment.contradicts(chosen.environment, remembered):
        return None
    return (
        f"CASEPATH_ENVIRONMENT says {chosen.environment}, and its database is of a {remembered} installation, which "
        "it stays: real and fictitious cases are never mixed. Unset the variable in your shell, or use an installation "
        "of its own (another CASEPATH_HOME, or another checkout)."
    )


def _key_database_trouble(service: str, chosen: Settings) -> str | None:
    variable = f"CASEPATH_{service.upper()}_KEYS_DATABASE_URL"
    return _trouble_of(MIGRATIONS, "its key database", chosen.keys_database_url, variable, chosen.environment)


def _trouble_of(migrations: MigrationSet, database_name: str, url: str, variable: str, environment: str) -> str | None:
    try:
        lacking = database_roles.too_little(database_name, url, variable)
        if lacking is not None:
            return lacking
        if pending_migrations(migrations, url):
            return f"{database_name} lacks migrations. Run ./casepath migrate."
        return database_roles.too_much(url, variable, environment)
    except DatabaseNewer as newer:
        return f"{newer} Start the release that migrated it."
    except DatabaseTooOld as older:
        return str(older)
    except SQLAlchemyError as error:
        problem = next(
            (meaning for words, meaning in _DATABASE_SAYS.items() if words in str(error)), "can't be reached"
        )
        return f"{database_name} {problem} ({type(error).__name__}). Check {variable}."


def _broker_trouble(following: Following, chosen: Settings) -> str | None:
    """Declare all queues and exchanges that the service will declare later, so that a refusal is known now."""
    variable = VARIABLE.replace("<SERVICE>", following.service.upper())
    if not all(_is_amqp(node) for node in chosen.amqp_uri.split(";") if node):
        return (
            f"the broker's address can't be read. Write {variable} as amqp://user:password@host:port/vhost, "
            "with %23 for a # and %2F for a / in a password."
        )
    try:
        link = Link(chosen.amqp_uri, name=f"{following.service} start")
        try:
            topology.declare_source(link, following.service)
            inbox = topology.declare_inbox(link, following.service)
            topology.bind(link, inbox, topology.inbox_bindings(following.reads.sources))
            if following.reads.protecting:
                guard = topology.declare_guard(link, following.service)
                topology.bind(link, guard, topology.guard_bindings(following.reads.protecting))
        finally:
            link.cut()
    except BrokerRefused as refused:
        return f"the broker refuses it for good: {refused}. {refused.remedy.replace(VARIABLE, variable)}."
    except BrokerUnsure:
        return None
    return None


def _is_amqp(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in ("amqp", "amqps") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
