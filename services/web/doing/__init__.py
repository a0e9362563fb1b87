"""Recording and deciding: one mechanism for all actions of the desk.

act         what an action states: its request, its form and its words
table       the actions, as data, by topic
labels      labels and help texts for staff
describing  what waits for a decision, in words
forming     the form of an action: its fields, its choices, its values in words
allowed     whether the person may do it now, and with which records
context     what an action is about: read from the services, with whether the person may do it
sending     the request of a form
submitting  what follows from a form that was sent
answering   the page that answers a form that was not saved: errors, the second question, both versions
pages       what the pages show
drafting    unfinished forms: saved while the person types, and after a session has ended
routes      the addresses
"""
