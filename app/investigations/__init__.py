"""The room of the investigators: they find something out about claims they were asked about, and decide nothing."""
