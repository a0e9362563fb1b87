"""Backups of an installation: taken while it serves, sealed to a recipient, brought back, and checked.

places     the folders of a backup, their names, and the manifest in them
seals      sealing to a recipient, by the program `age` or GnuPG
reach      how PostgreSQL's own programs get at the databases: private, given, or in Docker's containers
cut        one moment of all databases, so that no follower is ahead of a source
secret_tar the rings, signing keys and settings, as one file
taking     the backup
bringing   the restore
touched    which cases were worked on since, for the people who have to enter again
checking   what `verify` looks at
"""
