"""What lets an agency hear of a person: grounds, and what stands against them; and the gate that weighs them."""
