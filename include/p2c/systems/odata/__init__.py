"""OData over HTTP as both systems speak it; the only package that sends requests to them."""
