"""The sample site "Situation in Belarus": settings, two editions, standing pages and a verdict history."""
