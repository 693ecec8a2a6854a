"""A person's conversations and figures kept under a pseudonym that nothing leads back from; the person is erased."""
