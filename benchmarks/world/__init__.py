"""A test world apart from the demo: municipalities whose true process is known, and two oracles that forecast with it.

Three mechanics (`exits`), a municipality of its own parameters per seed (`town`), its life month by month (`life`), its
invoices, claims and lump bookings (`books`), all that happened (`truth`), what extracts show of it (`extracts`), what
can be said of the year-end by one who knows the process (`oracle`), and the forecast beside (`measure`).
"""
