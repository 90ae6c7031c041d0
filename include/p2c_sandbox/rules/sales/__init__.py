"""Business rules of Dynamics 365 Sales: the product catalogue, quotes and what follows from them."""
