"""Who may do what: the slots of a question about permissions. Part of `language.asking.reading`."""

import re

from kora.language.clauses import Clause
from kora.language.intents import Aspect, Inspect, Target
from kora.language.kinds import BY_KIND
from kora.language.targets import Kinds, take_bare_space

_RBAC_VERBS = (
    "get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "impersonate", "bind", "escalate",
    "use", "exec", "read", "view", "see", "edit", "modify", "change", "write", "scale", "access", "manage", "remove", "do",
)  # fmt: skip
_MEANS = {
    "read": "get", "view": "get", "see": "get", "edit": "update", "modify": "update", "change": "update", "write": "update",
    "access": "get", "manage": "*", "remove": "delete", "scale": "patch", "exec": "create", "do": "*",
}  # fmt: skip


_DOING: tuple[tuple[str, tuple[str, ...], str], ...] = (
    (r"(?:deploy|roll out|release|ship|install)(?:s|ing)?(?! ?ments?)", ("create", "update", "patch"), "Deployment"),
    (r"(?:restart|roll back|rollback|scale|roll)(?:s|ing)?", ("patch",), "Deployment"),
    (
        r"(?:read|see|view|get|fetch|tail|look at)(?:s|ing)? (?:the |any |our |pod |container )*logs?",
        ("get",),
        "pods/log",
    ),
    (
        r"(?:exec|shell|ssh|log)(?:s|ing)?(?: in)?(?: ?to| into)?(?= (?:pods?|containers?|the|a|any|\?|_))",
        ("create",),
        "pods/exec",
    ),
    (r"port[- ]?forward(?:s|ing)?", ("create",), "pods/portforward"),
)
"""What people do in one word, and the verbs and the resource that it takes."""
_WHO = r"(?:can|could|may|might|is|are|does|do|would|will) (?:the |our |my )?(?:service account |serviceaccount |sa |user |group )?{name:who}(?: allowed to| permitted to| able to| authorized to| have the rights? to| have permission to)? "


def read_permissions(
    clause: Clause,
    namespace: str | None,
    everywhere: bool,
    kinds: Kinds,
    everyday: frozenset[str],
    previous: tuple[Target, ...] = (),
) -> list[Inspect]:
    """The question; who, which verb and which resource as far as they were said. One for each verb that is needed for
    what was asked: who deploys, creates and changes deployments.

    previous: what was spoken of before, for "and what may it do".
    """
    if (
        clause.take(
            r"who (?:has|have|got|are|is|holds?) (?:the )?(?:all |full |cluster )?(?:admins?|cluster[- ]admins?|administrators?|root|superusers?|full access|(?:cluster[- ])?admin(?:istrator)? (?:rights?|access|permissions?|privileges))"
        )
        is not None
    ):
        return [_anybody(namespace, everywhere, "*", "*")]
    among = clause.take(
        r"(?:(?:which|what|all|the|every|_|me) )+(?P<what>service ?accounts?|sas?|users?|groups?|accounts|people|subjects)(?: that| who| which)?(?= (?:can|may|could|are|is|have|has) )"
    )
    granting = (
        clause.take(
            r"(?:which|what) (?:cluster ?)?roles? (?:grant|grants|allow|allows|let|lets|give|gives|permit|permits|can|include|includes|have|has)(?: you| us| people| someone)?(?: access to)?"
        )
        is not None
    )
    anybody = (
        clause.take(
            r"(?:can|may|could|is|are) (?:anyone|anybody|someone|somebody|everyone|everybody|any (?:user|service account|account|one))(?: else)?"
        )
        is not None
    )
    if anybody and namespace is None:
        namespace = take_bare_space(clause, kinds)
    doing = next(((verbs, what) for words, verbs, what in _DOING if clause.has(words)), None)
    deed = None
    if doing is not None and not clause.has(r"(?:create|update|patch|delete|list|watch) "):
        deed = doing
        place = clause.take(r"(?:to|into) (?:the )?(?:namespace )?{name:space}(?: namespace)?(?= (?:\?|_|$))")
        if place is not None and namespace is None and (place.said("space"),) not in kinds:
            namespace = place.text("space")
    if granting or anybody:
        found = _read_one(clause, namespace, everywhere, kinds, everyday, deed is not None)
        update = {"subject": "roles" if granting else None, "verb": found.verb or ("get" if granting else None)}
        return [found.model_copy(update=update)]
    one = _read_one(clause, namespace, everywhere, kinds, everyday, deed is not None)
    if (
        among is not None
        and one.subject is None
        and (only := _AMONG.get(among.said("what").replace(" ", "").rstrip("s")))
    ):
        one = one.model_copy(update={"subject": f"any:{only}"})
    if one.subject in _POINTING and previous:
        named = [each.names[0] if each.names else each.phrase for each in previous if each.names or each.phrase]
        one = one.model_copy(update={"subject": f"user:{named[0]}"}) if named else one
    if deed is None:
        return [one]
    verbs, what = deed
    return [one.model_copy(update={"verb": verb, "resource": what}) for verb in verbs]


_AMONG = {"serviceaccount": "service account", "sa": "service account", "user": "user", "group": "group"}


