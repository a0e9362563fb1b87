"""The register of agencies: registered, changed, suspended, resumed and ended, and told of by codes alone."""
