"""What do link scanners, and people, make of our ratings? A corpus of click histories, told to the real application."""
