"""The `afterword` command, in parts: each says what an operator can do by hand in one matter."""
