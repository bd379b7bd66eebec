"""The story strip: what just happened, in plain words, and what to do next."""
