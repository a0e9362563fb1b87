"""The duty to notify: reports that identify nobody."""
