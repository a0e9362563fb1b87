"""How pages look: templates, and files that browsers keep under an address with their hash."""
