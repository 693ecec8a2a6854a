"""What every module stands on: actor, clock, ids, errors, events. No models, no business words."""
