"""The services, the port that each listens on by default, and whose logs each follows; none imports another."""

PORTS = {"intake": 8101, "legal": 8102, "support": 8103, "partners": 8104}
#: As the events say that each reads, which a test holds against it: who makes an account needs no service to be loaded.
FOLLOWS = {
    "intake": ("legal", "partners", "support"),
    "legal": ("intake", "partners", "support"),
    "support": ("intake", "legal", "partners"),
    "partners": ("intake", "legal", "support"),
}
