"""Children and others who depend on the person: a row each, without a name, and by when somebody sees how they are."""