def _anybody(namespace: str | None, everywhere: bool, verb: str, resource: str) -> Inspect:
    target = Target(namespace=namespace, all_namespaces=everywhere)
    return Inspect(aspect=Aspect.PERMISSIONS, target=target, verb=verb, resource=resource)


def _is_deed(word: str) -> bool:
    return any(re.fullmatch(words.partition("(?=")[0].partition("(?!")[0], word) for words, _, _ in _DOING)


_POINTING = frozenset(f"user:{each}" for each in ("it", "she", "he", "they", "that", "this"))


def _read_one(
    clause: Clause, namespace: str | None, everywhere: bool, kinds: Kinds, everyday: frozenset[str], deed: bool
) -> Inspect:
    if namespace is None:
        namespace = take_bare_space(clause, kinds)
    account = clause.take(
        r"(?:the )?(?:service account|serviceaccount|sa)s? (?:named |called )(?:{name:name}|{r:ref})",
        r"(?:the )?(?!can |may |does |which |what |a |is |has |the |of |for |by |as |to |do |this |that |each |every )(?P<name>(?:<[qh]\d+>|[a-z0-9][\w.'-]*)) (?:service account|serviceaccount|sa)",
        r"(?:the )?(?:service account|serviceaccount|sa)s? (?!can |could |may |might |that |which |is |are |has |have |with )(?:{name:name}|{r:ref})",
    )
    written = clause.take(r"{i:first} : {i:second}") if clause.has(r"{i:first} :") else None
    full = f"{written.text('first')}:{written.text('second')}" if written is not None else ""
    subject: str | None = f"serviceaccount:{full}" if full.startswith("system:serviceaccount:") else None
    if subject is None and account is not None:
        name = account.text("name") if account._match.groupdict().get("name") else account.text("ref")
        subject = f"serviceaccount:{name}"
    elif (user := clause.take(r"(?:the )?(?P<what>user|group) (?:named |called )?{name:name}")) is not None:
        subject = f"{user.said('what')}:{user.text('name')}"
    elif (one := clause.take(r"(?:can|may|is|am|are) (?P<who>i|we|you)(?= )")) is not None:
        subject = "me"
        del one
    if subject is None and (person := clause.take(r"who is {name:who}(?= (?:\?|_|$))")) is not None:
        who = person.text("who") or ""
        return Inspect(
            aspect=Aspect.PERMISSIONS,
            target=Target(namespace=namespace, all_namespaces=everywhere, phrase=who),
            subject=f"user:{who}",
        )
    verbs = "|".join(_RBAC_VERBS)
    said = clause.take(rf"(?P<verb>{verbs})(?:ing|s)?(?: access)?(?: to)?(?= )")
    verb = said.said("verb") if said else None
    if subject is None and deed:
        person = clause.take(_WHO) if verb is None else None
        person = person or clause.take(r"(?:can|could|may|might|is|does) (?:the |our )?{name:who}(?= )")
        if person is not None and person.said("who") not in everyday and not _is_deed(person.said("who")):
            subject = f"user:{person.text('who')}"
    if subject is None and verb is not None:
        person = clause.take(
            r"(?:can|may|could|might) (?:the |our )?{name:name}(?= _)",
            r"(?:is|are) (?:the |our )?{name:name} (?:allowed to|permitted to|able to|authori[sz]ed to)(?= _)",
        )
        if person is not None and person.said("name") not in everyday:
            subject = f"user:{person.text('name')}"
    if (
        subject is None
        and (
            owner := clause.take(
                r"(?:does|do|is|are) (?:the |our |my )?(?!the |a |all |our |my )(?P<who>[a-z0-9][\w.-]*)(?: pods?| deployment| app)?(?= (?:have|hold|get|bound|assigned|granted|_|allowed|permitted|able))"
            )
        )
        is not None
    ):
        subject = f"user:{owner.text('who')}"
        if verb is None or not any(kind in BY_KIND for kind in _kinds_in(clause, kinds)):
            target = Target(namespace=namespace, all_namespaces=everywhere)
            return Inspect(aspect=Aspect.PERMISSIONS, target=target, subject=subject)
    resource = next((BY_KIND[kind].kind for kind in _kinds_in(clause, kinds) if kind in BY_KIND), None)
    if resource is None and clause.has(r"anything|everything|all resources|do"):
        resource = "*" if verb not in {None, "do"} else None
        if clause.has(r"anything") and subject not in {None, "me"}:
            resource = None  # what somebody may do at all is listed: "anything" is not "everything"
    return Inspect(
        aspect=Aspect.PERMISSIONS,
        target=Target(namespace=namespace, all_namespaces=everywhere),
        verb=_MEANS.get(verb or "", verb),
        resource=resource,
        subject=subject,
    )


def _kinds_in(clause: Clause, kinds: Kinds) -> list[str]:
    words = [clause.words[index] for index in clause.left()]
    found = []
    for length in (4, 3, 2, 1):
        for at in range(len(words) - length + 1):
            kind = kinds.get(tuple(words[at : at + length]))
            found += [] if kind is None else [kind]
    return found
