"""Mail as bytes and as words: reading, cutting, building, sending. No Flask, no database here."""
