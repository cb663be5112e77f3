"""The room that asks consent, keeps subscribers and sends. It reads signed releases, and never the newsroom."""

DATABASE = "subscribers"
"""The alias of its database, which no other room uses and the newsroom's process does not even name."""
