"""What is told of a case beyond its numbers: a story for members of the plan, and what was taken away or corrected."""
