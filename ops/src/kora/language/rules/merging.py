"""Tokens that were cut apart and belong together: image prefixes, suffixes of hosts, paths of fields.

The step before `language.rules.scan`.
"""

import re
from collections.abc import Iterator, Sequence

from kora.language.lexer import Kind, Token


def merged(tokens: Sequence[Token]) -> list[Token]:
    """Tokens with the parts of an image prefix put together again: ``team`` + ``/*``."""
    whole: list[Token] = []
    quota = any("quota" in token.low for token in tokens)
    cut = list(tokens) if quota else [part for token in tokens for part in _resource_path(token)]
    for token in cut:
        last = whole[-1] if whole else None
        if last is not None and last.end == token.start and token.kind is Kind.PATH and last.kind in _PREFIX_HEADS:
            whole[-1] = Token(Kind.IMAGE, last.text + token.text, last.start, token.end, last.line_start)
        elif last is not None and last.end == token.start and token.text == "*" and last.text.endswith("/"):
            whole[-1] = Token(Kind.IMAGE, last.text + "*", last.start, token.end, last.line_start)
        elif last is not None and last.end == token.start and _affixed(whole, tokens, token):
            whole[-1] = Token(Kind.QUOTED, last.text + token.text, last.start, token.end, last.line_start)
        elif len(whole) > 1 and _dotted(
            whole[-2], last, token
        ):  # "spec.containers" + "." + "securityContext.privileged"
            head = whole[-2]
            whole[-2:] = [Token(Kind.WORD, f"{head.text}.{token.text}", head.start, token.end, head.line_start)]
        elif token.kind is Kind.PATH and token.text.endswith(".") and len(token.text) > 1:  # the sentence's full stop
            whole.append(Token(Kind.PATH, token.text[:-1], token.start, token.end - 1, token.line_start))
            whole.append(Token(Kind.MARK, ".", token.end - 1, token.end))
        else:
            whole.append(token)
    return [part for token in whole for part in _without_stop(token)]


def _without_stop(token: Token) -> Iterator[Token]:
    """A prefix and the full stop of its sentence, which the lexer takes for a part of it: "from registry.io/team/."."""
    if token.kind in {Kind.IMAGE, Kind.REFERENCE} and token.text.endswith(("/.", "*.")):
        yield Token(token.kind, token.text[:-1], token.start, token.end - 1, token.line_start)
        yield Token(Kind.MARK, ".", token.end - 1, token.end)
    else:
        yield token


_RESOURCE_PATH = re.compile(r"^(?:resources\.)?(?P<side>requests|limits)\.(?P<resource>cpu|memory|ephemeral-storage)$")


def _resource_path(token: Token) -> Iterator[Token]:
    """``limits.memory`` as the words that it is made of."""
    match = _RESOURCE_PATH.match(token.text) if token.kind in {Kind.WORD, Kind.HOST, Kind.QUOTED} else None
    if match is None:
        yield token
        return
    middle = token.end - len(match["resource"])
    yield Token(Kind.WORD, match["resource"], token.start, middle, token.line_start)
    yield Token(Kind.WORD, match["side"], middle, token.end)


def _dotted(head: Token, dot: Token | None, token: Token) -> bool:
    """Whether three tokens are one path of a field, cut before a capital."""
    joined = dot is not None and dot.text == "." and head.end == dot.start and dot.end == token.start
    return (
        joined and token.kind is Kind.WORD and head.text.split(".")[0] in {"spec", "metadata", "containers", "status"}
    )


def _affixed(whole: Sequence[Token], tokens: Sequence[Token], token: Token) -> bool:
    """Whether a token and the mark beside it are one value: ".example.com", "@corp.example", "acme-"."""
    if whole[-1].text in {".", "@"}:
        return _opens(whole, whole[-1])
    return token.text in {"-", "."} and _prefix_ends(whole, tokens, token)


def _prefix_ends(whole: Sequence[Token], tokens: Sequence[Token], mark: Token) -> bool:
    """Whether a mark ends a prefix that stands without quotes: "start with acme-", "start with kernel. are"."""
    opening = {each.low for each in whole[-5:-1]}
    if not opening & {"start", "starts", "starting", "begin", "begins", "beginning", "prefix", "prefixed"}:
        return False
    following = next((each for each in tokens if each.start >= mark.end), None)
    return mark.text == "-" or (following is not None and following.start > mark.end and following.text[:1].islower())


def _opens(whole: Sequence[Token], mark: Token) -> bool:
    """Whether a full stop or @ stands before its word (".example.com"), not behind one."""
    return len(whole) < 2 or whole[-2].end < mark.start


_PREFIX_HEADS = {Kind.WORD, Kind.HOST, Kind.IMAGE}
