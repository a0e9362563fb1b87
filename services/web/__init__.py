"""The pages in a browser. `desk` serves staff; it has no store of cases and no read model.

    desk        the WSGI application for staff, put together
    settings    what the environment says
    serving     the web server (gunicorn, threads) and its port of figures
    guarding    headers, the same-site rule of forms, and who may see a page
    health      live, ready, and the figures
    session/    who is signed in: rows in a database of its own, sealed and revocable
    sign_in/    the OpenID Connect code flow, and signing out
    upstream/   requests to the services, with the access token of the person who is signed in
    today/ case/ search/   the pages
    path/       a case's path in four lanes, as data and as a drawing
    words/      dates and codes in words
    look/       templates, style sheets and scripts

Every read is done with the signed-in person's own access token, so that access control, audit and erasure stay where
they are enforced. Nothing here imports nameko, eventlet or SQLAlchemy.
"""
