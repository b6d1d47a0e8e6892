"""From estimates and quotes to a report that a person can read, and a table for spreadsheets."""
