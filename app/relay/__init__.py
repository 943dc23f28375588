"""The masked relay: mail in through doors and masks, mail out from masks."""
