"""What is claimed about speed and cost, runnable by anyone: `make bench`."""
