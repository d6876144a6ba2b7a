"""The phrase language: wording in plain English with few marks, matched on words.

`language` reads phrases, `automaton` compiles them all into one table and finds every match in one pass,
`tokens` says what a word is, for phrases and replies alike. Nothing here knows rules.
"""
