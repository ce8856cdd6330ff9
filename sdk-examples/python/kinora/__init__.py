"""A client of Kinora. `generated` is made from `openapi.json`; beside it is what no generator makes."""
