"""What people read of a run: summary, report, explanations, queries, quarantine."""
