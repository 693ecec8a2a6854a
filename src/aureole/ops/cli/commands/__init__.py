"""The commands of `aureole`: one file for each first word."""
