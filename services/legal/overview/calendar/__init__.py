"""An adviser's calendar feed: days only, and nothing that identifies a person."""
