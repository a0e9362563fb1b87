"""What an agency asked to hear: one subscription an agency, for its one stream, whatever the channel."""
