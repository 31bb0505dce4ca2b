"""What a person, or a script, sees.

Rules: stdout carries the result, stderr everything else, questions go to the terminal; names from outside go through
`plain`; JSON is one object per line, each with its schema, flushed when its effect is durable.
"""
