"""The public record of a period and of a case: its facts, where they stand in the log, and how to check them."""
