"""Small things that know nothing of the desk: time, ids, claims."""
