"""SMTP in: the door through which replies, bounces, ratings by mail and answers of the staff come.

A mail is taken in two steps that never mix. First the door (`server`, `dialogue`, `data`) speaks SMTP with whoever
calls, refuses what is not ours or not well formed, and says 250 only when the raw bytes and their envelope are in the
store. Only then is the mail read: whose it is, what kind it is, which words were written.
"""
