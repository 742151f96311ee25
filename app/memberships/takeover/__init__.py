"""Coming of age: a parent offers the membership, and the person it is about takes it to an account of their own."""
