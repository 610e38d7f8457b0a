"""The screen and the shell commands: everything that a reader sees and types."""
