"""The services, the port that each listens on by default, and whose logs each follows; none imports another."""

#: The pages for staff in a browser: no service with an event log, and followed by none.
DESK, DESK_PORT = "web_desk", 8100
#: The pages for everyone in a browser, in a process and at a host of their own.
PUBLIC, PUBLIC_PORT = "web_public", 8108

PORTS = {"intake": 8101, "legal": 8102, "support": 8103, "partners": 8104}
#: As the events say that each reads, which a test holds against it: who makes an account needs no service to be loaded.
FOLLOWS = {
    "intake": ("legal", "partners", "support"),
    "legal": ("intake", "partners", "support"),
    "support": ("intake", "legal", "partners"),
    "partners": ("intake", "legal", "support"),
}
