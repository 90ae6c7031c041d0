"""How each of the two systems is read and written."""
