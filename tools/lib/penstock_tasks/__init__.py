"""What the demo and the integration cases share about tasks.

accounts.py   the accounts a task needs on both servers, with the least privileges
program.py    the penstock program: where it is, running it, ending it
compare.py    the contents of two servers, compared without penstock's help
"""
