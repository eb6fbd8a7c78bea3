"""The shell: channels, the turn, delivery, the web app and the command line."""
