"""The subscription of an agency: one for its one stream, on every channel."""
