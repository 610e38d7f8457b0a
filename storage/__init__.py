"""Everything that outlives a session: texts, anchors, annotations and the library file. Knows nothing of the screen."""
