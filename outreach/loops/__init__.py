"""The promise itself, pure: state and event in, state and effects out. Time arrives on the event."""
