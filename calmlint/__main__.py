"""`python -m calmlint` is `calmlint`."""

from calmlint.entry import main

main()
