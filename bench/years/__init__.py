"""What would be in the store after two years of a busy helpdesk? Millions of reviews, made in minutes, seeded.

`python -m bench.years FILE --reviews 1000000` fills a file to try things on.
"""
