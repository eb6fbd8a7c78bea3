"""Pages for staff: the agenda of their facility, requests for a human, what awaits review, the audit."""
