"""The page behind a face in the mail: it records visits, votes and comments."""
