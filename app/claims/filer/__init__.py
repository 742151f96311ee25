"""Who is ill, who files, and in which capacity: known from the membership where it can be, asked where not."""
