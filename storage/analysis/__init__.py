"""What can be counted in a library: pure functions over model values, each of which gives one kind of table."""
