"""KEEPS the promise: loops (pure), the engine around them, storage, carriers, clinics, machine doors."""
