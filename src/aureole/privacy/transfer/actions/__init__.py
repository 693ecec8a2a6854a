"""What can be done with peers, packages and notices: one file, one public function of that name, each."""
