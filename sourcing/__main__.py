"""`python -m sourcing`, the same as the console script."""

from sourcing.cli import main

main()
