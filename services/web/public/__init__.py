"""The public door: pages for everyone, in 16 languages, without a session, a cookie, a token or a database.

    settings     the settings from environment variables
    application  the WSGI application: headers, the log line, and the error page
    worker       the process that serves
    parts        the parts that pages use: settings, words, and the routes of intake
    intake       the closed list of requests to intake
    words        the words of each language, fetched from intake and kept
    start        language, start page, help numbers, leaving
    questions    the self-check, one question per page
    information  sourced texts
    contact      asking a person to make contact
    scan         the address in the QR code of a poster
    code         a return code: state, change, withdrawal
    details      the fields of a contact, which `contact` and `code` share

The process knows only what passes through it. Answers are in the bodies of requests, never in an address, and are
forgotten with the request (docs/guides/operate/public.md).
"""
