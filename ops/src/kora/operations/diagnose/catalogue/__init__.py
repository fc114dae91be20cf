"""The words about each cause, one file a family. Data only."""
