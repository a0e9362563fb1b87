"""The register of the members of staff: who works where, in which roles, until when, and who has their cases then."""
