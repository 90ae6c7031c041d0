"""Any number of rows that obey the rules of both systems, made from a seed: for benchmarks and fault tests."""
