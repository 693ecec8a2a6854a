"""Ways in and out. Each channel is a folder of its own; none knows another."""
