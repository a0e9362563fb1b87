"""The register of agencies: register, change, suspend, resume and end them. Events about them only contain codes."""
