"""Groups that ask to invite people: a caseworker looks at each once, before anybody is written to."""
