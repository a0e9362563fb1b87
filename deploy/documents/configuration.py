"""`docs/reference/configuration.md`: every variable that a process, the command or Docker reads."""

import re
from pathlib import Path
from typing import Any, cast

import attrs

from deploy.cli.installation import USUAL_PORTS, port_variable
from services import DESK, PUBLIC
from services.web.public.settings import PublicSettings
from services.web.settings import DeskSettings
from shared.runtime.common_settings import CommonSettings
from shared.runtime.process_settings import ProcessSettings
from shared.runtime.settings import Settings
from shared.runtime.variables import PREFIX

COMPOSE = Path(__file__).resolve().parents[2] / "docker-compose.yml"
_IN_COMPOSE = re.compile(r"\$\{(CASEPATH_\w+)(?::[-?]([^}]*))?\}")
_PER_SERVICE = "<SERVICE>_: "
_ADDRESSES = "<SERVICE>_URL: "

HEAD = """# Settings

Generated from the code by `make documents`; a test fails when it is stale.

You can put the value of a service's variable into a file: set `<NAME>_FILE` to its path. One newline at the end is
removed. Do not set both. `<SERVICE>` is `INTAKE`, `LEGAL`, `SUPPORT` or `PARTNERS`. A service with an invalid value
does not start, and names the setting.
"""

OF_THE_DESK = f"""The desk (`web_desk`) serves the pages for staff. From the settings above it reads the log settings,
`CASEPATH_ENVIRONMENT`, `CASEPATH_PROVIDERS`, `CASEPATH_PROFILES`, `CASEPATH_TRUSTED_HEADER` and
`CASEPATH_<SERVICE>_URL`, and its own `CASEPATH_{DESK.upper()}_LISTEN`, `_METRICS_LISTEN`, `_DATABASE_URL` and
`_KEY_RING`. In addition:
"""

OF_THE_PUBLIC_PAGES = f"""The public pages (`web_public`) have neither a database nor a key. From the settings above
they read the log settings, `CASEPATH_ENVIRONMENT`, `CASEPATH_TRUSTED_HEADER`, `CASEPATH_PUBLIC_SECRET`,
`CASEPATH_INTAKE_URL`, and their own `CASEPATH_{PUBLIC.upper()}_LISTEN` and `_METRICS_LISTEN`. In addition:
"""

OF_THE_COMMAND = """`./casepath` reads its settings from the shell, and those that the shell does not set from `.env` in
the checkout. If the shell sets `CASEPATH_HOME`, it selects another installation, and `.env` is not read.
"""

COMMAND = {
    "CASEPATH_HOME": "folder of the private servers and keys; by default `.casepath/`, for root `/var/lib/casepath/`",
    "CASEPATH_PYTHON": "the Python for `.venv`",
    "CASEPATH_REVIEWS": "folder of your own reviews of the law, where the checkout is read-only "
    "([have the law reviewed](../guides/operate/law-review.md))",
    "CASEPATH_OPERATOR_SIGNING_KEY": "key that signs tokens for operators' commands; by default the key of this "
    "installation",
    "CASEPATH_STAFF_SIGNING_KEY": "key that signs tokens of fictitious people for `token` and `journey`; not in "
    "production",
    "CASEPATH_STAFF_SUBJECT": "your staff id as an operator in the audit; created by default",
    "CASEPATH_TOKEN": "your own token, for commands that read a case: `copy`, `audit case`, `audit report`",
    "CASEPATH_AGENCY_KEY": "an agency's own key, with which its administrator manages keys: `agencies key`",
    "CASEPATH_<SERVICE>_OWNER_DATABASE_URL": "a service's database with the role that owns and migrates its tables; "
    "never given to a service. Without it, one role has both uses "
    "([database roles](../guides/operate/database-roles.md))",
    "CASEPATH_<SERVICE>_KEYS_OWNER_DATABASE_URL": "the same for the database of its data keys",
    "CASEPATH_BACKUP_TO": "folder for backups of the data ([backup](../guides/operate/backup.md))",
    "CASEPATH_BACKUP_KEYS_TO": "folder for backups of the keys, in a different place",
    "CASEPATH_BACKUP_RECIPIENT": "recipient who can decrypt the backups: an age recipient, a file with a GnuPG public "
    "key, or its name",
    "CASEPATH_BACKUP_KEY_DAYS": "days for which backups of keys are kept; default and maximum: `CASEPATH_KEY_DAYS`",
    "CASEPATH_BACKUP_IDENTITY": "the file of the recipient's secret key, for `restore`",
    "CASEPATH_AGENCIES_LISTEN": "host:port of the private broker for agencies, with TLS. Not set: agencies cannot "
    "connect ([deliveries](../guides/operate/deliveries.md#queues-at-the-broker)). With "
    "Docker, set it in `.env`, for `deploy/rabbitmq/agencies.yml`",
    "CASEPATH_AGENCIES_CERTIFICATE": "the file of its certificate, with the chain (PEM)",
    "CASEPATH_AGENCIES_CERTIFICATE_KEY": "the file of the key of that certificate",
    "CASEPATH_POSTGRES_PASSWORD": "password of the superuser `postgres` at the server of the data, with which "
    "`migrate` creates roles",
    "CASEPATH_KEY_STORE_PASSWORD": "the same at the server of the keys",
}

