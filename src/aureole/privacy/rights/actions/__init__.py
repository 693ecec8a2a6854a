"""What can be done with a request: one file, one public function of that name, each."""
