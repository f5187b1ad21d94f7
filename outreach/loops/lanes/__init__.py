"""A lane is a kind of loop: its states, tasks and closing signals."""
