"""SPEAKS: the grammar of each language (dates, segments, reply lexicons) and the factory texts."""
