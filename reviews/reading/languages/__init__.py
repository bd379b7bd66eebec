"""Which words do mail programs put round what is written and what is quoted, in which language?

Taken from what the programs write, never from what one mail held: attributions and separators from Thunderbird's
`composeMsgs.properties` (thunderbird/thunderbird-l10n) and from Gmail, Apple Mail, Outlook and Yahoo in each language;
header labels from Outlook, Apple Mail and Thunderbird.
"""
