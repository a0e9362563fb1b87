"""Who is missing, as support says; meanwhile sharing and unsafe ways of contact are frozen."""
