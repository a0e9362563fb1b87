"""On-call notifiers of agencies, and the rings that support and intake request."""
