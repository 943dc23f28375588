"""The clock's consequences: who is told what, once, and the supervisor's board."""