DOCKER = {
    "CASEPATH_ENVIRONMENT": "as above; `./casepath init` writes it, and each database stores it",
    "CASEPATH_LOG_LEVEL": "as above",
    "CASEPATH_ALERTS_AGENCY": "as above",
    "CASEPATH_OLDEST_ENDING": "as above",
    "CASEPATH_DANGERS": "as above",
    "CASEPATH_RING_MAIL_SERVER": "as above",
    "CASEPATH_RING_MAIL_FROM": "as above",
    "CASEPATH_AGENCIES_BROKER": "as above",
    "CASEPATH_INSTRUMENTS": "as above: the folder on this machine",
    "CASEPATH_PROFILES": "as above: the folder on this machine",
    "CASEPATH_INTAKE_PORT": "this machine's port (loopback) for intake",
    "CASEPATH_LEGAL_PORT": "this machine's port (loopback) for legal",
    "CASEPATH_SUPPORT_PORT": "this machine's port (loopback) for support",
    "CASEPATH_PARTNERS_PORT": "this machine's port (loopback) for partners",
    "CASEPATH_MANAGEMENT_PORT": "this machine's port (loopback) for RabbitMQ's management pages",
    "CASEPATH_IMAGE": "the image of the services, preferably by digest; by default the image that is built from the "
    "checkout",
    "CASEPATH_PYTHON_IMAGE": "the base image",
    "CASEPATH_POSTGRES_IMAGE": "the database server, 17",
    "CASEPATH_RABBITMQ_IMAGE": "the broker, 4.0 or newer, with its management pages",
    "CASEPATH_TRUSTED_HEADER": "as above",
    "CASEPATH_HTTP_WORKERS": "as above",
    "CASEPATH_CONNECTIONS": "as above",
    "CASEPATH_CALLER_AT_ONCE": "as above",
    "CASEPATH_CALLER_IN_HAND": "as above",
    "CASEPATH_RATE_CALLER": "as above",
    "CASEPATH_RATE_AGENCY": "as above",
    "CASEPATH_RATE_CLIENT": "as above",
    "CASEPATH_RATE_CODES": "as above",
    "CASEPATH_RATE_CONTACTS": "as above",
    "CASEPATH_RATE_SCANS": "as above",
    "CASEPATH_CONTACT_AGENCIES": "as above",
    "CASEPATH_KEY_DAYS": "as above",
    "CASEPATH_UNREAD_WORDS": "as above",
    "CASEPATH_BACKUP_HOURS": "as above",
    "CASEPATH_WEBHOOK_NETWORKS": "as above",
    "CASEPATH_WEBHOOK_PORTS": "as above",
    "CASEPATH_WEBHOOK_PLAIN_HOSTS": "as above",
    "CASEPATH_WEB_DESK_ADDRESS": "as above; without it, the desk does not run",
    "CASEPATH_WEB_DESK_THREADS": "as above",
    "CASEPATH_WEB_DESK_ZONE": "as above",
    "CASEPATH_WEB_DESK_PORT": "this machine's port (loopback) for the desk",
    "CASEPATH_WEB_PUBLIC_ADDRESS": "as above; without it, the public pages do not run",
    "CASEPATH_WEB_PUBLIC_LEAVE_TO": "as above",
    "CASEPATH_WEB_PUBLIC_THREADS": "as above",
    "CASEPATH_WEB_PUBLIC_PORT": "this machine's port (loopback) for the public pages",
    "CASEPATH_PROMETHEUS_IMAGE": "the image of Prometheus (profile `monitoring`)",
    "CASEPATH_ALERTMANAGER_IMAGE": "the image of Alertmanager (the same profile)",
    "CASEPATH_GRAFANA_IMAGE": "the image of Grafana (the same profile)",
    "CASEPATH_PROMETHEUS_PORT": "this machine's port (loopback) for Prometheus",
    "CASEPATH_ALERTMANAGER_PORT": "this machine's port (loopback) for Alertmanager",
    "CASEPATH_GRAFANA_PORT": "this machine's port (loopback) for Grafana",
    "CASEPATH_ALERTMANAGER_CONFIG": "your configuration file with the receivers of alarms "
    "([monitor](../guides/operate/monitor.md))",
    "CASEPATH_BUILD_NETWORK": "the network that a build may use",
    "CASEPATH_PIP_CONFIG": "a pip configuration for the build, if packages come from a private index",
}


