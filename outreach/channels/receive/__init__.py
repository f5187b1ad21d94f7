"""What a carrier tells us: verified on the raw public URL, parsed once, answered in TwiML."""
