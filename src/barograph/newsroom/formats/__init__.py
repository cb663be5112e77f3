"""How dates and numbers are written in languages for which Django does not know it."""
