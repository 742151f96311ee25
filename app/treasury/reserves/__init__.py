"""The desk of reserves: money from outside, recorded by one treasurer and confirmed by another."""
