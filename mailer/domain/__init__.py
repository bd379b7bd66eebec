"""The sending domain: its DKIM key, the DNS records it needs, and whether they are there."""
