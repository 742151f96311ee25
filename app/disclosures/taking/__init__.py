"""What can be taken along of every view: feeds for programs that ask again, and tables for whoever reckons."""
