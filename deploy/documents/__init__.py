"""Documents that are generated from the code: events, AsyncAPI, OpenAPI, settings, metrics, samples.

`python -m deploy.documents` writes them below `docs/`, and the samples of this release's events below
`tests/contracts/`; with `--check` it changes nothing, names what is stale, and exits 1. A test does the same, so
that what integrators read is what runs.
"""

from deploy.documents.assembly import ContractBroken, broken_promises, generate, stale, write

__all__ = ["ContractBroken", "broken_promises", "generate", "stale", "write"]
