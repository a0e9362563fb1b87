"""Documents that are generated from the code: events, AsyncAPI, OpenAPI, settings, metrics, samples.

`python -m deploy.documents` writes two kinds:

- in git, since their differences are reviewed: short pages below `docs/`, published schemas, matrices and lists of
  operations below `tests/matrices/`, and the samples of this release's events below `tests/contracts/`
- not in git, since they are long: OpenAPI, AsyncAPI and long pages below `build/documents/`

With `--check` it changes nothing, names the documents in git that are stale, and exits 1. A test does the same, so that
what integrators read is what runs.
"""

from deploy.documents.assembly import BUILT, ContractBroken, broken_promises, generate, stale, write

__all__ = ["BUILT", "ContractBroken", "broken_promises", "generate", "stale", "write"]
