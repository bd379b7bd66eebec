"""The meaning: what a closed ticket, a click, a reply or a bounce amounts to. Pure: told the time and the secret.

Glossary (one meaning each, the same in every folder):

Brand       whose name, sender and look a mail carries.
Ticket      one case in the helpdesk, by its number there.
Contact     the customer who is asked.
Agent       the member of staff who did the work.
Review      the record of one asking about one closing of one ticket.
Survey      the question and its scale of answers.
Delivery    one outgoing mail and its fate: invitation, notice, answer, held.
Outbox      the deliveries that are still to be sent.
Hit         one HTTP request on a signed link.
Vote        one claim of a rating: by page, press, reply or mail; its evidence is soft, passive or explicit.
Rating      what counts, derived from the log and never stored by hand; its grade is soft or hard.
Comment     what the customer wrote on the rating page.
Message     one mail in the thread: from the customer, from staff, or a note.
Kind        what sent a mail that came in: a person, a bounce, an automatic answer, and so on.
Segment     a passage of a mail that came in: said, quoted, signature or boilerplate. Marker: the line that begins ours.
Thread      the messages of one review, in order.
Follow-up   what is owed to a customer who was not happy.
Suppression "do not ask this address", with its reason. Manners: how a brand asks.
Wish        what a customer chose about being asked. Reopened: the ticket was opened again after this closing.
Bounce      a mail that came back. AutoReply: a mail that a machine wrote.
Verdict     how far the sender of a mail is trusted: verified, unsigned, broken or forged.
Quarantine  where a mail waits for a person: it found no review, is forged, or could not be read.
Envelope    what SMTP said about one arrival of a mail; Arrival: that envelope kept with its mail.
News        what of a review others are told. Endpoint: another system that is told. Call: a piece of news for one.
Fact        something that happened, frozen, with a natural identity: recorded twice is recorded once.
Log         all facts of one review, in the order they were recorded.
Timeline    the rating at every moment, decided from the log alone.
"""
