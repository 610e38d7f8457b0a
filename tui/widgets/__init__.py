"""The panes and panels around the reading view: Line API widgets that draw only the rows they show."""
