"""Facts that advisers record: a judgment, a refusal, an objection, conciliation. Deadlines follow from them."""
