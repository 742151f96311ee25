"""The way of a claim from handing in to payment: what was promised, what happened, why the clock stands still."""
