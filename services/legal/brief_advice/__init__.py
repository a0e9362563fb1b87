"""Brief advice: to somebody who gave no name, and of whom no case is kept."""
