"""The subcommands, a module for each group; `tui.cli` imports the one that is asked for.

Each module has `COMMANDS`: for every name a function that declares its arguments and one that runs it and returns the
exit code. They import what they need when they run, so that a usage error costs nothing.
"""
