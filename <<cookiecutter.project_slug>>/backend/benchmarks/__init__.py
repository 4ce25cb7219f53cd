"""Figures of this project, measured on the machine at hand."""
