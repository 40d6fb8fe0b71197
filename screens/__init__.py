"""The full screen's door: a key is one call, one redraw."""
