"""Law as dated data: what applied on a day, with its source. No limit of a statute is a constant in code."""
