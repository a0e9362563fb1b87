"""Opening, reading and copying a case. This room uses all other rooms."""
