"""Files to drafts, one module a format. Pure: no database, nothing is stored; what is wrong with a row is told, not
raised.

Text is data in all of them: formulas, markup and instructions inside a cell stay what they are, letters.
"""
