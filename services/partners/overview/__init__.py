"""What is read across topics: what agencies receive, and sandboxes for developers of agencies."""
