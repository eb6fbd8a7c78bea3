"""Decides. Plain functions from a talk, a reading and facts to the next talk and effects.

No I/O, no clock, no channel and no wording lives here, and nothing of ours is imported from outside this folder.
"""
