"""`python -m radiocast`: the same as the `radiocast` command."""

from radiocast.cli import main

main()
