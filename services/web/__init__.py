"""The pages in a browser. `desk` serves staff; it stores no cases and has no read model. `public` serves everyone.

Processes:

    desk        builds the WSGI application for staff
    settings    reads the settings from environment variables
    serving     runs the process of the desk
    server      runs gunicorn; its main process serves no page
    worker      runs in the worker process: the application, background threads and the metrics port
    parts       settings, sessions, services and providers, as the pages use them
    health      liveness and readiness
    public/     the public pages: a separate process without sessions and without a database

Security:

    headers     headers of requests and responses
    guarding    checks the form token and the session
    providers/  OpenID Connect with the providers that the operator declares
    sign_in/    sign in, sign out and lock
    session/    sessions in a separate database: encrypted and revocable
    upstream/   requests to the services with the access token of the signed-in person

Pages:

    today/ search/ contact_requests/     work list and alerts, search, requests to be contacted
    case/ timeline/ deadline/ consents/  a case: contact, next steps, entries, why a deadline has its date, consents
    paper/ erasures/                     the printed sheet for the person; answers about erasure, as letters
    register/ operator/                  agencies and staff; services, exchange and deliveries
    doing/                               actions: record, correct, decide and confirm, each with its form
    saying                               the message that a page shows once after an action

What pages are made of:

    forms/      forms drawn from the schemas that the services publish
    path/       the path of a case in four lanes, as data and as a drawing
    language/   the choice of a language
    words/      dates and codes in words, and translations of fixed texts
    look/       templates, style sheets and scripts

Every read uses the access token of the signed-in person, so the services still enforce access control, audit and
erasure. No module here imports nameko, eventlet or SQLAlchemy.
"""
