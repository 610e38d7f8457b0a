"""The panels from the bottom: each owns its field, its list and what its keys do; none touches the library."""
