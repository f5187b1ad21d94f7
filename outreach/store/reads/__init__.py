"""What people and machines look at: questions to the database, answered in small frozen rows."""
