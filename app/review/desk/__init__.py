"""The queue of the desk, and who of it looks after which claim: filters, assignment, absences and conflicts."""
