"""An app with tables as a project has them after a while, for the measuring of what grows with their number."""
