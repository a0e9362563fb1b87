"""The person's identity: recorded, read, and searched by name."""
