"""Chosen documents as an investigator looks at them: page by page, as pictures."""
