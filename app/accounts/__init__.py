"""Who works at the desk: vendors, their agents, and the operator's people."""
