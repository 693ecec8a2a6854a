"""Pages about packages that go straight to another controller, and come from one."""
