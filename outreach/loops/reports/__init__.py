"""What reports count, and what of it may be shown: definitions, intervals, small cells (rulebook 6.2); pure."""
