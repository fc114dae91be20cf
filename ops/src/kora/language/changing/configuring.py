"""Frames for what a workload is configured with: image, environment, labels, autoscaling."""

import re
from typing import Any

from kora.language.changing.frames import Order, Slots, frame, integer, leading
from kora.language.clauses import Clause, Found
from kora.language.intents import Unclear
from kora.language.lexer import Kind
from kora.language.targets import assignment
from kora.language.vocabulary import FILLERS, PREPOSITIONS, is_known

_LINK = r"(?:(?:to|with|using|as|at|of|=|:|on|is|be|use|run|running|from now on|now) )*"


def take_container(clause: Clause) -> str | None:
    """Claim which container is meant."""
    found = clause.take(
        r"(?:in|of|for|on|inside) (?:the |its )?container (?:named |called )?(?!first|second|third|last|other)(?P<name>(?:<[qh]\d+>|[a-z0-9][\w.-]*))",
        r"(?:in|of|for|on|inside) (?:the |its )?(?!first |second |third |last |other |each |every |all |any |same |the )(?P<name>(?:<[qh]\d+>|[a-z0-9][\w.-]*)) container",
        r"(?:the |its )?container (?:named|called) {name:name}",
        r"(?:the |its )?(?!the |its |a |this |that |container )(?P<name>[a-z0-9][\w.-]*) sidecar(?: container)?(?= (?:in|of|for|on|from|to|_|<))",
        r"(?:the |its )?{q:name} container",
        r"container {q:name}",
        r"- c {name:name}",
        r"(?:the |its )?(?!the |its |a |this |that |each |every |all |any |main |new |first |second |third |last |other )(?P<name>[a-z0-9][\w.-]*) container(?= (?:in|of|for|on|from|to|_|<))",
        r", (?:the |its |in )?container (?:named |called )?(?P<name>[a-z0-9][\w.-]*)(?= $| \. | ,)",
        r"(?:the |its )?containers? (?!image|images|port|ports|to|of|in|for|on|with|from)(?P<name>[a-z0-9][\w.-]*)(?= (?:in|of|for|on|to|from) )",
    )
    return found.text("name") if found else None


# --- image ----------------------------------------------------------------------------------------------------------


_FROM_TO = (
    r"from (?:the )?(?P<was>[a-z][\w-]*) (?:version |tag )?(?:<n\d+>|v?\d[\w.-]*) to (?:(?P=was) )?(?:version |tag )?"
    r"(?P<tag><n\d+>|v?\d[\w.-]*)"
)
"""Another version of a program that is named beside the one that it has ("from nginx 1.25 to 1.27")."""
_VERSION_FOR = r"_ (?P<tag><n\d+>|v?\d+\.[\w.-]*)(?= (?:of|for|on|to) )"
"""A bare version behind the verb ("roll out 3.3 for checkout")."""
_PROGRAM_IN = (
    r"(?P<was>(?!replicas|pods|the |memory|cpu|limits?|requests?|ports?|version|tag|image)[a-z][\w-]*) (?P<link>in|inside) "
    r"(?:the )?(?:[\w.-]+ |<r\d+> ){1,3}?to (?P<tag><n\d+>|v?\d+\.[\w.-]*)(?= (?:[.!] )?$)"
)
"""The program of a workload, and its new version ("nginx in web to 1.27.1")."""


def _program(order: Order) -> Found | None:
    """What `_PROGRAM_IN` finds: a version has a dot, and what is scaled has none ("scale web in staging to 3")."""
    found = order.clause.peek(_PROGRAM_IN) if order.family != "scale" else None
    if found is None or "." not in (found.text("tag") or "") or is_known(found.said("was")):
        return None
    return found


