"""Facts that advisers record: a judgment, a refusal, an objection, conciliation; periods follow from them."""
