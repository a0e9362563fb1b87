"""Due items of a case from all services in one form: periods, answers, reviews, needs and alerts."""
