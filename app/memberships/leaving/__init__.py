"""The end of a membership, as its member meets it: leaving, staying after all, and the money that goes back."""
