"""What can be done with a person: one file, one public function of that name, each."""
