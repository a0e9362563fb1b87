"""What protects the person while a matter runs: leave to stay, legal aid, and not to be punished."""
