"""Legal notes: the advisers' own notes, encrypted."""
