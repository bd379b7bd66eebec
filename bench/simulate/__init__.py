"""Does the house keep its promises whatever happens in whatever order? Histories made by chance, each from a seed.

The rules, the store on SQLite, the mailer and the reader of mails are the real ones. What is simulated is what is
outside of them: the clock and every wait, the network with the relay behind it, the helpdesk and the customers, when a
process dies, and chance. A history is a list of such happenings; it is run in time that does not pass.
"""
