"""The pages in a browser. `desk` serves staff; it stores no cases and has no read model. `public` serves everyone.

desk        the WSGI application for staff
settings    the settings from environment variables
server      the web server (gunicorn), whose first process loads no page
serving     the process of the desk: its settings and its web server
worker      the process that serves: the application, its threads and its metrics port
headers     headers of requests and answers, and the same-site rule of forms
guarding    the form token and the session check of pages
health      liveness and readiness
session/    sessions of signed-in people: rows in a separate database, sealed and revocable sign_in/    the OpenID
Connect code flow, and signing out upstream/   requests to the services, with the access token of the person who is
signed in today/ case/ search/ register/ operator/   the pages timeline/ deadline/ consents/   more pages of a case: its
entries, why a deadline has its date, its consents doing/      actions: recording, correcting, deciding and confirming,
each with its form forms/      forms drawn from the schemas that the services publish path/       a case's path in four
lanes, as data and as a drawing language/   the choice of a language words/      dates and codes in words, and the
catalogues of fixed texts look/       templates, style sheets and scripts public/     the public pages: a separate
process without sessions and without a store

Every read uses the access token of the signed-in person, so the services still enforce access control, audit and
erasure. No module here imports nameko, eventlet or SQLAlchemy.
"""
