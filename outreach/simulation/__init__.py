"""Simulated members and clinics on a stepping calendar, around the very engine that runs in earnest."""
