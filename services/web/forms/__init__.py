"""Forms drawn from the schemas that the services publish. Nothing here sends a request.

published   the schemas of the requests that the desk sends, from `published.json` (`make documents`)
fields      a form's fields, each of one of a few kinds, from a JSON schema
reading     the request body of a submitted form, and the form of a record
refusals    the errors of a refused request, each at its field
spoken      a service's sentence about an error, in words of the reader's language
conflict    both versions of a record that another person changed meanwhile
"""
