"""``perform(effects)``: the one way anything is written on behalf of a person, a staff member or the scheduler."""

from store.perform.perform import Performed, perform

__all__ = ["Performed", "perform"]
