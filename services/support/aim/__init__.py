"""What the person wants of counselling, in their words, and how it goes, as they say: never as a figure."""
