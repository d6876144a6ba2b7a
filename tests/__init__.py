"""What calmlint promises, shown."""
