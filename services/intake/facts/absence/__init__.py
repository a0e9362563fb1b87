"""Missing persons, as support reports them. Meanwhile sharing and unsafe ways of contact are frozen."""
