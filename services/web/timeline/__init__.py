"""The timeline of a case over all services, the newest entry first."""
