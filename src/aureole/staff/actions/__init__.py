"""What can be done with an account, and signing in: one file, one public function of that name, each."""
