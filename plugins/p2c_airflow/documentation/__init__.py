"""Documentation generated from declarations: it cannot drift from what runs."""
