"""The agent's answer before it leaves: written, kept, checked, approved."""
