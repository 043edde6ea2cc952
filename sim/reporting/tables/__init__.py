"""Tables for the terminal, notebooks and workbooks."""
