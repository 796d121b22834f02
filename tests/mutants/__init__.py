"""Mutation testing of the code that protects people: privacy, identity and visibility.

    make mutants                                  every target
    python -m tests.mutants MODULE ... [--sample N] [--keep-coverage]

Each mutant changes one operation of one module and runs only the tests that reach the changed
line. A mutant that no test notices survives; it is reported, unless equivalent.toml names it.
"""
