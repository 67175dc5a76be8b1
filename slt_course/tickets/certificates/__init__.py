"""What is proved about a ticket: bounds on |f - g|, and the budget that a theorem allows."""
