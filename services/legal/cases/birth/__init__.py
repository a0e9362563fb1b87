"""The month of the person's birth, for limits that a child has: asked of intake, sealed, and told to nobody."""
