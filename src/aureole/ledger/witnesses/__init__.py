"""Outsiders who keep the log's checkpoints, so that its owner cannot rewrite it unseen."""
