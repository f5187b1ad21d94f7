"""The only SQLAlchemy: tables by noun, repositories, unit of work, reads, sealing, audit, migrations."""
