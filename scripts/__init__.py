"""The developer's tools: what `make` runs. Nothing of the product imports them."""
