"""One order for many: "each namespace gets a quota", "every developer has a service account in their own namespace".

`expanded` writes out names with a placeholder before objects are looked for; `repeated` makes one object of each for all
the namespaces or people of the request; `shared_rights` turns what each person may do into grants.
"""

import re

from kora.language.creation.metadata import is_name
from kora.language.creation.plain import begins_more
from kora.language.intents import Create, Grant, Intent, Unclear

_ROLES = r"(?:developers?|users?|engineers?|members?|people|persons?|students?|tenants?|customers?|teams?|squads?|environments?|envs?|stages?|projects?)"
_ONE = r"[\"'`]?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[\"'`]?"
_LIST = rf"(?P<list>{_ONE}(?:,\s*(?:and\s+)?{_ONE}|\s+and\s+{_ONE})+)"
_PEOPLE = re.compile(
    rf"\b(?:two|three|four|five|six|\d+|the|following|these|our|for|all|new|\s)*\b{_ROLES}\b(?:\s+(?:named|called|are|namely))?\s*[:,(–-]?\s*(?:\(\s*)?{_LIST}",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    rf"(?P<before>[a-z0-9-]*?)(?:<\s*{_ROLES[3:-1]}(?:[ _-]?name)?\s*>|<\s*name\s*>|\{{\s*\w+\s*\}}|\[\s*name\s*\])(?P<after>[a-z0-9-]*)".replace(
        _ROLES[3:-1], f"(?:{_ROLES[3:-1]})"
    ),
    re.IGNORECASE,
)
_EACH_SPACE = re.compile(
    r"\b(?:in|for|to|within|inside|on|into)?\s*(?:each|every|both|all|any)(?:\s+(?:one|of|the|these|those|new|three|two|four|them))*\s+(?:namespaces?|environments?)\b|\bper namespace\b|\beach (?:one|of them)\b|\bboth of them\b|\bboth(?= (?:with|get|have|having|need|should)\b)|\bin each\b|\beach\b", re.IGNORECASE)  # fmt: skip
_EACH_PERSON = re.compile(rf"\b(?:each|every|all|both|per)(?:\s+(?:of|the|these))*\s+{_ROLES}\b", re.IGNORECASE)
_OWN = re.compile(
    r"\b(?:in|within|inside|to|for|of|on)?\s*(?:their|his|her|its|the|that|his or her)\s+(?:own\s+|respective\s+|corresponding\s+)?namespaces?\b",
    re.IGNORECASE,
)
_MAY = re.compile(
    rf"^\s*(?:and\s+|also\s+)*(?:each|every|all|both)(?:\s+(?:of|the|these))*\s+(?:{_ROLES}|service accounts?)\b(?:\s+(?:should|must|shall|can|may|will|needs? to|is|are|has|have|gets?|only))+\s+(?P<rights>.*)$", re.IGNORECASE | re.DOTALL)  # fmt: skip
_RIGHTS = re.compile(
    r"\b(?:access|permissions?|rights?|able to|allowed|manage|read|view|edit|admin|control|privileges?|get|list|create|delete|update)\b",
    re.IGNORECASE,
)


def says_rights(sentence: str) -> bool:
    """Whether a sentence says what each person may do."""
    found = _MAY.match(sentence.strip())
    return found is not None and _RIGHTS.search(found["rights"]) is not None


def people(text: str) -> list[str]:
    """Those for whom something is made one by one: ``for three developers: ann, ben and cleo``."""
    for found in _PEOPLE.finditer(text):
        names = [each.strip("\"'`") for each in re.split(r",\s*(?:and\s+)?|\s+and\s+", found["list"])]
        if all(is_name(each) and not begins_more(each) for each in names):
            return names
    return []


def expanded(text: str) -> str:
    """``dev-<name>`` written out for all the people of the request."""
    names = people(text)
    if not names:
        return text

    def put(found: re.Match[str]) -> str:
        made = [f"{found['before']}{each}{found['after']}" for each in names]
        return ", ".join(made[:-1]) + " and " + made[-1]

    return _PLACEHOLDER.sub(put, text)


def says_each(text: str) -> bool:
    """Whether what is said is for each of several."""
    return _EACH_SPACE.search(text) is not None or _EACH_PERSON.search(text) is not None