@frame("set_image", "set image rollout switch down add patch scale up create rollback")
def _set_image(order: Order) -> Slots | Unclear | None:
    clause, family = order.clause, order.family
    pair = clause.peek(r"{a:pair}")
    pair_image = pair is not None and _looks_like_image(assignment(pair.text("pair") or "")[1])
    noun = clause.has(r"(?:image|images|tag|version)")
    if family == "rollback" and not clause.has(r"to (?:the )?(?:image )?{i:image}"):
        return None
    if (
        family == "create"
        and not (
            order.verb == "deploy"
            and clause.has(r"{i:image} (?:to|on|onto) the (?!cluster|namespace)[\w-]+(?: deployment)?(?= (?:[.!] )?$)")
        )
        and not (order.verb == "deploy" and clause.has(r"(?:version|tag|release) {value:tag} (?:of|for|to)(?= )"))
    ):
        return None
    if family == "up" and not (noun or _dotted(clause) or clause.has(r"to {i:a}") or _program(order) is not None):
        return None
    if not (
        clause.has(r"{i:a}")
        or pair_image
        or noun
        or family == "image"
        or clause.has(_FROM_TO)
        or _program(order) is not None
        or (family in {"rollout", "image"} and clause.has(_VERSION_FOR))
        or _dotted(clause)
    ):
        return None
    if clause.has(r"labels?|annotations?|env|environment|variables?|api version") and not clause.has(r"{i:a}"):
        return None
    if clause.has(r"pull ?policy|imagepullpolicy|imagepullsecrets?"):
        return order.ask(
            "Pull policies and pull secrets are not changed by a sentence; use kubectl patch.", "an image setting"
        )
    if clause.has(
        r"(?:the )?(?:latest|newest|most recent|current|correct|right|proper|stable) (?:container )?(?:image|version|release|build)"
    ):
        return order.ask("Which tag? “Latest” names no version: say the image or the tag.", "a new image")
    if clause.has(r"(?:version|image|tag|release|build|one) (?:before|earlier|prior|previously|above|again)"):
        return order.ask("Which one? To go back to the revision before, say: roll … back.", "an earlier version")
    slots: Slots = {"container": take_container(clause)}
    clause.take(r"out|forward|(?:over|back)(?= to )")
    clause.take(
        r"(?!the |its |container |docker |new |app |application |tag )[a-z][\w.-]*(?= images? (?:of|for|in|on) )"
    )
    slots |= rolling(clause)
    clause.take(r"(?:the )?(?:image )?{i:old}(?= (?:by|with|for|to) (?:the )?(?:image )?<i)")
    clause.take(r"(?:by|for)(?= (?:the )?(?:image )?<i\d+>)")
    clause.take(
        r"from (?:image |version |tag )?(?:{i:old}|{n:old2}|v?\d[\w.-]*)(?= to)",
        r"from (?:version |tag )?{value:old}(?= to)",
    )
    if (was := clause.take(_FROM_TO)) is not None:
        return slots | {"was": was.text("was"), "tag": was.text("tag")}
    if not noun and (within := _program(order)) is not None:
        clause.claim([at for at in within.indices if at <= clause.indices(*within._match.span("link"))[0]])
        tag = clause.take(r"to (?P<tag><n\d+>|v?\d[\w.-]*)")
        return slots | {"was": within.text("was"), "tag": tag.text("tag") if tag else None}
    if not noun and (dotted := _dotted(clause)):
        clause.take(_VERSIONS, _ON_VERSION)
        return slots | {"tag": dotted}
    if family in {"rollout", "image"} and not noun and (bare := clause.take(_VERSION_FOR)) is not None:
        clause.take(r"(?:of|for|on|to)(?= )")
        return slots | {"tag": bare.text("tag")}
    if pair is not None and pair_image:
        found = clause.take(r"{a:pair}")
        slots["container"], slots["image"] = assignment((found.text("pair") if found else None) or "")
        _take_nouns(clause)
        return slots
    image = clause.take(
        rf"{_LINK}(?:the )?(?:new )?(?:container |docker )?(?:image |version |tag |release )?{_LINK}{{i:image}}(?: image)?"
    )
    if image is not None:
        _take_nouns(clause)
        return slots | {"image": image.text("image")}
    of_noun = clause.take(r"(?:the )?(?:image |container )?(?:tag|version|release) (?:of|for|on|in)(?= )")
    tag = (
        clause.take(r"to {value:tag}")
        if of_noun
        else clause.take(
            r"(?:(?:to|with|using|at|use|run) )?(?:the |a )?(?:new )?(?:image )?(?:tag|version|release) (?:(?:to|of|=|:|be|is|at) )*{value:tag}",
            *(
                [
                    r"(?:back |up |down )?to (?:the )?{n:tag}(?: tag| version| release)?",
                    r"(?:back |up |down )?to (?:the )?(?P<tag>v?\d[\w.-]*|latest|stable)(?: tag| version| release)?",
                ]
            ),
        )
    )
    if tag is not None:
        _take_nouns(clause)
        return slots | {"tag": tag.text("tag")}
    bare = clause.take(
        r"image (?:to|with|=|:|as) {name:image}", r"(?:to|with|use|using) (?:the )?(?:image )?{name:image} image"
    ) or (clause.take(r"(?:to|with) {name:image}") if noun else None)
    if bare is not None:
        _take_nouns(clause)
        return slots | {"image": bare.text("image")}
    return order.ask("Which image or tag?", "a new image")


