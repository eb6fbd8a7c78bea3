"""Phones on the screen: a page for each platform, on which anyone tries Labas on the fakes, without an account."""
