"""Tickets, messages, attachments: the daily work."""
