"""Opening, reading and copying a case: the topic that knows all others."""
