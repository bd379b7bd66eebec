"""The try-out: every door in one process on an empty file, with a helpdesk and mailboxes to look into. No account, no
configuration, no internet; nothing else imports it but the `afterword` command.
"""
