"""Do a request once for its Idempotency-Key, and answer a repeated request as before."""

from typing import Final

from shared.http import idempotency
from shared.http.admitting import hidden
from shared.http.chain import Proceed, RequestContext
from shared.http.problems import Refused
from shared.http.route import Reply

#: The header of a reply to a request that was answered before.
REPLAYED: Final = "Idempotent-Replay"


def once(context: RequestContext, proceed: Proceed[Reply]) -> Reply:
    """Do a request once for its key; answer a repeated one as before. Raises `Refused`, as `idempotency.begin` does.

    A route that creates something requires a key. Access comes before this step: a caller who has lost access receives
    no stored answer.
    """
    request, key = context.request, context.request.headers.get("Idempotency-Key")
    if key is None and not context.route.creates:
        return proceed(context)
    try:
        said = idempotency.fingerprint(context.session, key, request.method, request.path, context.readable.raw)
        earlier = idempotency.begin(context.session, context.principal.subject, key, said, context.case)
    except Refused as refused:
        raise hidden(context, refused) from None
    if earlier is None:
        context.claimed = key
        return proceed(context)
    headers = {REPLAYED: "true"}
    return Reply(earlier.body, earlier.status, created=earlier.created, version=earlier.version, headers=headers)
