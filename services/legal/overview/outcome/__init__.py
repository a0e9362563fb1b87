"""How many had advice, a decision, an award and its money, and after how long: counts that name nobody."""
