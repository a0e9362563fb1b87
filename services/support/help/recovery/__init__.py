"""Recovery periods, whose clocks intake keeps. Support continues after each of them."""
