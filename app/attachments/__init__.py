"""Files that came with a buyer's mail: made harmless, named neutrally, kept sealed on the disk."""
