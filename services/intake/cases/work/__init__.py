"""Lists of work: the work list, the search by name, queues across cases, and decisions for a second person.

The work list has a member's open cases in the order of work. A summary has the person's name, the stage and the lead.
"""
