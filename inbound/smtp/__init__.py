"""The SMTP server of the door in: speaks with whoever calls, refuses what is not well formed, and has mails kept."""
