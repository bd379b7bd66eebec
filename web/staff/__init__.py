"""Staff's pages: the record behind a notice's link, the list behind a sign-in."""
