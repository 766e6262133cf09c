"""What happened: publishing, numbering and everybody's inbox. No sockets, no accounts, no Reflex."""
