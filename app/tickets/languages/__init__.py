"""The desk's languages around a ticket: packages, wording, what answers teach."""
