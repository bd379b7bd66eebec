"""Where do the lines of a flowed text really end?"""

_SIGNATURE = "-- "


def unflowed(text: str, *, delsp: bool = False) -> str:
    """Text in format=flowed (RFC 3676) with its soft line ends taken out, the quote marks of each line kept."""
    lines: list[list[str]] = []
    open_depth = -1  # quote depth of the line that goes on, -1 when none does
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")  # space-stuffing (section 4.4)
        flows = content.endswith(" ") and content != _SIGNATURE
        shown = content[:-1] if flows and delsp else content
        if open_depth == depth and content != _SIGNATURE:
            lines[-1].append(shown)
        else:
            lines.append([(">" * depth + " " if depth else "") + shown])
        open_depth = depth if flows else -1
    return "\n".join("".join(pieces) for pieces in lines)
