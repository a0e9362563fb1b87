"""Views across topics: the data that agencies receive, and sandboxes for developers of agencies."""
