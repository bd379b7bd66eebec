"""What happens in a trial? Each takes a place and a seed, and hands back its ledger."""
