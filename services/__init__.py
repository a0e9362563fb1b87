"""The services, and the port that each listens on by default; none imports another."""

PORTS = {"intake": 8101, "legal": 8102, "support": 8103, "partners": 8104}
