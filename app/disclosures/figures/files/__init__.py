"""The figures as files that everybody may take along."""
