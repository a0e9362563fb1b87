"""How much each worker has to carry, in counts alone: of no case, and never as a ranking."""
