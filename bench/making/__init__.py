"""Making a company of any size: drawn from a seed in parts, sealed by several processes, loaded by COPY."""
