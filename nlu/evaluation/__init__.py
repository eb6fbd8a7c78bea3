"""How well the model reads: the frozen sets, the figures over them, and three forms of report (text, JSON, a page)."""
