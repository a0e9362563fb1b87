"""The register of agencies and of staff."""