_VERSIONS = r"from (?:<n\d+>|v?\d[\w.-]*) to (?P<tag><n\d+>|v?\d[\w.-]*)"


_ON_VERSION = r"(?:to|on|at) (?P<tag><n\d+>|v?\d[\w.-]*)(?= (?:please |now |[.!] )*$)"
_OTHERWISE = (
    r"cpus?|memory|mem|ram|limits?|requests?|replicas?|pods?|revision|ports?|schedule|labels?|annotations?|env|variables?|quota|size|key|"
    r"config ?maps?|secrets?|timeout|period|delay|threshold|storage|claim|pvc|volume"
)
"""Words of what else a number with a dot may be of."""


def _dotted(clause: Clause) -> str | None:
    """The version that one with a dot shall give way to ("from 7.2 to 7.4"): no number of replicas has one."""
    found = clause.peek(_VERSIONS)
    told = [found.indices[1], found.indices[-1]] if found is not None else []
    if found is None and not clause.has(_OTHERWISE) and (found := clause.peek(_ON_VERSION)) is not None:
        told = [next(at for at in found.indices if clause.tokens[at].text == found.text("tag"))]
    if found is None or any("." not in clause.tokens[at].text for at in told):
        return None
    return found.text("tag")


def _looks_like_image(text: str) -> bool:
    return bool(re.fullmatch(r"[a-z0-9./-]+(:\d+)?[\w./-]*:[\w][\w.-]*(@sha256:\w+)?", text))


def _take_nouns(clause: Clause) -> None:
    clause.take(
        r"(?:the )?(?:container |docker |app |application )?(?:images?|image tag|image version|tag|version|release)(?: used)?(?: of| for| in| on| by)?(?: container| the container)?(?= )"
    )
    clause.take(
        r"(?:by )?(?:(?:with|using|via|through|performing|doing|as) )*(?:a )?(?:rolling[- ]?update|rolling[- ]?upgrade|rolling fashion|rolling deployment|rolling manner|rolling)(?: strategy)?"
    )
    clause.take(r"so (?:that )?(?:it|they) (?:uses?|runs?)")
    clause.take(
        r"and (?:then )?(?:wait|make sure|ensure|verify|check)(?: for)?(?: that)?(?: the)?(?: rollout)?(?: to)?(?: it)?(?: is| be| has| completes?| completed| finish\w*| succeed\w*| complete| done| ready| successful)*"
    )


def rolling(clause: Clause) -> Slots:
    """Claim the pace of a rollout: ``max_surge``, ``max_unavailable``."""
    slots: Slots = {"max_surge": None, "max_unavailable": None}
    for slot, pattern in (
        ("max_unavailable", r"(?:(?:that|which|and|,|with) )*(?:never |not |only )?(?:takes?|taking|brings?|bringing) (?:more than |at most |no more than |down )?{np:value}(?: pods?| replicas?)? (?:down|offline|out)(?: at (?:a|one) time| at once)?"),
        ("max_surge", r"(?:(?:that|which|and|,|with) )*(?:adds?|adding|starts?|starting) (?:at most|no more than|up to|only) {np:value}(?: (?:extra|additional|new|more))?(?: pods?| replicas?)?(?: at (?:a|one) time| at once)?"),
    ):  # fmt: skip
        if (pace := clause.take(pattern)) is not None:
            slots[slot] = (pace.text("value") or "").replace(" percent", "%")
    for slot, words in (
        ("max_surge", r"max[ -]?surge|maximum surge|surge"),
        ("max_unavailable", r"max[ -]?unavailable|maximum unavailable|unavailable"),
    ):
        found = clause.take(
            rf"(?:(?:with|and|using|a|an|the|set|allowing|at most) )*(?:{words})(?: pods)? ?(?:(?:of|to|=|:|is|at|set to|set) )*(?:{{np:value}})",
            rf"(?:(?:with|and|using|a|an|the|allowing|at most) )*{{np:value}} (?:{words})(?: pods?)?",
        )
        if found is None and clause.has(rf"(?:{words}) (?:of|for|on|in) (?:\S+ ){{1,3}}?(?:to|at|=) {{np:value}}"):
            clause.take(rf"(?:the )?(?:{words})(?: pods)? (?:of|for|on|in)(?= )")
            found = clause.take(r"(?:to|at|=) {np:value}")
        if found is not None:
            slots[slot] = (found.text("value") or "").replace(" percent", "%")
    for found in (
        clause.take_all(r"(?:with |and |, )?{a:pair}") if clause.has(r"{a:pair}") and _surge_pair(clause) else ()
    ):
        key, value = assignment(found.text("pair") or "")
        slots["max_surge" if "surge" in key.lower() else "max_unavailable"] = value
    if slots["max_surge"] or slots["max_unavailable"]:
        clause.take(r"(?:with |using |via |by |through )?(?:a )?(?:rolling[- ]?update|rolling)(?: strategy)?(?: with)?")
    return slots


