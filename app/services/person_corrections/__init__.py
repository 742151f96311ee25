"""Corrections of what is kept of a person: the province at once, anything that says who it is with a proof.

What was, and what shall be, is sealed beside each other. Once accepted, the person and the keyed hash of every
membership change together, and the day on which an age is reached is worked out anew. What was published, settled or
decided before stays as it is.
"""
