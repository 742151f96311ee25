"""A caseworker looks at documents of a claim page by page, as pictures; the first look of a day is written down."""
