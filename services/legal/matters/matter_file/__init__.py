"""Matter files: type, stage, team, key dates and documents. Only a matter's own team knows that it exists."""
