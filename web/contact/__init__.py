"""The customer's other links: the mail as a page, and no more mails."""
