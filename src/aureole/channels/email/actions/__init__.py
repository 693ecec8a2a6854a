"""What can be done with mail: one file, one public function of that name, each."""
