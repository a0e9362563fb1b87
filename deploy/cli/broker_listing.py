"""Read a broker's accounts with the broker's own command. The broker refuses none of these queries and logs no error.

If the command can't be run, as with a broker that the operator runs, `broker_rights` queries with each account.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from deploy.cli.broker_rights import Look, beyond_needs
from deploy.cli.servers.rabbitmq_users import MAX_MESSAGE_BYTES
from shared.exchange.broker.permissions import Permissions

#: Run `rabbitmqctl` with some arguments and return what it prints.
Ctl = Callable[..., str]
_NOTHING = Permissions("^$", "^$", "^$")


@dataclass(frozen=True)
class Listing:
    """The permissions and tags of each account, and the largest message that the broker accepts (bytes)."""

    permissions: Mapping[str, Permissions]
    tags: Mapping[str, list[str]]
    max_message_bytes: int

    def complete(self, one: Look) -> Look:
        """Return the findings about an account that could sign in, completed from this listing."""
        if one.trouble:
            return one
        may = self.permissions.get(one.account, _NOTHING)
        excess = {
            right: [name for name in names if re.search(getattr(may, right), name) is not None]
            for right, names in beyond_needs(one.service).items()
        }
        return replace(
            one,
            excess={right: names for right, names in excess.items() if names},
            tags=self.tags.get(one.account, []),
            takes_large=self.max_message_bytes > MAX_MESSAGE_BYTES,
        )


def listed_by(ctl: Ctl, vhost: str) -> Listing:
    """Return the broker's listing. Raises the errors of `ctl`, and `ValueError` for an answer that it can't parse."""
    rights = json.loads(ctl("list_permissions", "-p", vhost, "--formatter", "json"))
    users = json.loads(ctl("list_users", "--formatter", "json"))
    limit = re.search(r"\{ok,\s*(\d+)\}", ctl("eval", "application:get_env(rabbit, max_message_size)."))
    if limit is None:
        raise ValueError("the broker does not report its maximum message size")
    return Listing(
        {one["user"]: Permissions(*(one[right] or "^$" for right in ("configure", "write", "read"))) for one in rights},
        {user["user"]: [str(tag) for tag in user["tags"]] for user in users},
        int(limit[1]),
    )
