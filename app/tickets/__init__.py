"""The heart of the desk: conversations, who may see them, and when they are due."""
