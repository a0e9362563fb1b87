"""Lists of cases: the work list, the search by name, and the summary of a case on a list.

The work list has a member's open cases in the order of work. A summary has the person's name, the stage and the lead.
"""
