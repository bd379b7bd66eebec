"""How fast is it, beside a bare peer that was measured in the same minute? `make bench`, or `python -m bench`.

Rates of one machine say little about another's, so each row is a ratio: ours and a peer that does the least there is to
do, in turn, under the same load, five times; the median counts. Every server is a process of its own on 127.0.0.1.

A family of rows is one file in `families/`, whose ROWS names each row and the function that measures it:

    ROWS = {"export-1m-mb": export}

    def export(bench: Bench) -> Row:
        return bench.valued(Goal("export-1m-mb", unit="MB", most=32), one_export)

Nothing else has to be told of it. The names are fixed, so that results can be compared over time.
"""
