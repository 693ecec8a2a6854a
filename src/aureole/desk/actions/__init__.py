"""What can be done with a ticket, a message or a brand: one file, one public function of that name, each."""
