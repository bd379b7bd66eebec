"""The rows, a family a file: each has ROWS, the name of every row and the function that measures it."""
