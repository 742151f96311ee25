"""Where a visitor asks whether somebody who joined on a day might apply for an event. Kept nowhere."""
