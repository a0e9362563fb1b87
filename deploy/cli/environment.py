"""The environment variables of an installation's processes: each service gets its own database and key only."""

import http.client
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from deploy.cli.accepted_providers import accepted_providers, is_for_training
from deploy.cli.child import Program
from deploy.cli.environment_record import environment_name
from deploy.cli.installation import BACKUP_RECORD, SERVICES, WITH_ROLES, Installation, write_private
from deploy.cli.keys import public_secret_file, ring_file, subject_key_file
from deploy.cli.stores import ALL_BROKER, SUPERUSER_PASSWORDS, Stores, own_broker, owner_variable

READY_TIMEOUT_SECONDS = 2.0
#: The service that authenticates agencies for the broker.
ASKED_BY_BROKER = "partners"
#: The service that receives requests of visitors from the public pages.
ASKED_BY_VISITORS = "intake"
#: The agency of the fictitious staff, who read requests to be contacted in training.
READS_IN_TRAINING = "NL=NL.COMENSHA"
#: A service's own settings, which no other one learns.
_OWN = (
    *("AMQP_URI", "AGENCIES_AMQP_URI", "BROKER_SIGN_IN", "DATABASE_URL", "SIGNING_KEY", "LISTEN"),
    "METRICS_LISTEN",
    *("KEYS_DATABASE_URL", "KEY_RING", "KEY_ARCHIVE"),
)
#: No service gets the command's own keys and tokens, nor decides anew what the installation is; nor who migrates, with
#: whose password it could rewrite its audit.
_OF_THE_COMMAND = frozenset(
    (
        *("CASEPATH_ENVIRONMENT", "CASEPATH_TOKEN", "CASEPATH_AGENCY_KEY"),
        *("CASEPATH_OPERATOR_SIGNING_KEY", "CASEPATH_STAFF_SIGNING_KEY"),
        *map(owner_variable, WITH_ROLES),
        *SUPERUSER_PASSWORDS,
    )
)


def service_environment(installation: Installation, stores: Stores, service: str) -> Mapping[str, str]:
    """Return the variables of one service. The caller's environment overrides the defaults, except recorded values.

    The addresses of databases and broker contain passwords. They are written to private files, and the variables name
    these files.
    """
    own = f"CASEPATH_{service.upper()}"
    ours: dict[str, str | Path] = {
        "CASEPATH_LOG_FORMAT": "console",
        **address_files(installation, stores, service),
        f"{own}_KEY_RING": ring_file(installation.keys, service),
        f"{own}_KEY_ARCHIVE": str(installation.home.joinpath("key-archive", service)),
        f"{own}_LISTEN": f"127.0.0.1:{installation.ports[service]}",
        "CASEPATH_BACKUP_RECORD": str(installation.home / BACKUP_RECORD),
        "CASEPATH_KEY_SET": installation.keys.joinpath("key-set.json"),
        "CASEPATH_SUBJECT_KEY": subject_key_file(installation.keys),
        f"{own}_SIGNING_KEY": installation.keys.joinpath(f"{service}.json"),
        **{f"CASEPATH_{name.upper()}_URL": installation.address(name) for name in SERVICES},
    }
    if service == ASKED_BY_VISITORS:
        ours["CASEPATH_PUBLIC_SECRET"] = public_secret_file(installation.keys)
        if is_for_training(installation):
            ours["CASEPATH_CONTACT_AGENCIES"] = READS_IN_TRAINING
    if service == ASKED_BY_BROKER and stores.rabbitmq is not None:
        ours[f"{own}_BROKER_SIGN_IN"] = f"127.0.0.1:{installation.ports['broker_sign_in']}"
    providers = accepted_providers(installation)
    if providers is not None:
        ours["CASEPATH_PROVIDERS"] = providers
    variables = {
        name: value for name, value in installation.variables.items() if not _for_others(installation, name, service)
    }
    for name, value in ours.items():
        if not installation.is_set(name):
            variables[name if isinstance(value, str) else f"{name}_FILE"] = str(value)
    variables["CASEPATH_ENVIRONMENT"] = environment_name(installation)
    variables["PYTHONPATH"] = str(installation.checkout)
    variables["PYTHONUNBUFFERED"] = "1"
    # Before psycopg is imported: its own way of waiting would block every request.
    variables["PSYCOPG_WAIT_FUNC"] = "wait_selector"
    return variables


def address_files(installation: Installation, stores: Stores, service: str) -> dict[str, Path]:
    """Write the addresses of a service's stores that the caller does not set; return the files by their variables."""
    own = f"CASEPATH_{service.upper()}"
    addresses: Mapping[str, Callable[[], str]] = {
        f"{own}_DATABASE_URL": lambda: stores.database_url(service),
        f"{own}_KEYS_DATABASE_URL": lambda: stores.keys_database_url(service),
    }
    if not installation.is_set(ALL_BROKER):
        addresses = {own_broker(service): lambda: stores.amqp_uri(service), **addresses}
    installation.addresses.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Where 0.1.0 wrote the password that was one for all.
    installation.addresses.joinpath(f"{service}-amqp_uri").unlink(missing_ok=True)
    files = {}
    for variable, address in addresses.items():
        if not installation.is_set(variable):
            files[variable] = installation.addresses / f"{service}-{variable.removeprefix('CASEPATH_').lower()}"
            write_private(files[variable], address())
    return files


def _for_others(installation: Installation, variable: str, service: str) -> bool:
    """Return whether a variable is nothing that this service is to know."""
    plain = variable.removesuffix("_FILE")
    if plain in _OF_THE_COMMAND:
        return True
    if plain == ALL_BROKER:
        return installation.is_set(own_broker(service))
    others = [name for name in SERVICES if name != service]
    return plain in {f"CASEPATH_{name.upper()}_{setting}" for name in others for setting in _OWN}


def service_program(installation: Installation, stores: Stores, service: str) -> Program:
    """Return the program of one service."""
    address = f"http://127.0.0.1:{installation.ports[service]}"
    return Program(
        name=service,
        command=[sys.executable, "-m", "services", service],
        environment=service_environment(installation, stores, service),
        directory=installation.checkout,
        ready=lambda: answers(f"{address}/health/ready"),
    )


def answers(url: str) -> bool:
    """Return whether the address answers with success. The address is on this machine, so no proxy is used.

    Starting processes are asked 20 times a second and need the processor. Therefore no HTTP library is used.
    """
    asked = urlsplit(url)
    connection = http.client.HTTPConnection(asked.hostname or "", asked.port, timeout=READY_TIMEOUT_SECONDS)
    try:
        connection.request("GET", asked.path)
        return connection.getresponse().status < http.HTTPStatus.BAD_REQUEST
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
