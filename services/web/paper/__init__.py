"""The paper for the person: their rights, last days, who decides, the next step and a number, to print at the desk."""
