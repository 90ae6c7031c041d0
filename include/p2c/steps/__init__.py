"""The four steps of a flow: extract, map, validate, load. Each reads the staged set of the one before it."""
