"""What each destination has to hold, worked out from the sources without the core's mapping, one module per entity.

The demo compares this with what the destinations hold, so that an error of the mapping cannot hide behind itself.
"""