def _surge_pair(clause: Clause) -> bool:
    found = clause.peek(r"{a:pair}")
    return found is not None and (found.text("pair") or "").lower().startswith(("maxsurge", "maxunavailable", "max-"))


@frame("set_env", "set env add remove delete down up switch")
def _set_env(order: Order) -> Slots | Unclear | None:
    clause, family = order.clause, order.family
    noun = r"(?:the |an? )?(?:new )?(?:env|environment)?[- ]?(?:variables?|vars?|env|environment)"
    spoken = clause.has(r"env|environment|variables?|vars?|env-?vars?|envvars?")
    upper = [
        t
        for i, t in enumerate(clause.tokens)
        if not clause.used[i]
        and t.kind in {Kind.ASSIGNMENT, Kind.WORD, Kind.QUOTED}
        and re.fullmatch(r"[A-Z][A-Z0-9]*_?[A-Z0-9_]*", t.text.partition("=")[0])
        and len(t.text.partition("=")[0]) > 2
    ]
    if not spoken and not (upper and family in {"set", "env", "remove", "add"}):
        return None
    if clause.has(r"labels?|annotations?|cpu|memory") and not spoken:
        return None
    container = take_container(clause)
    if family in {"remove", "delete", "down"}:
        return _unset(order, noun, container)
    values: dict[str, str] = {}
    clause.take(
        rf"{noun}(?=(?: called| named)? (?:{{a:x}}|{{q:y}}|{{name:z}} (?:to|=|:|as|with|set|equal|is|on|in|of|for)))"
    )
    for found in clause.take_all(r"(?:, |and |with |to )*(?:- - )?{a:pair}"):
        key, value = assignment(found.text("pair") or "")
        values[key] = value
    if len(upper) > 1 and not values:  # "set DEBUG to false and TIMEOUT to 30"
        for token in upper:
            at = clause.tokens.index(token)
            ahead = clause.words[at + 1 : at + 2]
            if (
                ahead
                and ahead[0] in {"to", "=", "as", "is", ":"}
                and at + 2 < len(clause.tokens)
                and not clause.used[at + 2]
            ):
                values[token.text] = clause.tokens[at + 2].text
                joint = [at - 1] if at and clause.words[at - 1] in {"and", ","} else []
                clause.claim([*joint, at, at + 1, at + 2])
    if not values:
        said = clause.take(
            r"(?:named |called )?{name:key} (?:to|=|:|as|equal to|with (?:the )?value(?: of)?|with|set to|is) (?:the value |be )?{value:value}"
        )
        name = said.text("key") if said else None
        if said is not None and name and not is_known(name.lower()):
            values[name] = said.text("value") or ""
        elif said is None and upper:
            name = upper[0].text
            at = clause.tokens.index(upper[0])
            tail = clause.take(
                r"(?:to|=|:|as|say|read|be|hold|equal|with (?:the )?value(?: of)?) (?:the value )?{value:value}"
            )
            if tail is not None:
                clause.claim([at])
                values[name] = tail.text("value") or ""
    clause.take(rf"{noun}(?: of| for| on| in| to)?")
    clause.take(r"(?:the )?value (?:of|for)(?= )")
    if not values:
        return order.ask("Which variable, and which value? Say NAME=value.", "a change of environment variables")
    return {"container": container, "values": values}


