"""Rights of a person over the data held: what is held (export), erasure, suppression of what comes again, retention."""
