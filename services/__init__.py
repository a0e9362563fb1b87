"""The services, and the port that each listens on unless told otherwise; none imports another."""

PORTS = {"intake": 8101, "legal": 8102, "support": 8103}
