"""The suppression list: what keeps an erased person from being made anew by an import or by somebody else's mail."""
