"""The runner of integration cases.

pair.py       source and destination, used by many cases in turn: made, made clean, destroyed whatever happens
case.py       one case: its folder, its task files, its running parts
steps.py      the vocabulary of case.toml: one function per word
"""
