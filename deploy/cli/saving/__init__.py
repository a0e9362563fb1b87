"""Backups of an installation: made while it runs, encrypted for a recipient, restored and verified.

places     the folders of a backup, their names, and the manifest in them
seals      encryption for a recipient, with the program `age` or GnuPG
reach      how PostgreSQL's programs reach the databases: private, given, or in containers
cut        one moment of all databases, in which no consumer is ahead of a source
secret_tar the rings, signing keys and settings, as one file
taking     the backup
bringing   the restore
touched    cases that changed after the backup, for staff who enter the changes again
checking   the checks of `verify`
"""
