"""Pages of the rights desk: the queue, one request, opening one, the calendar, the figures."""
