"""The register of staff: where a member works, in which roles, until when, and who takes over their cases."""
