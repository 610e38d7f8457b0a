"""The reading rooms: layout, selection, motions and objects are pure; paint and view draw what they say."""
