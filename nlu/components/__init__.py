"""The parts of the Rasa pipeline; imported only inside the NLU environment."""
