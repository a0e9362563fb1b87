"""What `doctor` says of the broker: whether it answers, and which account there may more than it needs."""

import json
from dataclasses import replace

from deploy.cli import running
from deploy.cli.broker_listing import Ctl, listed_by
from deploy.cli.broker_rights import CONNECTS_ONLY, Look, look
from deploy.cli.compose import DOCKER_SECONDS, compose, must, services_up
from deploy.cli.errors import CommandRefused
from deploy.cli.findings import FAIL, OK, UNKNOWN, WARN, Finding
from deploy.cli.installation import SERVICES, Installation
from deploy.cli.servers.rabbitmq_users import MAX_MESSAGE_BYTES, VHOST, permissions_of
from deploy.cli.stores import stores_of

CHECK = "broker"
PAGE = "docs/guides/operate/broker-accounts.md"
NOT_ASKED = "its container could not be asked"
NOT_LISTED = "the broker did not list the rights of the account"
BROKER = "rabbitmq"


def broker(installation: Installation) -> list[Finding]:
    """Check the broker that runs here: of `up`, of docker compose, or the operator's own."""
    looks = [*_embedded_or_given(installation), *_in_docker(installation)]
    if not looks:
        return [Finding(CHECK, OK, "no broker runs here now; its accounts are checked when one runs")]
    return findings(looks)


def findings(looks: list[Look]) -> list[Finding]:
    """Return what is wrong; one finding that all is well otherwise."""
    wrong = [finding for one in looks for finding in _of_account(one)]
    if any(one.takes_large for one in looks):
        why = f"it takes messages over {MAX_MESSAGE_BYTES // 1024} KiB: a few large ones fill a service's memory"
        wrong.append(
            Finding(CHECK, WARN, why, f"set max_message_size = {MAX_MESSAGE_BYTES} in its rabbitmq.conf, restart it")
        )
    return wrong or [Finding(CHECK, OK, "it answers; each account may what it needs, and no more")]


def _of_account(one: Look) -> list[Finding]:
    if one.trouble == NOT_ASKED:
        return [Finding(CHECK, UNKNOWN, f"as {one.service}: {one.trouble}", f"docker compose logs {one.service}")]
    if one.trouble == NOT_LISTED:
        return [Finding(CHECK, UNKNOWN, f"as {one.service}: {one.trouble}", f"rabbitmqctl list_permissions -p {VHOST}")]
    if one.trouble:
        fix = (
            "free its disk and restart it; the event logs have all messages (docker compose restart rabbitmq, or "
            "./casepath down and up)"
        )
        return [Finding(CHECK, FAIL, f"as {one.service}: {one.trouble}", fix if "half dead" in one.trouble else "")]
    may = permissions_of(one.service)
    wrong = []
    if one.excess:
        rights = "; ".join(f"{right} {', '.join(names)}" for right, names in one.excess.items())
        why = f"the account {one.account} of {one.service} may more than it needs: {rights}"
        command = f"rabbitmqctl set_permissions -p {VHOST} {one.service} '{may.configure}' '{may.write}' '{may.read}'"
        wrong.append(Finding(CHECK, WARN, why, f"create a separate account: {command} ({PAGE})"))
    if one.tags:
        why = f"the account {one.account} of {one.service} has access to the broker's management: {', '.join(one.tags)}"
        wrong.append(Finding(CHECK, WARN, why, f"rabbitmqctl set_user_tags {one.account} (without a tag)"))
    return wrong


def _embedded_or_given(installation: Installation) -> list[Look]:
    stores = stores_of(installation)
    if stores.rabbitmq is not None and running.holder(installation) is None:
        return []
    broker = stores.rabbitmq
    if broker is None:
        return [look(service, stores.amqp_uri(service)) for service in SERVICES]
    looks = [look(service, stores.amqp_uri(service), asks_rights=False) for service in SERVICES]
    return looks if any(one.trouble for one in looks) else _listed(looks, broker.ctl)


def _in_docker(installation: Installation) -> list[Look]:
    """Ask from within the containers, where docker compose runs them from this checkout."""
    up = services_up(installation)
    if BROKER not in up:
        return [_from_within(installation, name) for name in SERVICES if name in up]
    looks = [_from_within(installation, name, CONNECTS_ONLY) for name in SERVICES if name in up]

    def ctl(*arguments: str) -> str:
        return must(installation, "exec", "-T", BROKER, "rabbitmqctl", "--quiet", *arguments, seconds=DOCKER_SECONDS)

    return _listed(looks, ctl)


def _listed(looks: list[Look], ctl: Ctl) -> list[Look]:
    """Return what is known of accounts, with what the broker lists of them."""
    try:
        listing = listed_by(ctl, VHOST)
    except (CommandRefused, ValueError):
        return [one if one.trouble else replace(one, trouble=NOT_LISTED) for one in looks]
    return [listing.complete(one) for one in looks]


def _from_within(installation: Installation, service: str, *options: str) -> Look:
    module = "deploy.cli.broker_rights"
    answer = compose(installation, "exec", "-T", service, "python", "-m", module, service, *options)
    if not answer:
        return Look(service, service, trouble=NOT_ASKED)
    return Look(**json.loads(answer))
