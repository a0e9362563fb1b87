"""The grounds by which an agency receives events about a person, the obstacles, and the gate that decides."""
