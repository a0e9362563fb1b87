"""What support knows of the person from intake: their age, for whom a house has to be, and decisions about them."""
