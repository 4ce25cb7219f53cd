"""Takes each guard out in its turn, and sees a test go red for it: `make mutants`."""
