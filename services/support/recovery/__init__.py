"""Recovery periods, whose clocks intake keeps; support goes on whatever becomes of one."""
