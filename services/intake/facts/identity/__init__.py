"""The person's identity: recorded, read, searched by name; former names and genders; changes of age.

Former details are shown and found only with a reason on record. Only the fact of a change is published. A second person
confirms that a child is an adult, or that an adult is a child.
"""
