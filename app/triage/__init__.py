"""Level 1 or level 2, why, and who gets it; and the door through which buyers' words come in."""
