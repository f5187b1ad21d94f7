"""What reports count, aggregated by the database; the archive is asked wherever contact may lie there."""