def without_each(text: str) -> str:
    """The description of one of them."""
    text = re.sub(
        r"\b(?:with|of|using|named after|after)\s+(?:their|his|her|its|the)\s+(?:own\s+)?(?:names?|developer|user)\b",
        " ",
        text,
        flags=re.IGNORECASE,
    )
    text = _EACH_PERSON.sub(" ", text)
    return _OWN.sub(
        " ",
        re.sub(
            r"\b(?:in|for|to|within|inside|on|into)?\s*(?:each|every|both|all)(?:\s+(?:one|of|the|these|those|new|three|two|four|them))*\s+(?:namespaces?|environments?)\b|\bper namespace\b|\beach (?:one|of them)\b|\bin each\b|\beach\b",
            " ",
            text,
            flags=re.IGNORECASE,
        ),
    )


def repeated(made: list[Intent], lead: str, spaces: list[str], names: list[str]) -> list[Intent]:
    """One of each object for every namespace; for people, by their names and in their namespaces."""
    done: list[Intent] = []
    for each in made:
        if not isinstance(each, Create):
            done.append(each)
            continue
        personal = bool(names) and (_EACH_PERSON.search(lead) is not None)
        if personal and each.kind != "Namespace":
            done += [
                each.model_copy(
                    update={"name": each.name or person, "namespace": each.namespace or home_of(person, spaces)}
                )
                for person in names
            ]
        elif spaces and each.namespace is None and each.kind != "Namespace":
            done += [each.model_copy(update={"namespace": space}) for space in spaces]
        else:
            done.append(each)
    return done


_EACH_HAS = re.compile(
    r"\beach(?:\s+one|\s+of\s+(?:them|these|the\s+\w+)|\s+\w+)?\s+(?:(?:should|must|shall|will)\s+)?"
    r"(?:with|having|have|has|gets?|needs?|behind|exposed\s+(?:by|through|via|with))\s+(?:an?|its|their|one)(?:\s+own)?\b[^.;,\n]*$",
    re.IGNORECASE,
)


def owned_by_each(lead: str, made: list[Intent], before: list[Intent], kinds: frozenset[str]) -> list[Intent] | None:
    """``a and b, each with a service``: what was made before with one of `made` behind every object of `kinds`.

    lead: the text up to the object that each of them has. None when this speaks of something else.
    """
    owners = sum(isinstance(each, Create) and each.kind in kinds for each in before)
    if owners < 2 or len(made) != 1 or getattr(made[0], "name", None) or _EACH_HAS.search(lead) is None:
        return None
    done: list[Intent] = []
    for each in before:
        done.append(each)
        if isinstance(each, Create) and each.kind in kinds:
            done.append(made[0].model_copy())
    return done


def home_of(person: str, spaces: list[str]) -> str | None:
    """The namespace that carries the person's name."""
    return next((space for space in spaces if person == space or person in space.split("-")), None)


def shared_rights(
    sentence: str, spaces: list[str], names: list[str], accounts: set[str]
) -> list[Intent] | Unclear | None:
    """What each person may do, as grants; None when the sentence is about something else."""
    from kora.language.creation.grants import read_grants

    found = _MAY.match(sentence.strip())
    if found is None or _RIGHTS.search(found["rights"]) is None or not names:
        return None
    grants: list[Intent] = []
    for person in names:
        home = home_of(person, spaces)
        kind = "service account" if person in accounts else "user"
        rights = re.sub(
            r"^(?:be\s+)?(?:able|allowed|permitted)\s+to\s+", "", found["rights"].strip(" .\n"), flags=re.IGNORECASE
        )
        rights = re.sub(r"^(?:have|get|only)\s+", "", rights, flags=re.IGNORECASE)
        if _OWN.search(rights) and home is None:
            return Unclear(text=sentence, question=f"Which namespace belongs to {person}?")
        rights = _OWN.sub(f" in namespace {home} ", rights)
        granted = read_grants(f"grant {kind} {person} {rights}")
        if isinstance(granted, Unclear):
            return granted
        grants += [
            each.model_copy(update={"subject_namespace": home if kind != "user" else None})
            if isinstance(each, Grant)
            else each
            for each in granted
        ]
    return grants
