"""The screens: they join the panes, take the keys and are alone in calling the library."""