def page() -> str:
    """Return the page as Markdown."""
    usual = {port_variable(name): str(port) for name, port in USUAL_PORTS.items()}
    parts = [
        HEAD,
        "## A service\n",
        _table(_of_service()),
        "## The desk\n",
        OF_THE_DESK,
        _table(_own(DESK, DeskSettings, CommonSettings)),
        "## The public pages\n",
        OF_THE_PUBLIC_PAGES,
        _table(_own(PUBLIC, PublicSettings, ProcessSettings)),
        "## The command\n",
        OF_THE_COMMAND,
        _table([(name, usual.get(name, ""), meaning) for name, meaning in _of_command().items()]),
        "## Docker\n",
        "In `.env`, beside `docker-compose.yml`. Secrets are files in `secrets/`.\n",
        _table([(name, default, DOCKER[name]) for name, default in compose_variables().items()]),
    ]
    return "\n".join(parts)


def names() -> list[str]:
    """Return the name of every variable that the page explains."""
    of_pages = (*_own(DESK, DeskSettings, CommonSettings), *_own(PUBLIC, PublicSettings, ProcessSettings))
    return [*(name for name, _default, _meaning in (*_of_service(), *of_pages)), *_of_command(), *compose_variables()]


def _of_service() -> list[tuple[str, str, str]]:
    return [_setting(attribute) for attribute in attrs.fields(cast("Any", Settings)) if _meaning(attribute)]


def _own(process: str, settings: type, shared_with_others: type) -> list[tuple[str, str, str]]:
    """Return the settings that only one process with pages has, by the names that apply to it."""
    common = {attribute.name for attribute in attrs.fields(cast("Any", shared_with_others))}
    own = [attribute for attribute in attrs.fields(cast("Any", settings)) if attribute.name not in common]
    return [(name.replace("<SERVICE>", process.upper()), default, text) for name, default, text in map(_setting, own)]


def _of_command() -> dict[str, str]:
    return {**COMMAND, **{port_variable(name): f"the port for {name.replace('_', ' ')}" for name in USUAL_PORTS}}


def compose_variables() -> dict[str, str]:
    """Return the variables of docker-compose.yml, each with its default ('' when it has to be set)."""
    text = COMPOSE.read_text(encoding="utf-8")
    return {name: "" if " " in default else default for name, default in _IN_COMPOSE.findall(text)}


def _meaning(attribute: "attrs.Attribute[object]") -> str:
    return str(attribute.metadata["environ_config"].help)


def _setting(attribute: "attrs.Attribute[object]") -> tuple[str, str, str]:
    meaning = _meaning(attribute)
    default = attribute.default if isinstance(attribute.default, (str, int)) else ""
    if meaning.startswith(_ADDRESSES):
        return (
            f"{PREFIX}_{_ADDRESSES.removesuffix(': ')}",
            "http://127.0.0.1:<its port>",
            meaning.removeprefix(_ADDRESSES),
        )
    own = _PER_SERVICE.removesuffix(": ") if meaning.startswith(_PER_SERVICE) else ""
    name = f"{PREFIX}_{own}{attribute.name.upper()}"
    return name, str(default), meaning.removeprefix(_PER_SERVICE)


def _table(rows: list[tuple[str, str, str]]) -> str:
    lines = [f"| `{name}` | {f'`{default}`' if default else ''} | {meaning} |" for name, default, meaning in rows]
    return "\n".join(["| variable | default | meaning |", "| --- | --- | --- |", *lines, ""])
