"""What ends an agency's part: a consent withdrawn, or a sharing reversed; and what the agency answers."""
