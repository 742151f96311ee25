"""Answering objections: a caseworker who had no hand in the claim admits or dismisses each, with a public reason."""