def _unset(order: Order, noun: str, container: str | None) -> Slots | Unclear:
    clause = order.clause
    clause.take(rf"{noun}(?: called| named)?")
    names = []
    for index in clause.left():  # as they are written by custom
        if re.fullmatch(r"[A-Z][A-Z0-9_]+", clause.tokens[index].text):
            names.append(clause.tokens[index].text)
            clause.claim([index - 1, index] if index and clause.words[index - 1] in {"and", ",", "&"} else [index])
    while (found := clause.take(r"(?:, |and )*(?P<key><q\d+>|[a-z][a-z0-9]*(?:_[a-z0-9_]+)+)")) is not None:
        names.append(found.text("key") or "")
    clause.take(rf"{noun}")
    return (
        {"container": container, "remove": tuple(names)}
        if names
        else order.ask("Which variable?", "removing a variable")
    )


# --- labels and annotations -----------------------------------------------------------------------------------------


@frame("set_metadata", "label annotate set add remove delete down")
def _metadata(order: Order) -> Slots | Unclear | None:
    clause, family = order.clause, order.family
    what = "annotations" if family == "annotate" or clause.has(r"annotations?") else "labels"
    if family not in {"label", "annotate"} and not clause.has(r"labels?|annotations?"):
        return None
    noun = r"(?:the |an? )?(?:new |following )?(?:labels?|annotations?|tag)"
    if family in {"remove", "delete", "down"} or clause.has(r"off"):
        if clause.has(
            r"(?:with|having|whose|carrying|bearing|that have|which have|that has|labell?ed)(?: the| a| an)? (?:labels?|annotations?)"
        ):
            return None  # a selector: the objects themselves are meant
        found = clause.take(
            rf"(?:the )?(?:<[qrsi]\d+>|(?!the |label|annotation|all |any )[a-z0-9][\w.-]*) {noun}(?= (?:from|of|on|off|in|_)|$)",
            rf"{noun} (?:called |named |with key )?(?:{{name:key}}|{{r:ref}}|{{a:pair}}|{{si:path}})(?: label| annotation)?",
            rf"(?:the )?(?:{{name:key}}|{{r:ref}}|{{si:path}}) {noun}",
        )
        if found is not None and not found._tokens:
            first = next(index for index in found.indices if clause.words[index] not in {"the"})
            clause.take(r"from|off|of|on")
            return {"what": what, "remove": (clause.tokens[first].text,)}
        if found is None:
            return order.ask(f"Which of the {what}?", f"removing {what}")
        if found.token("pair") if "pair" in found._match.groupdict() else None:
            return {"what": what, "remove": (assignment(found.text("pair") or "")[0],)}
        key = found.text("key") or found.text("ref") or found.text("path") or ""
        more = (
            clause.take_all(r"(?:, |and )+(?P<key>(?:<[qr]\d+>|(?!the )[a-z0-9][\w.-]*))(?= (?:,|and|from|of|off|on))")
            if found.line.startswith(("labels", "the labels", "annotations", "the annotations"))
            else []
        )
        if more:
            return {"what": what, "remove": (key, *(each.text("key") or "" for each in more))}
        return (
            {"what": what, "remove": (key,)}
            if key.lower() not in FILLERS | PREPOSITIONS
            else order.ask(f"Which of the {what}?")
        )
    values: dict[str, str] = {}
    clause.take(rf"{noun}(?: called| named)?(?= (?:{{a:x}}|{{value:key}} (?:=|:|to|with|as|set|of)))")
    for found in clause.take_all(r"(?:(?:, |and |with |as |using |by |to be )+)?{a:pair}"):
        key, value = assignment(found.text("pair") or "")
        values[key] = value
    placed = clause.peek(
        r"(?:the )?(?:label|annotation)(?: key)? (?P<key>(?:<[qr]\d+>|[a-z0-9][\w./-]*)) (?P<link>on|of|for) (?:the )?(?:[\w.-]+ |<[qr]\d+> ){1,3}?(?:to|=) "
        r"(?P<value><[a-z]\d+>|[a-z0-9][\w.-]*)(?= (?:[.!] )*$)"
    )
    if not values and placed is not None and family == "set":  # "change the label tier on web to edge"
        link = clause.indices(*placed._match.span("link"))[0]
        clause.claim([at for at in placed.indices if at <= link or at >= placed.indices[-2]])
        return {"what": what, "values": {placed.text("key") or "": placed.text("value") or ""}}
    if not values:
        pair = clause.take(
            r"(?:with |add |set )(?:the |a |an )?(?:{name:key}|{r:ref}) {q:value}",
            r"(?:with |as |named |called |to )?(?:{name:key}|{r:ref}) (?:=|:|to|with (?:the )?value(?: of)?|set to|equal to|as|of) (?:be )?{value:value}",
        )
        if pair is not None:
            key = pair.text("key") or pair.text("ref") or ""
            if not is_known(key.lower()):
                values[key] = pair.text("value") or ""
    if (
        not values
        and (
            lone := clause.peek(r"(?:the )?(?:label|annotation)(?: key)? (?:{r:ref}|{name:key})(?= (?:on|of|for|in) )")
        )
        is not None
    ):
        clause.claim(lone.indices)
        ends = clause.take(r"(?:with|to|as) (?:the value )?{value:value}(?= $| \.)")
        name = lone.text("key") or lone.text("ref") or ""
        if ends is not None and not (
            is_known(name.lower()) and name.lower() not in {"version", "environment", "image"}
        ):
            values[name] = ends.text("value") or ""
    if not values:
        return order.ask("Which key and value? Say key=value.", f"a change of {what}")
    clause.take(rf"(?:with )?{noun}(?: of| for| on| to)?")
    return {"what": what, "values": values}


