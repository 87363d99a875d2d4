"""`python -m alerter`."""

from alerter.cli import main

main()
