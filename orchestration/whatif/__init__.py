"""Champion and challenger: history scored under changed rule tables, beside the rules in force, published nowhere."""
