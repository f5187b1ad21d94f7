"""The only carrier code: send (post a batch), receive (verify, parse, TwiML), look (list what was sent)."""
