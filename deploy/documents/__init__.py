"""Writes the documents that are generated from the code: events, AsyncAPI, OpenAPI, settings.

`python -m deploy.documents` writes them below `docs/`; with `--check` it changes nothing, names what is stale, and
exits 1. A test does the same, so that what integrators read is what runs.
"""

from deploy.documents.assembly import DOCUMENTS, generate, stale

__all__ = ["DOCUMENTS", "generate", "stale"]
