"""The desk of news: what the payment service told us, what became of it, and what a treasurer has to look at."""
