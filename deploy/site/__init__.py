"""The documentation site: `make docs` builds it with MkDocs from `docs/` and the pages at the top of the repository."""
