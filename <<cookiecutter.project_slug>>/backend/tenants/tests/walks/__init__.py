"""Tests that walk over every endpoint there is: one that is added is tried as well, or the walk says what it lacks."""