# --- autoscaling ----------------------------------------------------------------------------------------------------


@frame("autoscale", "autoscale create add set scale expose rollout up down remove delete stop")
def _autoscale(order: Order) -> Slots | Unclear | None:
    clause = order.clause
    if order.family in {"remove", "delete", "stop"}:
        gone = clause.take(
            r"(?:the |its |any )?(?:horizontal )?(?:pod )?(?:autoscal\w+|auto-?scal\w+|auto scal\w+|hpas?) (?:of|from|for|on|off)(?= )",
            *([r"autoscaling(?= )"] if order.family == "stop" else []),
        )
        return {"remove": True} if gone is not None else None
    named_so = clause.has(
        r"autoscal\w*|auto-?scal\w*|hpa|hpas|horizontal pod autoscaler|horizontalpodautoscalers?|auto scal\w*|automatically"
    )
    spoken = order.family == "autoscale" or named_so
    between = clause.has(r"between {n:a}(?: \w+)? (?:and|to) {n:b}|automatically") or (
        clause.has(r"from {n:a}(?: \w+)? (?:up )?to {n:b}") and clause.has(r"{p:share}") and clause.has(r"cpu|memory")
    )
    grows = clause.has(r"scale|grow|vary|range|float|{p:share}")
    if not spoken and not (between and (order.family == "scale" or (order.family == "set" and grows))):
        return None
    clause.take(
        r"(?:to )?(?:scale|grow|vary|range|float)(?: (?:itself|automatically|horizontally|up and down|freely|out))*(?= )"
    )
    slots: dict[str, Any] = {
        "minimum": None,
        "maximum": None,
        "cpu_percent": None,
        "memory_percent": None,
        "name": None,
    }
    pods = r"(?: (?:replicas?|pods?|instances?|copies))?"
    found = clause.take(
        rf"(?:(?:, )?(?:pods?|replicas?|instances?) )?(?:(?:with|having|to have|to|run|running|keep|keeping|scaling|at|from) )*between {{n:low}}{pods} (?:and|to) {{n:high}}{pods}",
        rf"from {{n:low}}{pods} (?:to|up to) {{n:high}}{pods}",
        rf"{{n:low}} ?(?:-|–|to) ?{{n:high}}{pods}",
    )
    if found is not None:
        slots["minimum"], slots["maximum"] = integer(found.text("low")), integer(found.text("high"))
    while clause.has(r"(?:- - )?{a:pair}"):
        pair = clause.take(r"(?:(?:, |and |with |of )+)?(?:- - )?{a:pair}(?: replicas| pods)?")
        key, value = assignment((pair.text("pair") if pair else None) or "")
        slot = next(
            (
                s
                for s, w in (("minimum", "min"), ("maximum", "max"), ("cpu_percent", "cpu"), ("memory_percent", "mem"))
                if key.lower().startswith(w)
            ),
            None,
        )
        if slot is None or integer(value.rstrip("%")) is None:
            return order.ask(
                "Say the least and the most replicas and the CPU target, such as: between 2 and 5 replicas at 60% CPU."
            )
        slots[slot] = integer(value.rstrip("%"))
    for slot, words in (
        ("minimum", "minimum|min|minreplicas|at least|lower bound|no fewer than|no less than"),
        ("maximum", "maximum|max|maxreplicas|at most|upper bound|up to|no more than|not more than"),
    ):
        found = clause.take(
            rf"(?:(?:, |and |but |with |an? |the |of |never |having |to |run |scaling )+)?(?:{words})(?: (?:number of )?(?:replicas|pods|instances|replica count))? ?(?:(?:of|to|=|:|is|at|be) )*{{n:value}}{pods}",
            rf"(?:(?:, |and |with |an? |the |of )+)?{{n:value}}{pods} ?(?:\( )?(?:as )?(?:the |a )?(?:{words})(?: \))?{pods}",
        )
        if found is None and clause.take(
            rf"(?:the )?(?:{words})(?: number of)?(?: replicas| pods)? (?:of|for|on)(?= )"
        ):
            found = clause.take(r"(?:to|at|=) {n:value}")
        if found is not None:
            slots[slot] = integer(found.text("value"))
    for slot, words in (("cpu_percent", "cpu"), ("memory_percent", "memory|mem|ram")):
        found = clause.take(
            rf"(?:(?:, |and |with |an? |the |of |at |on |for |to |targeting |target |targets |based on |when |if |once |aiming for |aiming at |keeping |keep |maintaining |average |around |above |using |scaling |by |when the |goes |exceeds )+)?{{p:value}} (?:of )?(?:average |target |mean )*(?:{words})(?: utili[sz]ation| usage| load| target)?",
            rf"(?:(?:, |and |with |an? |the |of |at |on |for |to |targeting |target |targets |based on |when |if |once |keeping |keep |average |using |scaling |by )+)?(?:average |target |mean )*(?:{words})(?: utili[sz]ation| usage| load| target| threshold| percent| percentage)* ?(?:(?:of|to|=|:|is|at|above|over|exceeds|reaches|goes|target|around|passes|hits|hit|below|under|be|near|rises|crosses|reach|tops) )*(?:{{p:value}}|{{n:plain}})",
        )
        if found is not None:
            text = found.text("value") or (found.text("plain") if "plain" in found._match.groupdict() else None) or "0"
            slots[slot] = round(leading(text))
    plain = clause.take(
        r"(?:(?:, |and |with |a |at |target |targeting |of )+)?{p:value}(?: (?:target|utili[sz]ation))*"
    )
    if plain is not None and slots["cpu_percent"] is None and slots["memory_percent"] is None:
        slots["cpu_percent"] = round(leading(plain.text("value")))
    elif plain is not None:
        return order.ask("Which utilisation does each percentage belong to?")
    named = (
        clause.take(
            r"(?:named|called|with (?:the )?name(?: of)?) {name:name}(?= (?:for|to|that|targeting|on|_|with|in)|$)"
        )
        if clause.has(r"(?:hpa|autoscaler|horizontalpodautoscaler) (?:named|called|with)")
        else None
    )
    slots["name"] = named.text("name") if named else None
    clause.take(
        r"(?:(?:an?|the|new|with|enable|horizontal|up|configure) )*(?:horizontal pod autoscal\w+|horizontalpodautoscalers?|hpas?|autoscal\w+|auto-?scal\w+|auto scal\w+|pod autoscal\w+)(?: ?\( hpa \))?(?: policy| rule)?(?: ?(?:for|of|on|to|that|which|targeting|targets?))*(?= )"
    )
    clause.take(r"automatically", r"horizontally", r"based on(?: the)?(?: its)?")
    clause.take(r"(?:which |that )?(?:scales?|targets?|targeting|scaling|manages)(?= )")
    if (
        order.family != "autoscale"
        and not named_so
        and slots["cpu_percent"] is None
        and slots["memory_percent"] is None
    ):
        return order.ask("How many replicas, or an autoscaler: then at which CPU utilisation?", "a number of replicas")
    if all(slots[each] is None for each in ("minimum", "maximum", "cpu_percent", "memory_percent")):
        return order.ask("Up to how many replicas, and at which CPU utilisation?", "autoscaling")
    return slots
