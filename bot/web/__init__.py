"""What Labas serves over HTTP: the chat page and its API, health checks, and the pages around them."""
